"""`stillpoint quote`: from files to a table or JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loyalty import Coupon, Lot, Quote, TillState, price, read_programme, to_json
from loyalty.basket import LineKind
from terminal.commands.quote_files import read_purchase
from tests.loyalty.material import NOON, document, member, offer
from tests.terminal.commands.quote_desk import BASKET, PROGRAMME, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def expected(basket: object = BASKET, state: TillState | None = None) -> Quote:
    state = state or TillState((Lot("a", 5000, "2026-01-01", "2026-12-31"),), "P1")
    return price(read_purchase(basket).basket, member("gold"), read_programme(PROGRAMME), NOON, state)


def test_json_is_the_quote_itself(desk: Desk) -> None:
    result = desk.run("--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == to_json(expected())
    assert desk.run("--json").stdout == result.stdout


def test_the_table_says_every_reason(desk: Desk) -> None:
    result = desk.run()
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    for row in (
        "1 6901234567892 2 × 12.00 24.00",
        "Name [member-price] -4.20",
        "1. Name [member-price] -4.20",
        "2. Name [tier] -26.38",
        "3. Name [save-20] -20.00",
        "Goods 224.00",
        "Total 173.42",
        "1000 points as money; 1050 asked, whole units only -10.00",
        "To pay 163.42",
        "in cash, rounded by -0.02 163.40",
        "Earns 24 points: Name [base]",
        "A guest would pay 204.00",
        "Name [save-1]: 915.43 more saves 1.00",
        "The best lawful combination, proven",
    ):
        assert row.split() in lines, result.stdout


def test_a_guest_needs_no_member_file(desk: Desk) -> None:
    result = desk.run(member=False)
    assert result.exit_code == 0
    assert "0 points as money; 1050 asked, a guest has no points" in result.stdout
    assert "Name [tier]: for members only" in result.stdout
    assert "A guest would pay" not in result.stdout


def test_only_the_lines_are_needed_in_a_basket(desk: Desk) -> None:
    desk.write("basket", '{"lines": []}')
    result = desk.run("--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["gross"] == 0


def test_a_line_may_be_weighed_or_no_goods(desk: Desk) -> None:
    basket = {
        "lines": [
            {"gtin": "20000001", "unit_price": 2980, "category": "fruit", "grams": 350},
            {"gtin": "20000002", "quantity": 3, "unit_price": -50, "category": "bottles", "kind": "deposit"},
        ]
    }
    desk.put("basket", basket)
    weighed, bottles = read_purchase(basket).basket.lines
    assert (weighed.quantity, weighed.grams, weighed.kind) == (1, 350, LineKind.GOODS)
    assert (bottles.kind, bottles.gross) == (LineKind.DEPOSIT, -150)
    result = desk.run()
    assert "  1  20000001       0.350 kg × 29.80" in result.stdout
    assert "  2  20000002       3 × -0.50 deposit" in result.stdout
    assert json.loads(desk.run("--json").stdout)["gross"] == 1043 - 150


def test_a_state_stands_beside_the_member_and_before_what_he_brings(desk: Desk) -> None:
    lots = [{"id": "b", "points": 300, "earned_on": "2026-02-01"}]
    state = desk.put("state", {"lots": lots, "debt": 100, "store": "s01", "stamps": {"card": 4}, "used": {"x:y": 1}})
    found = json.loads(desk.run("--state", state, "--json").stdout)
    held = TillState((Lot("b", 300, "2026-02-01"),), "P1", store="s01", debt=100, stamps={"card": 4}, used={"x:y": 1})
    assert found == to_json(expected(state=held))
    assert found["use"]["points"] == 200
    desk.put("state", {"assurance": "P0"})
    assert json.loads(desk.run("--state", state, "--json").stdout)["use"]["limited_by"] == "assurance"


def test_facts_of_a_member_open_what_they_are_for(desk: Desk) -> None:
    birthday = offer("percent_off", "birthday", percent=[10, 100], birthday=True)
    first = offer("percent_off", "first", percent=[5, 100], first_purchase=True, groups=["new"])
    desk.put("programme", document(birthday, first, format=2))
    facts = {"id": "m1", "tier": "regular"}
    desk.put("member", facts)
    assert json.loads(desk.run("--json").stdout)["reasons"] == []
    facts |= {"birthday": "1990-03-02", "groups": ["new"], "purchases": 0, "qualifying": 100}
    desk.put("member", facts)
    assert [each["offer"] for each in json.loads(desk.run("--json").stdout)["reasons"]] == ["birthday", "first"]
    desk.put("member", facts | {"birthday_changed_on": "2026-02-20"})
    assert [each["offer"] for each in json.loads(desk.run("--json").stdout)["reasons"]] == ["first"]


def test_of_two_coupons_for_one_offer_the_first_of_the_basket_is_used(desk: Desk) -> None:
    rule = {"id": "r", "name": {"en": "R"}, "issue": {"by": "hq"}, "offer": "off"}
    desk.put("programme", document(offer("coupon_amount", "off", amount=500), coupons=[rule], format=2))
    desk.change("basket", lambda value: value.update(coupons=["z", "a", "z"]))
    state = desk.put("state", {"coupons": [{"code": "a", "rule": "r"}, {"code": "z", "rule": "r", "holder": "m1"}]})
    answers = json.loads(desk.run("--state", state, "--json").stdout)["coupons"]
    assert answers == [
        {"code": "z", "used": True, "why": None},
        {"code": "a", "used": False, "why": "coupon_same_offer"},
    ]
    assert "Coupon a another coupon of this offer is chosen" in desk.run("--state", state).stdout


def test_a_coupon_is_read_with_its_dates_and_its_state(desk: Desk) -> None:
    from terminal.commands.quote_state import state_reader

    coupon = {"code": "c", "rule": "r", "starts_on": "2026-01-01", "expires_on": "2026-02-01", "state": "used"}
    state = state_reader(TillState())(
        {"coupons": [coupon], "leased": {"chain:units:ever:flash": 5}, "copyable_used": 7}
    )
    assert state.coupons == (Coupon("c", "r", None, "2026-01-01", "2026-02-01", state.coupons[0].state),)
    assert (state.coupons[0].state, state.copyable_used) == ("used", 7)
    assert state.leased == {"chain:units:ever:flash": 5}


def test_the_time_is_iso_or_milliseconds_or_now(desk: Desk) -> None:
    assert desk.run("--json", at=str(NOON.utc_ms)).stdout == desk.run("--json").stdout
    assert "2026-03-01 12:00" in desk.run(at="2026-03-01T04:00:00Z").stdout
    assert desk.run(at=None).exit_code == 0


def test_the_zone_of_the_programme_stands_where_the_basket_has_none(desk: Desk) -> None:
    desk.change("programme", lambda value: value.update(zone="Europe/Berlin"))
    desk.change("basket", lambda value: value.pop("zone"))
    assert "2026-03-01 05:00 Europe/Berlin" in desk.run().stdout
