"""How far a card must prove itself, and what is named where it has not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.assurance import (
    LEVELS,
    USUAL,
    Action,
    Need,
    ProofVerdict,
    Rule,
    Shown,
    Table,
    judge,
    reaches,
    read_level,
)
from loyalty.document import Fault
from loyalty.section import Section


@pytest.mark.parametrize(
    ("level", "least", "enough"),
    [("P0", "P1", False), ("P1", "P1", True), ("P2", "P1", True), ("P2", "P3", False), ("P3", "P4", False)],
)
def test_a_level_reaches_what_it_proves_and_p2_is_p1_for_money(level: str, least: str, enough: bool) -> None:
    assert reaches(level, least) is enough


def test_what_is_no_level_is_a_bug() -> None:
    with pytest.raises(ValueError, match="P9"):
        reaches("P9", "P1")


@pytest.mark.parametrize(("written", "read"), [({}, "P4"), ({"level": "P3"}, "P3")])
def test_a_level_is_optional(written: dict[str, str], read: str) -> None:
    assert read_level(Section(written, "$", []), "level", "P4") == read


@pytest.mark.parametrize("level", ["P0", "P2", "P5"])
def test_p0_proves_nothing_and_p2_is_no_level_of_its_own(level: str) -> None:
    faults: list[Fault] = []
    assert read_level(Section({"level": level}, "$", faults), "level", "P4") == "P4"
    assert [fault.path for fault in faults] == ["level"]


FEW = Shown("P1")
ALL = Shown("P4", pin=True, staff=True, hq=True)


def ways(verdict: ProofVerdict) -> list[tuple[set[str], str | None, int | None]]:
    return [({need.value for need in way.needs}, way.level, way.most) for way in verdict.ways]


def test_an_amount_beyond_the_copyable_names_the_pin_first_and_then_the_card() -> None:
    verdict = judge(USUAL, Action.REDEEM, FEW, 500, used=1_800)
    assert not verdict.allowed
    assert ways(verdict) == [({"less"}, None, 200), ({"pin"}, None, None), ({"level"}, "P3", None)]


def test_where_the_day_is_used_up_less_would_not_do() -> None:
    verdict = judge(USUAL, Action.REDEEM, FEW, 1, used=2_000)
    assert ways(verdict) == [({"pin"}, None, None), ({"level"}, "P3", None)]


def test_a_floor_limit_counts_one_sale_alone() -> None:
    card = Shown("P4")
    assert judge(USUAL, Action.SPEND_VALUE, card, 20_000, used=10**6).allowed
    assert ways(judge(USUAL, Action.SPEND_VALUE, card, 20_001)) == [({"hq"}, None, None), ({"less"}, None, 20_000)]
    assert judge(USUAL, Action.SPEND_VALUE, Shown("P4", hq=True), 10**9).allowed


def test_a_traveller_earns_and_sees_and_redeems_nothing() -> None:
    traveller = Shown("P1", key_at_hand=False)
    assert judge(USUAL, Action.EARN, traveller, 10**6).allowed
    assert judge(USUAL, Action.SEE_BALANCE, traveller).allowed
    verdict = judge(USUAL, Action.REDEEM, traveller, 1)
    assert ways(verdict) == [({"key"}, None, None), ({"pin"}, None, None), ({"level"}, "P3", None)]


def test_an_easier_way_stands_for_a_harder_one() -> None:
    table = (
        Rule(Action.SPEND_VALUE, "P4", pin=True),
        Rule(Action.SPEND_VALUE, "P3", pin=True),
        Rule(Action.SPEND_VALUE, "P3", pin=True, most=3),
        Rule(Action.SPEND_VALUE, "P1", most=5),
        Rule(Action.SPEND_VALUE, "P1", most=4),
        Rule(Action.SPEND_VALUE, "P1", most=4, hq=True),
    )
    assert ways(judge(table, Action.SPEND_VALUE, FEW, 6)) == [({"less"}, None, 5), ({"level", "pin"}, "P3", None)]


def test_an_action_without_a_rule_is_never_allowed() -> None:
    assert judge((), Action.GREET, ALL) == ProofVerdict(False)


@pytest.mark.parametrize(
    ("action", "level", "most", "said"),
    [
        (Action.REDEEM, "P0", None, "no proof"),
        (Action.SPEND_VALUE, "P0", None, "no proof"),
        (Action.GREET, "P2", None, "'P2'"),
        (Action.EARN, "P1", -1, "-1"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(action: Action, level: str, most: int | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Rule(action, level, most=most)


shown = st.builds(
    Shown,
    level=st.sampled_from(LEVELS),
    pin=st.booleans(),
    staff=st.booleans(),
    hq=st.booleans(),
    key_at_hand=st.booleans(),
)
rules = st.builds(
    Rule,
    action=st.just(Action.EARN),
    level=st.sampled_from(["P0", "P1", "P3", "P4"]),
    pin=st.booleans(),
    staff=st.booleans(),
    hq=st.booleans(),
    key=st.booleans(),
    most=st.none() | st.integers(0, 9),
    daily=st.booleans(),
)
tables = st.lists(rules, max_size=5).map(tuple)
amounts = st.integers(0, 12)


def more(there: Shown, added: Shown) -> Shown:
    level = max(there.level, added.level)
    flags = {name: getattr(there, name) or getattr(added, name) for name in ("pin", "staff", "hq", "key_at_hand")}
    return Shown(level, **flags)


@given(tables, shown, shown, amounts, amounts)
def test_more_proof_never_allows_less(table: Table, there: Shown, added: Shown, amount: int, used: int) -> None:
    if judge(table, Action.EARN, there, amount, used).allowed:
        assert judge(table, Action.EARN, more(there, added), amount, used).allowed


@given(tables, shown, amounts, amounts)
def test_whoever_brings_what_is_named_is_allowed(table: Table, there: Shown, amount: int, used: int) -> None:
    for way in judge(table, Action.EARN, there, amount, used).ways:
        brought = Shown(
            way.level or "P0",
            Need.PIN in way.needs,
            Need.STAFF in way.needs,
            Need.HQ in way.needs,
            Need.KEY in way.needs,
        )
        asked = amount if way.most is None else way.most
        assert judge(table, Action.EARN, more(there, brought), asked, used).allowed


@given(tables, shown, amounts, amounts)
def test_no_way_is_named_twice_or_is_longer_than_it_must_be(table: Table, there: Shown, amount: int, used: int) -> None:
    named = judge(table, Action.EARN, there, amount, used).ways
    assert len(set(named)) == len(named)
    assert [len(way.needs) for way in named] == sorted(len(way.needs) for way in named)


@given(shown, amounts)
def test_who_proves_nothing_takes_nothing(there: Shown, amount: int) -> None:
    nobody = Shown("P0", there.pin, there.staff, there.hq, there.key_at_hand)
    for action in (Action.REDEEM, Action.SPEND_VALUE):
        assert not judge(USUAL, action, nobody, amount).allowed
