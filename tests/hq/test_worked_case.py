"""The worked case of docs/sync.md, step by step."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq.headquarters import Headquarters
from tests.hq.devices import acknowledged, join, outcomes
from tests.hq.looking import balance, broken, held
from tests.hq.test_leases import ask, given, grants


def test_the_worked_case(hq: Headquarters) -> None:
    a = join(hq, "s01", "1")

    def state() -> tuple[int, int, int, int, int]:
        points, debt = balance(hq, "m1")
        assert broken(hq) == []
        return held(hq, "m1"), held(hq, "m1", a.holder), held(hq, "m1", "s02-1:1"), debt, points

    assert state() == (1000, 0, 0, 0, 1000)
    first = grants(hq, a)
    assert state() == (400, 600, 0, 0, 1000)
    b = join(hq, "s02", "1")
    grants(hq, b)
    assert state() == (200, 600, 200, 0, 1000)
    a.sell("m1", earn=70, use=[("open.m1", 500)])
    acknowledged(hq, a.batch())
    assert state() == (200, 170, 200, 0, 570)
    assert outcomes(acknowledged(hq, a.batch())) == {1: "duplicate"}
    assert state() == (200, 170, 200, 0, 570)
    ask(hq, b, "m1", 100, after=1)
    assert state() == (100, 170, 300, 0, 570)
    assert given(grants(hq, a, after=first.head)) == {}
    assert state() == (100, 170, 300, 0, 570)
    a.sell("m1", use=[("open.m1", 330), ("s01-1.1.1", 70)])
    assert "lease_exceeded" in outcomes(acknowledged(hq, a.batch(2, 2)))[2]
    assert state() == (0, 0, 300, 130, 170)


@pytest.mark.parametrize(
    "words", ["tests/hq/test_worked_case.py", "| 1,000 | | | | 1,000 |", "| 0 | 0 | 300 | 130 | 170 |"]
)
def test_the_page_still_has_the_table(words: str) -> None:
    assert words in (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")
