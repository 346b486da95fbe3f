"""Points end with their date: by whom, and when that is final."""

from __future__ import annotations

import pytest

from loyalty import Moment, imbalance
from loyalty.expire import Expiring, expire_lease, expire_pool, expiring
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot, draw
from loyalty.points import programme_day
from loyalty.points_policy import PointsPolicy
from loyalty.standing import Standing, after, good
from tests.loyalty.material import programme

YEAR = Lot("year", 500, "2025-01-01", "2026-12-31")
POLICY = PointsPolicy()
HOUR = 3_600_000


def moves(postings: tuple[Posting, ...]) -> list[tuple[str, str, int]]:
    return [(each.account, each.lot, each.amount) for each in postings]


def redeem(standing: Standing, points: int, day: str) -> Standing:
    drawn = draw(good(standing.lease, day), points)
    return after(standing, [Posting(Account.LEASE, Asset.POINTS, lot.id, -lot.points) for lot in drawn])


def test_d18_what_was_redeemed_in_time_is_spent_whenever_it_arrives() -> None:
    at_till = redeem(Standing(lease=(YEAR,)), 300, "2026-12-31")
    ended = expire_lease(at_till.lease, "2027-01-01")
    assert moves(ended) == [("lease", "year", -200), ("expired", "year", 200)]
    assert moves(expire_pool((YEAR,), "2027-01-01", POLICY)) == [], "HQ does not end 500 on 1 January"
    assert moves(expire_pool((YEAR,), "2027-01-02", POLICY)) == []


@pytest.mark.parametrize(("day", "ends"), [("2027-01-30", 0), ("2027-01-31", 500)])
def test_d18_at_hq_expiry_is_final_only_after_the_longest_offline_time(day: str, ends: int) -> None:
    assert sum(each.amount for each in expire_pool((YEAR,), day, POLICY) if each.account is Account.EXPIRED) == ends


def test_d18_until_then_a_claw_back_of_a_good_day_can_still_take_them_but_nothing_is_leased() -> None:
    assert good((YEAR,), "2027-01-01") == ()
    assert good((YEAR,), "2026-12-31") == (YEAR,)


@pytest.mark.parametrize(("hours", "ends"), [(0, 0), (11, 0), (12, 1), (36, 1)])
def test_d20_a_lot_is_good_until_midnight_of_the_programmes_zone(hours: int, ends: int) -> None:
    """From noon of 31 December in Shanghai; the shop stands in New York, where it is still the 30th."""
    at = Moment(1_798_689_600_000 + hours * HOUR, "America/New_York")
    day = programme_day(programme(), at).isoformat()
    assert len(expire_lease((YEAR,), day)) == 2 * ends


def test_each_lot_ends_by_itself_the_soonest_first_and_what_is_undated_never() -> None:
    lots = (YEAR, Lot("never", 9, "2020-01-01"), Lot("june", 30, "2025-01-01", "2026-06-30"), Lot("empty", 0, "x", "1"))
    ended = expire_lease(lots, "2027-01-01")
    assert [lot for account, lot, _ in moves(ended) if account == "expired"] == ["june", "year"]
    assert imbalance(ended) == {}


def test_expiring_twice_changes_nothing_more() -> None:
    left = after(Standing(pool=(YEAR,)), expire_pool((YEAR,), "2027-02-01", POLICY))
    assert left == Standing()
    assert expire_pool(left.pool, "2027-02-01", POLICY) == ()


def test_what_will_end_soon_by_day() -> None:
    lots = (
        YEAR,
        Lot("more", 20, "2026-01-01", "2026-12-31"),
        Lot("june", 30, "2025-01-01", "2026-06-30"),
        Lot("today", 7, "2025-01-01", "2026-06-01"),
        Lot("over", 7, "2025-01-01", "2026-05-31"),
        Lot("empty", 0, "2025-01-01", "2026-06-02"),
        Lot("never", 9, "2020-01-01"),
    )
    assert expiring(lots, "2026-06-01", 29) == (Expiring("2026-06-01", 7), Expiring("2026-06-30", 30))
    assert expiring(lots, "2026-06-01", 28) == (Expiring("2026-06-01", 7),)
    assert expiring(lots, "2026-06-02", 365) == (Expiring("2026-06-30", 30), Expiring("2026-12-31", 520))


def test_nobody_looks_back() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        expiring((), "2026-06-01", -1)
