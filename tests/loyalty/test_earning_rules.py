"""Reading earning rules, sets and events: defaults, bounds, and every fault at once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from loyalty import EarningRule, ProgrammeError, read_programme
from loyalty.earning_rules import ByRate, ForEachFull, PerOrder, PerUnit
from loyalty.section import MAX_AMOUNT
from tests.loyalty.material import BARE, NAME, document

RULE: dict[str, Any] = {"id": "base", "name": NAME, "points": 3, "per": 200}


def read(*earning: dict[str, Any], **more: Any) -> tuple[EarningRule, ...]:
    return read_programme(document(format=2, earning=list(earning), **more)).earning


def faults(*earning: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ProgrammeError) as caught:
        read(*earning, **more)
    return [(fault.path, fault.remedy) for fault in caught.value.faults]


def test_a_rule_needs_an_id_a_name_and_a_rate() -> None:
    (rule,) = read(RULE)
    assert rule == EarningRule("base", NAME, ByRate(Fraction(3, 200)))
    assert (rule.by_tier, rule.threshold, rule.most, rule.set) == (False, 0, MAX_AMOUNT, None)
    assert not rule.goods.is_named
    assert rule.audience.timeless


def test_each_kind_has_its_own_keys() -> None:
    about = {"id": "x", "name": NAME, "points": 5}
    kinds = [
        {**RULE, "kind": "rate"},
        {**RULE, "id": "full", "kind": "each_full"},
        {**about, "kind": "per_unit"},
        {**about, "id": "o", "kind": "per_order"},
    ]
    assert [rule.award for rule in read(*kinds)] == [
        ByRate(Fraction(3, 200)),
        ForEachFull(3, 200),
        PerUnit(5),
        PerOrder(5),
    ]
    assert faults({**about, "kind": "per_unit", "per": 100})[0][0] == "earning[0].per"


def test_the_rules_of_format_1_are_read_as_ever() -> None:
    (rule,) = read_programme(BARE).earning
    assert rule.award == ByRate(Fraction(1, 1000))
    assert rule.by_tier
    assert rule.goods.excluded_categories == {"tobacco"}


def test_what_is_new_needs_the_new_format() -> None:
    paths = []
    for news in ({"earning": [{**BARE["earning"][0], "threshold": 5}]}, {"earning_sets": []}, {"points": {}}):
        with pytest.raises(ProgrammeError) as caught:
            read_programme(document(**news))
        paths += [fault.path for fault in caught.value.faults]
    assert paths == ["earning[0].threshold", "earning_sets", "points"]


def test_an_unknown_kind_is_a_fault_with_the_nearest_name() -> None:
    assert faults({**RULE, "kind": "each_ful"}) == [("earning[0].kind", "did you mean 'each_full'?")]


def test_rates_and_numbers_have_bounds() -> None:
    assert read({**RULE, "points": 1000, "per": 1})[0].award == ByRate(Fraction(1000))
    assert [path for path, _ in faults({**RULE, "points": 1001, "per": 1})] == ["earning[0].points"]
    wrong = {"id": "x", "name": NAME, "kind": "per_unit", "points": 1_000_001, "threshold": -1, "most": 0}
    assert {path for path, _ in faults(wrong)} == {"earning[0].points", "earning[0].threshold", "earning[0].most"}


def test_a_rule_names_a_set_that_is_there() -> None:
    sets = [{"id": "vip", "name": NAME, "priority": 1}]
    assert read({**RULE, "set": "vip"}, earning_sets=sets)[0].set == "vip"
    assert faults({**RULE, "set": "vipp"}, earning_sets=sets) == [("earning[0].set", "did you mean 'vip'?")]


def test_sets_are_asked_by_priority_and_id_wherever_they_stand() -> None:
    sets = [{"id": id, "name": NAME, "priority": priority} for id, priority in (("c", 2), ("b", 2), ("z", 1))]
    read_sets = read_programme(document(format=2, earning_sets=sets)).earning_sets
    assert [each.id for each in read_sets] == ["z", "b", "c"]


def test_an_event_has_a_factor() -> None:
    events = [{"id": "double", "name": NAME, "factor": [2, 1], "weekdays": [6, 7], "categories": ["wine"]}]
    (event,) = read_programme(document(format=2, earning_events=events)).earning_events
    assert (event.factor, event.audience.weekdays, event.goods.categories) == (2, {6, 7}, {"wine"})
    assert faults(RULE, earning_events=[{**events[0], "factor": [101, 1]}])[0][0] == "earning_events[0].factor"


def test_no_id_is_used_twice() -> None:
    a_set, an_event = {"id": "s", "name": NAME, "priority": 1}, {"id": "e", "name": NAME, "factor": [2, 1]}
    found = faults(RULE, RULE, earning_sets=[a_set, a_set], earning_events=[an_event, an_event])
    assert [path for path, _ in found] == ["earning_sets[1].id", "earning[1].id", "earning_events[1].id"]


def test_a_programme_may_have_neither_rules_nor_sets_nor_events() -> None:
    bare = read_programme(document(earning=[]))
    assert (bare.earning, bare.earning_sets, bare.earning_events) == ((), (), ())
