"""Reading the programme document: all faults at once, each with path, value and way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from loyalty import ProgrammeError, read_programme
from tests.loyalty.material import document, member_price, spend_and_save, tier_percent

Change = Callable[[dict[str, Any]], Any]
WHOLE = (member_price({"6901234567892": 990}), tier_percent(), spend_and_save(15000, 2000))


def faults(value: object) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        read_programme(value)
    return [str(fault) for fault in caught.value.faults]


def test_a_document_is_read_from_value_text_and_bytes() -> None:
    value = document(*WHOLE)
    text = json.dumps(value, ensure_ascii=False)
    assert read_programme(value) == read_programme(text) == read_programme(text.encode())
    assert [offer.kind for offer in read_programme(value).offers] == ["member_price", "tier_percent", "spend_and_save"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d.update(format=0), "format is 0: use a whole number from 1 to 2"),
        (lambda d: d.update(format=True), "format is True: use a whole number from 1 to 2"),
        (lambda d: d.pop("format"), "format is missing"),
        (lambda d: d.update(id="a b"), "id is 'a b': use 1 to 64 letters"),
        (lambda d: d.update(version=0), "version is 0: use a whole number from 1"),
        (lambda d: d.update(currency="yuan"), "currency is 'yuan': use a code of ISO 4217"),
        (lambda d: d.update(zone="Mars/Base"), "zone is 'Mars/Base': use a time zone such as Asia/Shanghai"),
        (lambda d: d.update(valid_from="tomorrow"), "valid_from is 'tomorrow': use a day of the calendar"),
        (
            lambda d: d.update(valid_until="2025-12-31"),
            "valid_until is '2025-12-31': use a day not before 'valid_from'",
        ),
        (lambda d: d.update(tiers=[]), "tiers is []: use a list of 1 to 50 objects"),
        (lambda d: d["tiers"][1].update(id="regular"), "tiers[1].id is 'regular': it is already used above"),
        (lambda d: d["tiers"][1].update(rank=1), "tiers[1].rank is 1: it is already used above"),
        (lambda d: d["tiers"][1].update(percent_off=[112, 100]), "tiers[1].percent_off is [112, 100]: use [numerator"),
        (lambda d: d["tiers"][1].update(percent_off=0.12), "tiers[1].percent_off is 0.12: use [numerator"),
        (lambda d: d["tiers"][1].update(ern=[1, 1]), "tiers[1].ern is not a known key: did you mean 'earn'?"),
        (lambda d: d["earning"][0].update(per=0), "earning[0].per is 0: use a whole number from 1"),
        (lambda d: d["earning"][0].update(points=10**6 + 1), "earning[0].points is 1000001: use at most 1000 points"),
        (lambda d: d["earning"][0].update(by_tier=1), "earning[0].by_tier is 1: use true or false"),
        (lambda d: d["earning"].append(d["earning"][0]), "earning[1].id is 'base': it is already used above"),
        (lambda d: d.pop("points_as_money"), "points_as_money is missing: add the object"),
        (lambda d: d["points_as_money"].update(cap=[3, 2]), "points_as_money.cap is [3, 2]: use [numerator"),
        (lambda d: d["points_as_money"].update(lifetime_months=0), "points_as_money.lifetime_months is 0: use a whole"),
        (lambda d: d["points_as_money"].update(bonus=0), "points_as_money.bonus is not a known key"),
        (lambda d: d["limits"].update(copyable_daily_points=-1), "limits.copyable_daily_points is -1"),
        (lambda d: d["limits"].update(copyable_daly=1), "limits.copyable_daly is not a known key: did you mean"),
        (lambda d: d.update(cash_rounding=-10), "cash_rounding is -10: use a whole number from 0 to 100000"),
        (lambda d: d.update(cash_roundin=10), "cash_roundin is not a known key: did you mean 'cash_rounding'?"),
        (lambda d: d["offers"][0].update(prices={}), "offers[0].prices is {}: use an object of 1 to 20000 entries"),
        (lambda d: d["offers"][0].update(prices={"69": 1}), "offers[0].prices.69 is not a valid key: a GTIN has 8"),
        (lambda d: d["offers"][0].update(members_only=True), "offers[0].members_only is not"),
        (
            lambda d: d["offers"][1].update(id="member-price"),
            "offers[1].id is 'member-price': it is already used",
        ),
        (lambda d: d["offers"][1].update(excluded_categories="x"), "offers[1].excluded_categories is 'x': use a list"),
        (lambda d: d["offers"][1].update(priority=0), "offers[1].priority is 0: use a whole number from 1 to 9999"),
        (lambda d: d["offers"][2].update(save=15001), "offers[2].save is 15001: use at most the threshold, 15000"),
        (lambda d: d["offers"][2].pop("threshold"), "offers[2].threshold is missing"),
        (
            lambda d: d["offers"][2].update(kind="spend_and_saves"),
            "offers[2].kind is 'spend_and_saves': did you mean",
        ),
        (
            lambda d: d["offers"][2].pop("kind"),
            "offers[2].kind is missing: use one of bundle, buy_get, category_percent",
        ),
    ],
)
def test_one_wrong_thing_is_named_with_its_path(change: Change, fault: str) -> None:
    value = document(*WHOLE)
    change(value)
    assert any(each.startswith(fault) for each in faults(value)), faults(value)


def test_an_offer_that_ends_before_it_begins() -> None:
    value = document(tier_percent(**{"from": "2026-03-02", "until": "2026-03-01"}))
    assert faults(value) == ["offers[0].until is '2026-03-01': use a day not before 'from', 2026-03-02"]


def test_all_faults_come_at_once() -> None:
    value = document(*WHOLE, zone="X", version="3")
    value["tiers"][0]["rank"] = "first"
    value["offers"][1]["kind"] = "tier"
    value["surprise"] = 1
    found = faults(value)
    assert sorted(fault.split(" ")[0] for fault in found) == [
        "offers[1].kind",
        "surprise",
        "tiers[0].rank",
        "version",
        "zone",
    ]


def test_an_unknown_kind_says_nothing_about_its_other_keys() -> None:
    value = document({"kind": "buy_x_get_y", "x": 3, "y": 1})
    assert faults(value) == ["offers[0].kind is 'buy_x_get_y': did you mean 'buy_get'?"]


@pytest.mark.parametrize("value", [None, 7, [], "[]", "null", b'"x"'])
def test_something_else_than_an_object_is_one_fault(value: object) -> None:
    assert len(faults(value)) == 1
    assert "it must be an object in braces" in faults(value)[0]


def test_a_truncated_document_is_one_clear_fault() -> None:
    text = json.dumps(document(*WHOLE))
    for cut in range(0, len(text) - 1, 97):
        (fault,) = faults(text[:cut])
        assert fault.startswith("$ is not JSON (")
        assert fault.endswith("it is cut off or damaged; fetch or write it again")


def test_garbage_is_one_clear_fault() -> None:
    assert len(faults(b"\x00\xff\xfe\x80")) == 1


def test_every_single_field_is_needed_or_has_a_default() -> None:
    optional = {"lifetime_months", "excluded_categories", "from", "until"}
    value = document(*WHOLE)
    for holder in (value, value["tiers"][0], value["earning"][0], value["points_as_money"], *value["offers"]):
        for key in list(holder):
            kept = holder.pop(key)
            if key not in optional or holder is value["earning"][0]:
                assert any(f"{key} is missing" in fault for fault in faults(value)), key
            else:
                read_programme(value)
            holder[key] = kept


def test_a_programme_error_is_a_value_error_that_says_everything() -> None:
    with pytest.raises(ValueError, match=r"(?s)version is 0: .*\nzone is 'X': "):
        read_programme(document(version=0, zone="X"))


@pytest.mark.parametrize("kind", ["member_price", "special_price", "flash_sale"])
@pytest.mark.parametrize("key", ["products", "categories"])
def test_an_offer_with_prices_names_its_goods_by_them_alone(kind: str, key: str) -> None:
    value = document({**member_price({"10000000": 1}), "kind": kind, key: ["10000001"]}, format=2)
    (fault,) = faults(value)
    assert fault.startswith(f"offers[0].{key} is not a known key")
