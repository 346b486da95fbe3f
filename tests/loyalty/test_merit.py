"""Merits: credited for contributions, never expiring, spent on rights; levels only rise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Account, Asset, Posting, ProgrammeError, Refused, Verdict, imbalance, read_programme
from loyalty.merit import (
    LOT,
    NO_MERIT,
    Merit,
    MeritMove,
    MeritStanding,
    credit_act,
    merit_level,
    read_merit,
    redeem_merit,
)
from loyalty.section import Section
from tests.loyalty.material import NAME, NOON, document, programme
from tests.loyalty.tier_material import on

REVIEW = {"id": "review", "name": NAME, "points": 5, "most_per_day": 2}
INVITE = {"id": "invite", "name": NAME, "points": 50}
LEVELS = [{"id": "helper", "name": NAME, "threshold": 10}, {"id": "guide", "name": NAME, "threshold": 100}]
REWARDS = [{"id": "frame", "name": NAME, "cost": 30}, {"id": "board", "name": NAME, "cost": 60}]
DOCUMENT: dict[str, Any] = {"acts": [REVIEW, INVITE], "levels": LEVELS, "rewards": REWARDS}
MERIT = programme(format=2, merit=DOCUMENT).merit
NEW = MeritStanding()
RULES = settings(derandomize=True, max_examples=200, deadline=None)


def credited(act: str, standing: MeritStanding = NEW, day: str = "2026-03-01") -> MeritMove:
    found = credit_act(act, "m1", standing, MERIT, on(day))
    assert isinstance(found, MeritMove), found
    assert imbalance(found.postings) == {}
    return found


def test_an_act_credits_its_merits() -> None:
    found = credited("invite")
    assert (found.about, found.points, found.level, found.rose) == ("invite", 50, "helper", True)
    assert found.standing == MeritStanding(50, 50)
    assert found.postings == (
        Posting(Account.ISSUED, Asset.MERIT, LOT, -50),
        Posting(Account.POOL, Asset.MERIT, LOT, 50),
    )
    assert credited("invite", found.standing).rose, "100 make a guide"
    assert not credited("review", found.standing).rose


def test_an_act_counts_only_so_often_a_day() -> None:
    standing = credited("review", credited("review").standing).standing
    assert standing.credited == 10
    assert credit_act("review", "m1", standing, MERIT, on("2026-03-01")) == Refused(Verdict.MERIT_DAILY, {"most": 2})
    assert credited("review", standing, "2026-03-02").standing.credited == 15
    other = credit_act("review", "m2", standing, MERIT, on("2026-03-01"))
    assert isinstance(other, MeritMove), "each member has a count of his own"
    once = programme(format=2, merit={"acts": [{**REVIEW, "points": 1, "most_per_day": 1}]}).merit
    assert isinstance(credit_act("review", "m1", NEW, once, NOON), MeritMove)
    key = MERIT.acts[0].counter("m1", on("2026-03-01").business_date())
    assert standing.used == {key: 2}
    assert Posting(Account.USED, Asset.LIMIT, key, 1) in credited("review").postings


def test_an_act_that_the_programme_does_not_know_gives_nothing() -> None:
    assert credit_act("spam", "m1", MeritStanding(), MERIT, NOON) == Refused(Verdict.MERIT_ACT_UNKNOWN)
    assert credit_act("review", "m1", MeritStanding(), NO_MERIT, NOON) == Refused(Verdict.MERIT_ACT_UNKNOWN)


def test_merits_buy_a_right_and_the_level_stays() -> None:
    standing = MeritStanding(110, 60)
    found = redeem_merit("board", standing, MERIT)
    assert isinstance(found, MeritMove)
    assert (found.about, found.points, found.standing) == ("board", -60, MeritStanding(110, 0))
    assert (found.level, found.rose) == ("guide", False), "by what was credited, not by what is left"
    assert found.postings == (
        Posting(Account.POOL, Asset.MERIT, LOT, -60),
        Posting(Account.REDEEMED, Asset.MERIT, LOT, 60),
    )


def test_merits_that_are_not_there_buy_nothing() -> None:
    found = redeem_merit("board", MeritStanding(500, 59), MERIT)
    assert found == Refused(Verdict.MERIT_NOT_AVAILABLE, {"asked": 60, "available": 59})
    assert redeem_merit("yacht", MeritStanding(500, 500), MERIT) == Refused(Verdict.MERIT_REWARD_UNKNOWN)


@pytest.mark.parametrize(("total", "level"), [(0, None), (9, None), (10, "helper"), (99, "helper"), (100, "guide")])
def test_a_level_is_reached_by_all_that_was_ever_credited(total: int, level: str | None) -> None:
    found = merit_level(total, MERIT)
    assert (found.id if found else None) == level


DEEDS = st.sampled_from(["review", "invite", "frame", "board"])


@RULES
@given(st.lists(st.tuples(DEEDS, st.sampled_from(["2026-03-01", "2026-03-02", "2046-03-01"])), max_size=40))
def test_levels_only_rise_and_merits_never_vanish(deeds: list[tuple[str, str]]) -> None:
    standing, balance, ranks = MeritStanding(), 0, [0]
    for what, day in sorted(deeds, key=lambda deed: deed[1]):
        buys = what in ("frame", "board")
        found = redeem_merit(what, standing, MERIT) if buys else credit_act(what, "m1", standing, MERIT, on(day))
        if isinstance(found, MeritMove):
            standing = found.standing
            balance += sum(posting.amount for posting in found.postings if posting.account is Account.POOL)
            ranks.append({None: 0, "helper": 1, "guide": 2}[found.level])
            assert found.rose is (ranks[-1] > ranks[-2])
        assert standing.left == balance >= 0
    assert ranks == sorted(ranks)
    assert all(times <= 2 for times in standing.used.values())


def test_without_the_key_a_programme_has_no_merits() -> None:
    assert programme().merit == NO_MERIT
    assert read_merit(Section({"merit": {}}, "$", [])) == Merit()


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {
        "acts": [{**REVIEW, "points": 0}, {**REVIEW, "most_per_day": 0}],
        "levels": [LEVELS[1], {**LEVELS[0], "threshold": 100}],
        "rewards": [{**REWARDS[0], "price": 3}],
        "ranks": [],
    }
    with pytest.raises(ProgrammeError) as caught:
        read_programme(document(format=2, merit=wrong))
    assert [fault.path for fault in caught.value.faults] == [
        "merit.acts[0].points",
        "merit.acts[1].most_per_day",
        "merit.acts[1].id",
        "merit.rewards[0].price",
        "merit.levels[1].threshold",
        "merit.ranks",
    ]
