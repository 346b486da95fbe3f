"""What the doctor says of PINs: nothing where there are none, else whether peppers are here and how long one takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cards.pin_cost import FLOOR, Cost
from terminal.commands.doctor_pins import pins
from terminal.peppers import keep_peppers
from tests.terminal.counter.pin_world import know_pins
from tests.terminal.shops import open_shop


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Of a terminal in a chain with PINs, whose pepper is here."""
    with open_shop(tmp_path) as test:
        know_pins(test)
    keep_peppers(tmp_path, {"pepper-1": "ab" * 32})
    return tmp_path


@pytest.mark.parametrize(("ms", "found"), [(40, "ok"), (340, "ok"), (500, "ok"), (501, "warn")])
def test_how_long_a_pin_takes(state: Path, ms: int, found: str) -> None:
    asked: list[Cost] = []

    def took(cost: Cost) -> int:
        asked.append(cost)
        return ms

    check = pins(state, took)
    assert (check.state, check.value["ms"], asked) == (found, ms, [FLOOR])
    assert f"{ms} ms" in check.sentence
    assert ("stillpoint bench pin" in check.sentence) == (found == "warn")


def test_a_pepper_that_has_not_come(state: Path) -> None:
    (state / "pepper-1.key").unlink()
    check = pins(state)
    assert (check.state, check.value) == ("warn", {"missing": ["pepper-1"]})


def test_a_pepper_that_others_may_read(state: Path) -> None:
    os.chmod(state / "pepper-1.key", 0o644)
    check = pins(state)
    assert check.state == "fail"
    assert "chmod 600" in check.sentence
    assert "abab" not in str(check)


def test_no_chain_no_pins(tmp_path: Path) -> None:
    assert pins(tmp_path).state == "ok"
    with open_shop(tmp_path):
        pass
    assert pins(tmp_path).value is None
