"""A member's points as one device sees them, and how postings change them."""

from __future__ import annotations

import pytest

from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot
from loyalty.standing import Balance, Pending, Standing, after, balance, good

APRIL = Lot("apr", 50, "2026-01-01", "2026-04-30")
DECEMBER = Lot("dec", 100, "2026-01-01", "2026-12-31")
WAITING = Pending(Lot("new", 45, "2026-03-01", "2028-03-01"), "2026-03-09")
DAY = "2026-03-01"


def put(account: Account, lot: str, points: int, asset: Asset = Asset.POINTS) -> Posting:
    return Posting(account, asset, lot, points)


def test_what_is_certain_here_what_is_waiting_and_as_of_when() -> None:
    standing = Standing((WAITING,), (Lot("a", 320, "2026-01-01"),), (DECEMBER,))
    assert balance(standing, DAY, 1_772_337_600_000) == Balance(320, 100, 45, 0, 1_772_337_600_000)


@pytest.mark.parametrize(("day", "certain"), [("2026-04-30", 150), ("2026-05-01", 100), ("2027-01-01", 0)])
def test_the_last_good_day_counts(day: str, certain: int) -> None:
    assert balance(Standing(lease=(APRIL, DECEMBER)), day, None).certain == certain
    assert sum(lot.points for lot in good((APRIL, DECEMBER), day)) == certain


@pytest.mark.parametrize(
    ("debt", "certain", "elsewhere"), [(0, 50, 100), (30, 50, 70), (100, 50, 0), (120, 30, 0), (150, 0, 0), (170, 0, 0)]
)
def test_d12_a_debt_is_held_against_the_pool_first_and_nothing_is_redeemed_below_zero(
    debt: int, certain: int, elsewhere: int
) -> None:
    held = balance(Standing((WAITING,), (APRIL,), (DECEMBER,), debt), DAY, None)
    assert (held.certain, held.elsewhere, held.waiting, held.debt) == (certain, elsewhere, 45, debt)


def test_postings_change_the_place_they_name_and_no_other() -> None:
    standing = Standing((WAITING,), (APRIL,), (DECEMBER,), 10)
    changed = after(
        standing,
        [
            put(Account.PENDING, "new", -40),
            put(Account.LEASE, "apr", -50),
            put(Account.POOL, "dec", -30),
            put(Account.DEBT, "dec", 10),
            put(Account.REDEEMED, "apr", 110),
            put(Account.LEASE, "apr", 7, Asset.STAMP),
        ],
    )
    waits = Pending(Lot("new", 5, "2026-03-01", "2028-03-01"), "2026-03-09")
    assert changed == Standing((waits,), (), (Lot("dec", 70, "2026-01-01", "2026-12-31"),), 0)


def test_a_lot_keeps_its_dates_wherever_it_goes() -> None:
    """Earned in one shop, spent in another: back from the lease, through the pool, into another lease."""
    returned = after(Standing(lease=(APRIL,)), [put(Account.LEASE, "apr", -50), put(Account.POOL, "apr", 50)])
    assert returned == Standing(pool=(APRIL,))
    assert after(returned, [put(Account.POOL, "apr", -50), put(Account.LEASE, "apr", 50)]) == Standing(lease=(APRIL,))


def test_new_lots_bring_their_dates() -> None:
    earned = [put(Account.LEASE, "dec", 100), put(Account.PENDING, "new", 45)]
    assert after(Standing(), earned, [DECEMBER], [WAITING]) == Standing((WAITING,), (DECEMBER,))


@pytest.mark.parametrize(
    ("posting", "why"),
    [
        (put(Account.LEASE, "apr", -51), "lot apr would be -1"),
        (put(Account.POOL, "apr", -1), "lot apr would be -1"),
        (put(Account.PENDING, "apr", -1), "lot apr would be -1"),
        (put(Account.DEBT, "apr", 1), "debt would be -1"),
        (put(Account.POOL, "other", 1), "lot other is not known"),
    ],
)
def test_nothing_falls_below_zero_and_no_lot_comes_from_nowhere(posting: Posting, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        after(Standing(lease=(APRIL,)), [posting])
