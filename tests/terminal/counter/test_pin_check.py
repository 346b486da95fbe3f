"""A PIN is looked at after its guess was counted, never before, and nobody is treated as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cards.pin import Pepper, PinHash, PinHashError, hash_pin
from cards.pin_attempts import Asked, Gate, PinCount
from cards.pin_cost import Cost
from terminal.counter.pin_check import KnownPin, Looking, PinKeys, begin_check, end_check
from terminal.errors import StorageFull
from terminal.store.ledger import Ledger
from terminal.store.pin_attempts import UNKNOWN
from tests.terminal.store.failing_disk import FailingDisk, full_from

CHEAP, NOW = Cost(64, 1), 1_790_000_000_000
PEPPER = Pepper("pepper-1", bytes(32))
KEYS = PinKeys({PEPPER.name: PEPPER}, CHEAP)
ADA = KnownPin("m-ada", 1, hash_pin("482915", "m-ada", PEPPER, CHEAP, b"s" * 16))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path, "s01-1", 1) as ledger:
        yield ledger


def keyed(ledger: Ledger, pin: str, whose: KnownPin | str = ADA, at: int = NOW) -> bool | Asked:
    begun = begin_check(pin, whose, KEYS, ledger.pin_attempts, at, online=True)
    if not isinstance(begun, Looking):
        return begun
    right = begun.guess.is_right()
    end_check(begun, right, ledger.pin_attempts)
    return right


def test_right_and_wrong(ledger: Ledger) -> None:
    assert keyed(ledger, "482916") is False
    assert ledger.pin_attempts.count("m-ada").total == 1
    assert keyed(ledger, "482915") is True
    assert ledger.pin_attempts.count("m-ada") == PinCount(1, 1)


def test_after_three_even_the_right_one_waits_and_is_not_looked_at(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        keyed(ledger, "000000")
    monkeypatch.setattr("cards.pin._tag", None)
    assert keyed(ledger, "482915") == Asked(Gate.WAIT, 60_000)


def test_the_plug_pulled_while_it_is_looked_at_is_a_wrong_guess(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another reader of the disk finds at the very moment of looking, and what a reboot finds."""

    def power_goes(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("cards.pin._tag", power_goes)
    with Ledger.open(path, "s01-1", 1) as ledger, pytest.raises(KeyboardInterrupt):
        keyed(ledger, "482915")
    with Ledger.open(path, "s01-1", 1) as ledger:
        assert ledger.pin_attempts.count("m-ada").total == 1


def test_on_a_full_disk_nothing_is_looked_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Ledger.open(path, "s01-1", 1).close()
    monkeypatch.setattr("cards.pin._tag", None)
    with (
        FailingDisk("full-pin", full_from(1)) as disk,
        Ledger.open(path, "s01-1", 1, disk.name) as ledger,
        pytest.raises(StorageFull),
    ):
        keyed(ledger, "482915")


def test_a_phone_that_nobody_has_goes_the_same_way(ledger: Ledger) -> None:
    answers = [(keyed(ledger, "482916", "ab12"), keyed(ledger, "482916")) for _ in range(4)]
    assert all(nobody == somebody for nobody, somebody in answers)
    assert answers[-1][0] == Asked(Gate.WAIT, 60_000)
    assert ledger.pin_attempts.count(f"{UNKNOWN}ab12").total == 3


def test_a_name_cannot_stand_for_a_member(ledger: Ledger) -> None:
    assert keyed(ledger, "482915", "m-ada") is False
    assert ledger.pin_attempts.count("m-ada").total == 0


def test_without_the_pepper_the_guess_counts_and_the_trouble_is_said(ledger: Ledger) -> None:
    elsewhere = KnownPin("m-ada", 1, PinHash("pepper-9", CHEAP, bytes(16), bytes(32)))
    with pytest.raises(PinHashError, match="pepper-9"):
        keyed(ledger, "482915", elsewhere)
    assert ledger.pin_attempts.count("m-ada").total == 1


def test_keys_do_not_show_themselves() -> None:
    assert "pepper" not in repr(KEYS)
