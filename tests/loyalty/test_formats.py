"""Formats: a newer one is refused as a whole; what a format does not have is a fault that names the format it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from loyalty import ProgrammeError, read_programme
from loyalty.formats import FORMAT, beyond_format, too_new
from loyalty.offers import KINDS
from tests.loyalty.material import NAME, document, member_price, spend_and_save, tier_percent

WHOLE = (member_price({"6901234567892": 990}), tier_percent(), spend_and_save(15000, 2000))
SINCE = {"member_price": 1, "tier_percent": 1, "spend_and_save": 1, "raffle": 2}


def beyond(value: object) -> list[str]:
    return [str(fault) for fault in beyond_format(value, SINCE)]


@pytest.mark.parametrize("format", [FORMAT + 1, 10**30])
def test_a_newer_format_is_one_fault_and_nothing_else_is_judged(format: int) -> None:
    with pytest.raises(ProgrammeError) as caught:
        read_programme({"format": format, "surprise": 1, "version": "x"})
    (fault,) = caught.value.faults
    assert str(fault) == f"format is {format}: this program reads formats 1 to {FORMAT}; update it first"


@pytest.mark.parametrize("format", range(1, FORMAT + 1))
def test_every_format_so_far_is_read(format: int) -> None:
    assert read_programme(document(*WHOLE, format=format)) == read_programme(document(*WHOLE))


def test_the_same_document_without_its_newer_format_is_judged_as_a_whole() -> None:
    with pytest.raises(ProgrammeError) as caught:
        read_programme({"format": FORMAT, "surprise": 1, "version": "x"})
    assert len(caught.value.faults) > 5


@pytest.mark.parametrize("value", [None, 7, [], {}, {"format": "3"}, {"format": 0}, {"format": FORMAT}])
def test_what_is_no_newer_format_is_left_to_the_reader(value: object) -> None:
    assert too_new(value) is None


def test_nothing_of_a_whole_document_is_beyond_format_1() -> None:
    assert beyond(document(*WHOLE)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d.update(tax={}), 'tax is not in format 1: it needs format 2; write "format": 2'),
        (lambda d: d.pop("currency"), 'currency is missing: format 1 needs it; add it, or write "format": 2'),
        (lambda d: d["tiers"][1].update(reach=1), "tiers[1].reach is not in format 1: it needs format 2"),
        (lambda d: d["earning"][0].update(groups=[]), "earning[0].groups is not in format 1: it needs format 2"),
        (lambda d: d["earning"][0].update(by_tier=None), "earning[0].by_tier is null: format 1 needs it; add it, or"),
        (lambda d: d["earning"][0].pop("excluded_categories"), "earning[0].excluded_categories is missing: format 1"),
        (lambda d: d["points_as_money"].update(at_least=1), "points_as_money.at_least is not in format 1: it needs"),
        (lambda d: d["limits"].update(debt=1), "limits.debt is not in format 1: it needs format 2"),
        (lambda d: d["offers"][0].update(members_only=True), "offers[0].members_only is not in format 1: it needs"),
        (lambda d: d["offers"][1].update(group=None), "offers[1].group is not in format 1: it needs format 2"),
        (lambda d: d["offers"][2].pop("members_only"), "offers[2].members_only is missing: format 1 needs it"),
        (lambda d: d["offers"][2].update(kind="raffle"), "offers[2].kind is 'raffle': it needs format 2; write \"for"),
        (lambda d: d.update(offers=[{}] * 501), 'offers has 501 offers: format 1 takes 500; write "format": 2'),
    ],
)
def test_what_format_1_does_not_have_names_the_format_it_needs(
    change: Callable[[dict[str, Any]], Any], fault: str
) -> None:
    value = document(*WHOLE)
    change(value)
    assert len(beyond(value)) == 1
    assert beyond(value)[0].startswith(fault)
    assert beyond({**value, "format": 2}) == []


@pytest.mark.parametrize(
    "value",
    [None, [], {"tax": 1}, {"format": "1", "tax": 1}, {"format": True}, {"format": 0}, {"format": 1.0}],
)
def test_without_a_format_nothing_is_compared(value: object) -> None:
    assert beyond(value) == []


def test_what_no_format_can_know_is_left_to_the_reader() -> None:
    assert beyond({**document(), "two words": 1, 5: 1}) == []
    assert beyond(document(tiers=[7], offers=[{"kind": 5}, "x"])) == []


def test_a_key_is_said_once() -> None:
    value = document(*WHOLE, surprise=1)
    value["offers"][1]["treshold"] = 1
    with pytest.raises(ProgrammeError) as caught:
        read_programme(value)
    assert [fault.path for fault in caught.value.faults] == ["offers[1].treshold", "surprise"]


def test_earning_may_leave_out_what_format_1_needed() -> None:
    short, usual = document(format=2), document(format=2)
    del short["earning"][0]["by_tier"], short["earning"][0]["excluded_categories"]
    usual["earning"][0].update(by_tier=False, excluded_categories=[])
    assert read_programme(short).earning == read_programme(usual).earning


def test_a_kind_that_came_later_needs_its_format() -> None:
    value = document({"id": "x", "kind": "nth_unit", "name": NAME, "priority": 1, "nth": 2, "percent": [1, 2]})
    with pytest.raises(ProgrammeError) as caught:
        read_programme(value)
    (fault,) = caught.value.faults
    assert str(fault) == "offers[0].kind is 'nth_unit': it needs format 2; write \"format\": 2"
    assert read_programme({**value, "format": 2}).offers[0].kind == "nth_unit"


def test_no_kind_needs_a_format_that_is_not_read() -> None:
    assert {kind.since for kind in KINDS.values()} == set(range(1, FORMAT + 1))
