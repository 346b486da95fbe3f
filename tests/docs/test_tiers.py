"""docs/tiers.md, docs/birthdays.md and docs/merits-and-lotteries.md: their tables are run."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from loyalty import Refused
from loyalty.birthday import BirthdayPolicy, kept_birthday
from loyalty.lottery import odds
from loyalty.merit import MeritMove, MeritStanding, credit_act, merit_level, redeem_merit
from loyalty.tier_refund import less, tier_after_refund
from loyalty.tier_standing import Qualifying
from tests.docs.tables import table
from tests.loyalty.lottery_material import lotteries, the_lottery
from tests.loyalty.test_merit import MERIT
from tests.loyalty.tier_material import joined, on, review, sale, scheme

WINDOWS = table("tiers.md", "| window | months | joined | day | first day that counts | last |")
STORY = table("tiers.md", "| day | bought | tier | why | certain until | missing to keep it |")
LOWERED = table("tiers.md", "| downgrade | after the review |")
RETURNS = table("tiers.md", "| returned | day of the return | tier at once | tier on 2027-01-01 | tier on 2028-01-01 |")
BIRTHDAYS = table("birthdays.md", "| born | changed on | today | 29 February is kept on | kept |")
VERDICTS = table("merits-and-lotteries.md", "| verdict | when |")
MERITS = table("merits-and-lotteries.md", "| step | credited | left | level |")
ODDS = table("merits-and-lotteries.md", "| prize | weight | chances | odds | odds when the bike is gone |")
A, B = sale("2026-03-01", 60_000, "A"), sale("2026-04-01", 50_000, "B")


def fen(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_tables_are_whole() -> None:
    assert [len(rows) for rows in (WINDOWS, STORY, LOWERED, RETURNS)] == [9, 7, 3, 6]
    assert [len(rows) for rows in (BIRTHDAYS, VERDICTS, MERITS, ODDS)] == [13, 4, 9, 4]


@pytest.mark.parametrize("row", WINDOWS, ids=" ".join)
def test_the_days_that_count_are_those_shown(row: list[str]) -> None:
    kind, months, joined_on, day, first, last = row
    policy = scheme(kind, months=int(months)).tier_policy
    assert policy is not None
    found = policy.window.counting(date.fromisoformat(day), date.fromisoformat(joined_on))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_the_years_of_a_member_go_as_shown() -> None:
    rules, standing, sales = scheme(grace_days=30), joined(), list[Qualifying]()
    for day, bought, *shown in STORY:
        sales += [sale(day, fen(bought))] if bought else []
        found = review(standing, day, rules, *sales)
        standing = found.standing
        missing = f"{found.to_keep // 100}.{found.to_keep % 100:02}"
        assert [found.after, str(found.reason), found.kept_until, missing] == shown


@pytest.mark.parametrize(("downgrade", "after"), LOWERED)
def test_a_review_lowers_as_shown(downgrade: str, after: str) -> None:
    found = review(joined(tier="diamond"), "2027-01-01", scheme(downgrade=downgrade), sale("2026-05-01", 60_000))
    assert found.after == after


@pytest.mark.parametrize("row", RETURNS, ids=" ".join)
def test_a_return_does_what_is_shown(row: list[str]) -> None:
    what, day, *shown = row
    rules, standing = scheme(), joined()
    history: tuple[Qualifying, ...] = (A, B)
    for back in (
        [Qualifying("B", B.on, 10_000)] if " of " in what else [{"A": A, "B": B}[id] for id in what.split(", ")]
    ):
        standing = tier_after_refund(standing, history, back, on(day), rules).standing
        history = less(history, back)
    tiers = [standing.tier]
    tiers += [review(standing, later, rules, *history).after for later in ("2027-01-01", "2028-01-01")]
    assert tiers == shown


@pytest.mark.parametrize("row", BIRTHDAYS, ids=" ".join)
def test_a_birthday_is_kept_as_shown(row: list[str]) -> None:
    born, changed_on, today, leap_day, kept = row
    found = kept_birthday(born, changed_on or None, date.fromisoformat(today), BirthdayPolicy(leap_day=leap_day))
    assert (str(found) if found else "no") == kept


def test_merits_go_as_shown() -> None:
    standing = MeritStanding()
    verdicts = set[str]()
    for step, *shown in MERITS:
        found: Any = credit_act(step, "m1", standing, MERIT, on("2026-03-01"))
        if step == "frame":
            found = redeem_merit(step, standing, MERIT)
        if isinstance(found, MeritMove):
            standing = found.standing
        else:
            verdicts.add(found.verdict)
        level = merit_level(standing.credited, MERIT)
        assert [str(standing.credited), str(standing.left), level.id if level else "none"] == shown
    assert verdicts == {"merit_daily", "merit_not_available"}


def test_every_verdict_of_merits_is_told() -> None:
    answers = [
        credit_act("spam", "m1", MeritStanding(), MERIT, on("2026-03-01")),
        redeem_merit("yacht", MeritStanding(), MERIT),
    ]
    unknown = {answer.verdict.value for answer in answers if isinstance(answer, Refused)}
    assert {row[0] for row in VERDICTS} == unknown | {"merit_daily", "merit_not_available"}


def test_the_odds_are_those_shown() -> None:
    wheel = the_lottery(lotteries())
    found, gone, first = odds(wheel), odds(wheel, {"bike"}), 0
    for cell, weight, chances, chance, chance_gone in ODDS:
        prize = wheel.prize(cell.split("`")[0])
        assert ("instead" in cell) is (wheel.instead == prize.id)
        assert (prize.weight, chances) == (int(weight), f"{first} to {first + prize.weight - 1}")
        assert (found[prize.id], gone[prize.id]) == (Fraction(chance), Fraction(chance_gone))
        first += prize.weight
    assert first == wheel.total
