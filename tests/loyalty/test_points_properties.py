"""What holds for every history of a member's points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import imbalance
from loyalty.claw_back import owe, take_back, to_take_back
from loyalty.expire import expire_lease, expire_pool
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot, draw
from loyalty.merge_members import merge_members
from loyalty.pending import activate, active_on, pay_debt
from loyalty.points_policy import PointsPolicy
from loyalty.sale_earning import earned_postings
from loyalty.standing import Pending, Standing, after, balance, good, total
from loyalty.transfer import Holdings

RULES = settings(derandomize=True, max_examples=300, deadline=None)
START = date(2026, 1, 1)
POLICY = PointsPolicy(return_window_days=5, longest_offline_days=30)
OUTSIDE = {Account.ISSUED, Account.REDEEMED, Account.EXPIRED, Account.CANCELLED}


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def a_lot(id: str, points: int, born: int, good_for: int | None) -> Lot:
    return Lot(id, points, day(born), None if good_for is None else day(born + good_for))


# ---------------------------------------------------------------- one member's life, in the order of event time

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["earn", "wait", "redeem", "return", "activate", "expire", "pay", "lease"]),
        st.integers(1, 100),
        st.integers(0, 12),
    ),
    max_size=25,
)


def step(kind: str, points: int, today: int, number: int, member: Standing) -> tuple[tuple[Posting, ...], Standing]:
    """One thing that happens to a member, and what he has afterwards."""
    lot, now = a_lot(f"lot{number}", points, today, 20), day(today)
    waits = Pending(lot, active_on(lot.earned_on, POLICY))
    moved = {
        "earn": lambda: earned_postings([lot], member.debt, pending=False),
        "wait": lambda: earned_postings([lot], member.debt, pending=True),
        "redeem": lambda: redeemed(member, min(points, balance(member, now, None).certain), now),
        "return": lambda: take_back(points, f"lot{number // 2}", member, now, debt_cap=150).postings,
        "activate": lambda: activate(member, now).postings,
        "expire": lambda: (*expire_lease(member.lease, now), *expire_pool(member.pool, now, POLICY)),
        "pay": lambda: pay_debt(member, now),
        "lease": lambda: leased(member, points, now),
    }[kind]()
    return tuple(moved), after(member, moved, [lot], [waits])


def redeemed(member: Standing, points: int, now: str) -> list[Posting]:
    parts = draw(good(member.lease, now), points)
    places = ((Account.LEASE, -1), (Account.REDEEMED, 1))
    return [Posting(place, Asset.POINTS, lot.id, sign * lot.points) for lot in parts for place, sign in places]


def leased(member: Standing, points: int, now: str) -> list[Posting]:
    pool = good(member.pool, now)
    places = ((Account.POOL, -1), (Account.LEASE, 1))
    parts = draw(pool, min(points, total(pool)))
    return [Posting(place, Asset.POINTS, lot.id, sign * lot.points) for lot in parts for place, sign in places]


def worth(member: Standing) -> int:
    return total(member.lease) + total(member.pool) + total(each.lot for each in member.pending) - member.debt


@RULES
@given(STEPS)
def test_points_never_appear_or_vanish_and_no_lot_goes_below_zero(steps: list[tuple[str, int, int]]) -> None:
    member, today, outside = Standing(), 0, 0
    for number, (kind, points, days) in enumerate(steps):
        today += days
        before = balance(member, day(today), None)
        postings, member = step(kind, points, today, number, member)
        assert imbalance(postings) == {}
        outside += sum(each.amount for each in postings if each.account in OUTSIDE)
        assert worth(member) == -outside
        lots = (*member.lease, *member.pool, *(each.lot for each in member.pending))
        assert all(lot.points > 0 for lot in lots)
        assert member.debt >= 0
        if kind == "redeem":
            spent = before.certain - balance(member, day(today), None).certain
            assert spent == sum(each.amount for each in postings if each.account is Account.REDEEMED)


# ---------------------------------------------------------------- parts make a whole

LOTS = st.lists(st.tuples(st.integers(1, 40), st.one_of(st.none(), st.integers(0, 20))), max_size=4)


@st.composite
def standings(draw_: st.DrawFn) -> Standing:
    """At day 10 some lots are over; lot0 may be in three places."""

    def lots(name: str) -> list[Lot]:
        return [a_lot(f"{name}{number}", points, 0, ends) for number, (points, ends) in enumerate(draw_(LOTS))]

    pending = tuple(Pending(lot, day(12)) for lot in lots("lot") if lot.expires_on is None or lot.expires_on > day(12))
    return Standing(pending, tuple(lots("lot")), tuple(lots("lot")), draw_(st.integers(0, 30)))


def net(postings: Sequence[Posting]) -> Counter[tuple[Account, str]]:
    sums: Counter[tuple[Account, str]] = Counter()
    for each in postings:
        sums[each.account, each.lot] += each.amount
    return sums


@RULES
@given(standings(), st.lists(st.integers(0, 60), max_size=4), st.integers(0, 30), st.none() | st.integers(0, 60))
def test_taking_back_in_parts_is_taking_back_at_once(
    member: Standing, parts: list[int], expired: int, cap: int | None
) -> None:
    now, postings, counted, over = member, list[Posting](), 0, 0
    for points in parts:
        taken = take_back(points, "lot0", now, day(10), expired=expired, counted=counted, debt_cap=cap)
        now, counted, over = after(now, taken.postings), counted + taken.expired, over + taken.over_cap
        postings += taken.postings
    at_once = take_back(sum(parts), "lot0", member, day(10), expired=expired, debt_cap=cap)
    assert net(postings) == net(at_once.postings)
    assert (counted, over) == (at_once.expired, at_once.over_cap)


@RULES
@given(st.integers(0, 500), st.lists(st.integers(0, 500), max_size=5))
def test_d10_all_returns_together_take_what_one_return_takes(earned: int, rests: list[int]) -> None:
    """Each return leaves less, so its rest earns no more than the one before."""
    falling = sorted((rest for rest in rests if rest <= earned), reverse=True)
    taken = 0
    for rest in falling:
        taken += to_take_back(earned, rest, taken)
    assert taken == (earned - falling[-1] if falling else 0)


@RULES
@given(standings(), standings())
def test_a_merge_moves_every_point_and_every_date(gone: Standing, stays: Standing) -> None:
    merged = merge_members(Holdings(gone), Holdings(stays), "stays", day(10))
    moved = merged.moved
    for postings in (moved.out, moved.into, merged.debt_paid):
        assert imbalance(postings) == {}
    left = after(gone, moved.out)
    assert left == Standing(lease=gone.lease)
    assert worth(merged.standing) == worth(gone) + worth(stays) - total(gone.lease)
    assert merged.standing.debt == 0 or good(merged.standing.pool, day(10)) == ()


# ---------------------------------------------------------------- the order of arrival does not matter

NEWS = st.lists(
    st.tuples(st.sampled_from(["spend", "return"]), st.integers(1, 60), st.integers(0, 40), st.integers(0, 30)),
    max_size=6,
)
POOLS = st.lists(st.tuples(st.integers(1, 60), st.none() | st.integers(0, 40)), min_size=1, max_size=4)


def booked(news: Sequence[tuple[str, int, int, int]], lots: Sequence[Lot], sale: str) -> tuple[Standing, Counter[str]]:
    """HQ books what happened on one day and arrives on another, and ends every evening what is over for good."""
    member, gone, counted = Standing(pool=tuple(lots)), Counter[str](), 0
    for today in range(120):
        for kind, points, happened, late in news:
            if happened + late == today:
                if kind == "spend":
                    member = after(member, spent(member, points, happened))
                else:
                    taken = take_back(points, sale, member, day(happened), expired=gone[sale], counted=counted)
                    counted += taken.expired
                    member = after(member, taken.postings)
        ended = expire_pool(member.pool, day(today), POLICY)
        gone.update({each.lot: each.amount for each in ended if each.account is Account.EXPIRED})
        member = after(member, ended)
    return member, gone


def spent(member: Standing, points: int, happened: int) -> list[Posting]:
    """What lots of that day do not reach is owed."""
    lots = good(member.pool, day(happened))
    parts = draw(lots, min(points, total(lots)))
    return [
        *(Posting(Account.POOL, Asset.POINTS, lot.id, -lot.points) for lot in parts),
        *owe(points - total(parts), "spent"),
    ]


@RULES
@given(NEWS, POOLS)
def test_d18_expiry_spending_and_claw_back_commute_as_event_time_says(
    news: list[tuple[str, int, int, int]], pool: list[tuple[int, int | None]]
) -> None:
    lots = [a_lot(f"lot{number}", points, 0, ends) for number, (points, ends) in enumerate(pool)]
    at_once = [(kind, points, happened, 0) for kind, points, happened, _ in news]
    late, in_time = booked(news, lots, "spent long ago"), booked(at_once, lots, "spent long ago")
    assert late[1] == in_time[1], "the same lots expire, by the same amounts"
    assert late[0].debt == in_time[0].debt
    assert sorted(late[0].pool, key=lambda lot: lot.id) == sorted(in_time[0].pool, key=lambda lot: lot.id)


@RULES
@given(NEWS, st.integers(1, 60), st.none() | st.integers(0, 40))
def test_d18_so_do_returns_of_the_sale_that_made_the_lot(
    news: list[tuple[str, int, int, int]], points: int, ends: int | None
) -> None:
    """Expired or cancelled, what the lot still had counts as taken: the debt is the same."""
    lots = [a_lot("lot0", points, 0, ends)]
    at_once = [(kind, points, happened, 0) for kind, points, happened, _ in news]
    late, in_time = booked(news, lots, "lot0")[0], booked(at_once, lots, "lot0")[0]
    assert late == in_time


def test_d18_ending_points_on_the_day_itself_would_not_commute() -> None:
    """The negative control: without waiting for the longest offline time, late news finds nothing."""
    lots = [a_lot("lot0", 500, 0, 30)]
    news = [("spend", 300, 30, 2)]
    eager = after(Standing(pool=tuple(lots)), expire_pool(lots, day(31), PointsPolicy(longest_offline_days=0)))
    assert after(eager, spent(eager, 300, 30)).debt == 300
    member, gone = booked(news, lots, "other")
    assert (member.debt, gone) == (0, {"lot0": 200})
