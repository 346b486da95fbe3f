"""docs/points.md: every table is what the code does."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from loyalty.audience import Shopper
from loyalty.claw_back import take_back, to_take_back
from loyalty.earning import earn
from loyalty.expire import expire_lease, expire_pool
from loyalty.ledger import Account
from loyalty.lots import Lot
from loyalty.merge_members import merge_members
from loyalty.pending import activate, active_on
from loyalty.points import bases, good_until
from loyalty.points_policy import PointsBase, PointsPolicy
from loyalty.standing import Pending, Standing, after, balance, total
from loyalty.transfer import Holdings
from tests.docs.tables import table
from tests.loyalty.material import BARE, NAME, line, programme

BASES = table("points.md", "| goods | of that tax | points pay | idle bonus pays | base | without tax |")
KINDS = table("points.md", "| kind | points | per | wine | other goods | exactly | earned |")
PLACES = table("points.md", "| place | what it is | spent from |")
BALANCES = table("points.md", "| lease | pool | pending | debt | certain here | elsewhere | waiting |")
WINDOWS = table("points.md", "| pending | returned | debt | on 9 March active | debt then |")
RETURNS = table("points.md", "| comes back | base left | points of that | taken before | taken now |")
TAKEN = table(
    "points.md",
    "| to take | own pending | own lot | ended | other lots | owed before | cap | cancelled | counted as taken "
    "| new debt | above the cap |",
)
ENDS = table("points.md", "| day | leased | ends at the till | at HQ | ends at HQ |")
YEARS = table("points.md", "| earned on | `lifetime_months` | `rolling` | `year_end` |")
MERGES = table("points.md", "| gone has | gone owes | stays has | stays owes | pool then | debt then |")
DAY = "2026-03-01"


def minor(text: str) -> int:
    return int(Fraction(text) * 100)


def sums(text: str) -> list[int]:
    return [minor(part) for part in text.split("+")] if text else []


def lots(points: str, id: str = "lot") -> tuple[Lot, ...]:
    return (Lot(id, int(points), "2026-01-01"),) if int(points) else ()


def waits(points: str, id: str = "sale") -> tuple[Pending, ...]:
    return tuple(Pending(lot, "2026-03-09") for lot in lots(points, id))


@pytest.mark.parametrize("row", BASES, ids=str)
def test_the_base_is_what_was_paid(row: list[str]) -> None:
    goods, tax, points, bonus, base, without = row
    nets, paid = sums(goods), (minor(points), minor(bonus))
    taxes = [minor(tax), *[0] * (len(nets) - 1)]
    assert list(bases(nets, taxes, *paid, PointsPolicy())) == sums(base)
    assert list(bases(nets, taxes, *paid, PointsPolicy(base=PointsBase.NET))) == sums(without)


@pytest.mark.parametrize("row", KINDS, ids=str)
def test_a_rule_gives_what_is_shown(row: list[str]) -> None:
    kind, points, per, wine, others, exactly, earned = row
    rule = {"id": "r", "name": NAME, "kind": kind, "points": int(points), **({"per": minor(per)} if per else {})}
    event = {"id": "e", "name": NAME, "factor": [3, 1], "categories": ["wine"]}
    rules = programme(format=2, earning=[rule], earning_events=[event])
    kinds = [*(("wine", price) for price in sums(wine)), *(("snacks", price) for price in sums(others))]
    lines = [line(no, price, category=category) for no, (category, price) in enumerate(kinds, 1)]
    given = earn(lines, [each.gross for each in lines], rules, Shopper(rules.tier("regular"), date(2026, 3, 1)))
    assert sum(each.points for each in given) == int(earned) == Fraction(exactly) // 1


def test_the_places_are_those_of_the_ledger() -> None:
    assert {row[0] for row in PLACES} == {Account.PENDING, Account.LEASE, Account.POOL, Account.DEBT}


@pytest.mark.parametrize("row", BALANCES, ids=str)
def test_a_balance_shows_what_is_shown(row: list[str]) -> None:
    lease, pool, pending, debt, *shown = row
    held = balance(Standing(waits(pending), lots(lease), lots(pool), int(debt)), DAY, None)
    assert [held.certain, held.elsewhere, held.waiting] == [int(each) for each in shown]


@pytest.mark.parametrize("row", WINDOWS, ids=str)
def test_pending_points_become_active_as_shown(row: list[str]) -> None:
    pending, returned, debt, active, left = row
    assert active_on("2026-03-01", PointsPolicy(return_window_days=7)) == "2026-03-09"
    standing = Standing(waits(pending), debt=int(debt))
    standing = after(standing, take_back(int(returned), "sale", standing, "2026-03-04").postings)
    standing = after(standing, activate(standing, "2026-03-09").postings)
    assert (total(standing.pool), standing.debt) == (int(active), int(left))


@pytest.mark.parametrize("row", RETURNS, ids=str)
def test_a_return_takes_what_is_shown(row: list[str]) -> None:
    _, left, rest, before, now = row
    assert minor(left) // 1000 == int(rest)
    assert to_take_back(2, int(rest), int(before)) == int(now)


@pytest.mark.parametrize("row", TAKEN, ids=str)
def test_points_are_taken_from_where_it_is_shown(row: list[str]) -> None:
    points, pending, own, ended, others, owed, cap, *shown = row
    standing = Standing(waits(pending), (*lots(own, "sale"), *lots(others)), debt=int(owed))
    taken = take_back(int(points), "sale", standing, DAY, expired=int(ended), debt_cap=int(cap) if cap else None)
    assert [taken.cancelled, taken.expired, taken.debt, taken.over_cap] == [int(each) for each in shown]


@pytest.mark.parametrize("row", ENDS, ids=str)
def test_points_end_on_the_day_shown(row: list[str]) -> None:
    day, leased, at_till, at_hq, ends = row

    def ended(points: str, here: bool) -> int:
        dated = [Lot(lot.id, lot.points, lot.earned_on, "2026-12-31") for lot in lots(points)]
        postings = expire_lease(dated, day) if here else expire_pool(dated, day, PointsPolicy())
        return sum(each.amount for each in postings if each.account is Account.EXPIRED)

    assert (ended(leased, True), ended(at_hq, False)) == (int(at_till), int(ends))


@pytest.mark.parametrize("row", YEARS, ids=str)
def test_points_are_good_until_the_day_shown(row: list[str]) -> None:
    earned_on, months, *last = row
    money = {**BARE["points_as_money"], "lifetime_months": int(months)}
    for expiry, day in zip(("rolling", "year_end"), last, strict=True):
        rules = programme(format=2, points={"expiry": expiry}, points_as_money=money)
        assert good_until(date.fromisoformat(earned_on), rules) == day


@pytest.mark.parametrize("row", MERGES, ids=str)
def test_a_merge_ends_as_shown(row: list[str]) -> None:
    has, owes, other_has, other_owes, pool, debt = row
    gone = Holdings(Standing(pool=lots(has, "a"), debt=int(owes)))
    stays = Holdings(Standing(pool=lots(other_has, "b"), debt=int(other_owes)))
    standing = merge_members(gone, stays, "stays", DAY).standing
    assert (total(standing.pool), standing.debt) == (int(pool), int(debt))
