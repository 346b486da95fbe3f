"""Stamp cards: free units, stamps afterwards, and their postings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Account, Asset, Posting, imbalance
from loyalty.stamps import stamp_postings, stamp_result

SOME = st.integers(0, 60)


@pytest.mark.parametrize(
    ("held", "units", "buys", "times", "expected"),
    [
        (0, 10, 10, None, (0, 10)),  # ten bought: the next one is free
        (10, 1, 10, None, (1, 0)),
        (0, 11, 10, None, (1, 0)),  # ten bought and one free in one order
        (9, 1, 10, None, (0, 10)),
        (9, 2, 10, None, (1, 0)),
        (5, 6, 10, None, (1, 0)),
        (5, 7, 10, None, (1, 1)),
        (0, 22, 10, None, (2, 0)),
        (22, 1, 10, None, (1, 12)),  # no more are free than are there
        (30, 0, 10, None, (0, 30)),
        (0, 22, 10, 1, (1, 11)),
        (10, 1, 10, 0, (0, 11)),
        (0, 4, 1, None, (2, 0)),
    ],
)
def test_buy_ten_and_get_one(held: int, units: int, buys: int, times: int | None, expected: tuple[int, int]) -> None:
    assert stamp_result(held, units, buys, times) == expected


@settings(derandomize=True, max_examples=300, deadline=None)
@given(SOME, SOME, st.integers(1, 12), st.none() | st.integers(0, 5))
def test_no_stamp_appears_or_vanishes(held: int, units: int, buys: int, times: int | None) -> None:
    free, after = stamp_result(held, units, buys, times)
    assert 0 <= free <= units
    assert after >= 0
    assert held + (units - free) == after + buys * free
    if times is None and free < units:
        assert after < buys + 1  # one more free unit would have been given


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=8), st.integers(1, 12))
def test_buying_in_parts_gives_no_more_free_units_than_buying_at_once(parts: list[int], buys: int) -> None:
    held, free = 0, 0
    for units in parts:
        more, held = stamp_result(held, units, buys)
        free += more
    assert free <= stamp_result(0, sum(parts), buys)[0]


@pytest.mark.parametrize(
    ("held", "units", "buys", "times"), [(-1, 1, 1, 1), (1, -1, 1, 1), (1, 1, 0, 1), (1, 1, 1, -1)]
)
def test_numbers_that_cannot_be_are_refused(held: int, units: int, buys: int, times: int) -> None:
    with pytest.raises(ValueError, match="too small"):
        stamp_result(held, units, buys, times)


def test_stamps_are_issued_and_redeemed() -> None:
    collected, used = stamp_postings("tea", 3), stamp_postings("tea", -10)
    assert collected == (Posting(Account.ISSUED, Asset.STAMP, "tea", -3), Posting(Account.LEASE, Asset.STAMP, "tea", 3))
    assert used == (Posting(Account.REDEEMED, Asset.STAMP, "tea", 10), Posting(Account.LEASE, Asset.STAMP, "tea", -10))
    assert imbalance(collected) == imbalance(used) == {}
    assert stamp_postings("tea", 1)[0] == Posting(Account.ISSUED, Asset.STAMP, "tea", -1)
    assert stamp_postings("tea", -1)[0] == Posting(Account.REDEEMED, Asset.STAMP, "tea", 1)
    assert stamp_postings("tea", 0) == ()
