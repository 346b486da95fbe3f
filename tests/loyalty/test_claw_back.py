"""Points that a return takes back: how many, and from where."""

from __future__ import annotations

import pytest

from loyalty import imbalance
from loyalty.claw_back import TakenBack, owe, take_back, to_take_back
from loyalty.ledger import Account
from loyalty.lots import Lot
from loyalty.standing import Pending, Standing, after

DAY = "2026-03-03"
SALE = "sale"


def lot(id: str, points: int, expires_on: str | None = "2026-12-31") -> Lot:
    return Lot(id, points, "2026-01-01", expires_on)


def waits(id: str, points: int) -> Pending:
    return Pending(lot(id, points), "2026-03-09")


def moves(taken: TakenBack) -> list[tuple[str, str, int]]:
    """The member's side of the postings."""
    return [(each.account, each.lot, each.amount) for each in taken.postings if each.account != Account.CANCELLED]


def test_d10_claw_back_is_cumulative() -> None:
    earned, base, taken, each_time = 21_90 // 1000, 2190, 0, []
    for _ in range(3):
        base -= 730
        points = to_take_back(earned, base // 1000, taken)
        taken += points
        each_time.append(points)
    assert each_time == [1, 1, 0]
    assert each_time != [730 // 1000] * 3, "each return floored by itself takes nothing at all"


def test_d10_nothing_is_given_where_the_rest_earns_more_than_is_left() -> None:
    assert to_take_back(5, 4, 3) == 0


def test_d12_what_was_there_and_the_debt_are_two_entries() -> None:
    taken = take_back(70, SALE, Standing(lease=(lot("a", 50),)), DAY)
    assert moves(taken) == [("lease", "a", -50), ("debt", SALE, -20)]
    assert (taken.cancelled, taken.debt, taken.over_cap) == (50, 20, 0)
    assert ("lease", "a", -70) not in moves(taken), "no lot goes below zero"


def test_d12_own_pending_then_own_lot_then_what_expired_then_others() -> None:
    standing = Standing(
        pending=(waits("other", 5), waits(SALE, 10)),
        lease=(lot("b", 7), lot("early", 6, "2026-03-31"), lot(SALE, 20)),
        pool=(lot("p", 8), lot(SALE, 3)),
    )
    taken = take_back(80, SALE, standing, DAY, expired=4)
    assert moves(taken) == [
        ("pending", SALE, -10),
        ("lease", SALE, -20),
        ("pool", SALE, -3),
        ("pending", "other", -5),
        ("lease", "early", -6),
        ("lease", "b", -7),
        ("pool", "p", -8),
        ("debt", SALE, -17),
    ]
    assert (taken.points, taken.cancelled, taken.expired, taken.debt) == (80, 59, 4, 17)


def test_d12_points_of_the_sale_that_have_expired_count_as_taken() -> None:
    taken = take_back(50, SALE, Standing(lease=(lot("a", 90),)), DAY, expired=60)
    assert (taken.expired, taken.cancelled, taken.debt, taken.postings) == (50, 0, 0, ())
    rest = take_back(50, SALE, Standing(lease=(lot("a", 90),)), DAY, expired=60, counted=taken.expired)
    assert (rest.expired, rest.cancelled, rest.debt) == (10, 40, 0)


def test_d12_what_expired_counts_only_for_what_its_own_lot_does_not_give() -> None:
    taken = take_back(15, SALE, Standing(lease=(lot(SALE, 10), lot("a", 90))), DAY, expired=9)
    assert (taken.cancelled, taken.expired, taken.debt) == (10, 5, 0)


def test_what_is_cancelled_is_booked_under_the_lot_that_it_was_taken_from() -> None:
    taken = take_back(8, SALE, Standing(lease=(lot(SALE, 3), lot("a", 4))), DAY)
    cancelled = [(each.lot, each.amount) for each in taken.postings if each.account is Account.CANCELLED]
    assert cancelled == [(SALE, 3), ("a", 4), (SALE, 1)]


def test_d13_a_return_cancels_pending_points_first() -> None:
    standing = Standing(pending=(waits(SALE, 200),), lease=(lot("a", 300),))
    taken = take_back(100, SALE, standing, DAY)
    assert moves(taken) == [("pending", SALE, -100)]
    assert after(standing, taken.postings) == Standing((waits(SALE, 100),), standing.lease)
    assert after(standing, taken.postings).lease != (lot("a", 200),), "the active balance is untouched"


def test_d17_other_lots_go_in_the_order_in_which_they_expire() -> None:
    lots = (lot("never", 10, None), lot("dec", 10), lot("apr", 10, "2026-04-30"))
    assert moves(take_back(25, SALE, Standing(lease=lots), DAY)) == [
        ("lease", "apr", -10),
        ("lease", "dec", -10),
        ("lease", "never", -5),
    ]


def test_d18_lots_that_were_not_good_any_more_are_left_alone_but_the_sales_own() -> None:
    old = Standing(lease=(lot("old", 10, "2026-03-02"), lot(SALE, 10, "2026-03-02")))
    assert moves(take_back(15, SALE, old, DAY)) == [("lease", SALE, -10), ("debt", SALE, -5)]
    assert moves(take_back(15, SALE, old, "2026-03-02")) == [("lease", SALE, -10), ("lease", "old", -5)]


@pytest.mark.parametrize(
    ("owed", "cap", "debt", "over"), [(0, 30, 30, 20), (10, 30, 20, 30), (40, 30, 0, 50), (10, None, 50, 0)]
)
def test_d30_debt_is_capped_for_the_member_and_older_debt_counts(
    owed: int, cap: int | None, debt: int, over: int
) -> None:
    taken = take_back(50, SALE, Standing(debt=owed), DAY, debt_cap=cap)
    assert (taken.debt, taken.over_cap) == (debt, over)
    assert after(Standing(debt=owed), taken.postings).debt == owed + debt


def test_every_point_is_accounted_for_and_the_postings_balance() -> None:
    standing = Standing((waits(SALE, 3),), (lot("a", 4),), (lot("b", 5),), 1)
    for points in range(30):
        taken = take_back(points, SALE, standing, DAY, expired=2, debt_cap=6)
        assert taken.points == taken.cancelled + taken.expired + taken.debt + taken.over_cap == points
        assert imbalance(taken.postings) == {}


def test_nothing_owed_is_no_entry() -> None:
    assert owe(0, SALE) == ()


@pytest.mark.parametrize(("points", "expired", "counted"), [(-1, 0, 0), (1, -1, 0), (1, 0, -1)])
def test_less_than_nothing_cannot_be_taken(points: int, expired: int, counted: int) -> None:
    with pytest.raises(ValueError, match="use 0 or more"):
        take_back(points, SALE, Standing(), DAY, expired=expired, counted=counted)
