"""What holds for every quote, whatever the offers, their limits and the member's rights are."""

from __future__ import annotations

from collections import Counter, defaultdict
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Quote, Step, to_json
from protocol import canonical
from tests.loyalty.oracle.cases import case as case_of
from tests.loyalty.oracle.engine import names_of_keys, programme_and_moment, quote
from tests.loyalty.oracle.exact import fraction
from tests.loyalty.oracle.search import KINDS

Rule = dict[str, Any]
RULES = settings(derandomize=True, max_examples=150, deadline=None)
CASES = st.integers(0, 10**9).map(lambda number: case_of(7, number))  # drawing each choice itself is 20 times slower
CAPPED = (Step.TIER, Step.ORDER, Step.COUPON)
SELECTING = {
    "products", "categories", "excluded_products", "excluded_categories", "price_from", "price_below",
    "get_products", "get_categories",
}  # fmt: skip
ALL_LINES = ("tier_percent", "percent_off", "spend_and_save", "nth_unit", "buy_get", "cheapest_free", "coupon_percent")


def goods_of(case: Rule) -> set[int]:
    return {line["no"] for line in case["basket"]["lines"] if "kind" not in line}


@RULES
@given(CASES)
def test_amounts_add_up_and_no_goods_go_below_zero(case: Rule) -> None:
    found, goods = quote(case), goods_of(case)
    assert found.net == sum(line.net for line in found.lines)
    assert found.saved == sum(reason.amount for reason in found.reasons)
    assert found.use.money == sum(line.paid_by_points for line in found.lines)
    for line in found.lines:
        assert line.gross - line.net == sum(line.units) == sum(reason.amount for reason in line.reasons)
        if line.no in goods:
            assert 0 <= line.paid_by_points <= line.net <= line.gross
        else:
            assert (line.reasons, line.paid_by_points, line.base) == ((), 0, 0)


@RULES
@given(CASES)
def test_the_reasons_of_the_lines_are_those_of_the_order(case: Rule) -> None:
    found = quote(case)
    of_lines: defaultdict[tuple[str, Step, int], int] = defaultdict(int)
    for line in found.lines:
        assert all(reason.amount > 0 for reason in line.reasons)
        for reason in line.reasons:
            of_lines[reason.offer, reason.step, reason.order] += reason.amount
    assert of_lines == {(each.offer, each.step, each.order): each.amount for each in found.reasons}
    assert [each.order for each in found.reasons] == list(range(1, len(found.reasons) + 1))
    assert [each.step for each in found.reasons] == sorted((each.step for each in found.reasons), key=list(Step).index)


@RULES
@given(CASES)
def test_the_tax_of_the_lines_is_that_of_the_rates(case: Rule) -> None:
    found = quote(case)
    of_lines, nets = Counter[str](), Counter[str]()
    for line in found.lines:
        of_lines[line.rate] += line.tax
        nets[line.rate] += line.net
        assert abs(line.tax) <= abs(line.net)
    assert {each.rate: each.tax for each in found.tax} == {rate: of_lines[rate] for rate in of_lines if rate}
    inside = case["programme"].get("tax", {}).get("mode") == "inclusive"
    assert all(each.net == nets[each.rate] - (each.tax if inside else 0) for each in found.tax)
    assert of_lines[""] == 0


@RULES
@given(CASES)
def test_the_cap_of_the_order_is_never_exceeded(case: Rule) -> None:
    case["programme"].setdefault("order_cap", [1, 5])
    found, goods = quote(case), goods_of(case)
    items = sum(line.gross for line in found.lines if line.no in goods) - _off(found, Step.ITEM_PRICE, Step.ITEM_OFFER)
    assert _off(found, *CAPPED) <= items * fraction(case["programme"]["order_cap"])


def _off(found: Quote, *steps: Step) -> int:
    return sum(reason.amount for reason in found.reasons if reason.step in steps)


@RULES
@given(CASES)
def test_of_an_exclusion_group_one_offer_is_applied(case: Rule) -> None:
    for number, offer in enumerate(case["programme"]["offers"]):
        offer["group"] = "odd" if number % 2 else "even"
    applied = [reason.offer for reason in quote(case).reasons]
    groups = [offer["group"] for offer in case["programme"]["offers"] if offer["id"] in applied]
    assert len(groups) == len(set(groups))


@RULES
@given(CASES)
def test_limits_are_never_exceeded(case: Rule) -> None:
    found = quote(case)
    names = names_of_keys(case, *programme_and_moment(case))
    used = {names[use.key]: use.amount for use in found.rights if use.kind == "limit"}
    amounts = {reason.offer: reason.amount for reason in found.reasons}
    counted = {what: _by_name(case["state"][what]) for what in ("used", "leased")}
    for offer in case["programme"]["offers"]:
        for place, limit in enumerate(offer.get("limits", [])):
            name, most = f"limit {offer['id']} {place}", limit["most"]
            if limit["scope"] == "terminal":
                most -= counted["used"].get(name, 0)
            elif limit["scope"] != "order":
                most = counted["leased"].get(name, 0)
            assert used.get(name, 0) <= max(0, most)
            if limit["measure"] == "money":
                assert amounts.get(offer["id"], 0) <= max(0, most)


def _by_name(counters: list[Rule]) -> dict[str, int]:
    return {f"limit {each['offer']} {each['limit']}": each["amount"] for each in counters if "limit" in each}


@RULES
@given(CASES)
def test_one_more_lawful_offer_never_raises_the_total(case: Rule) -> None:
    offers = case["programme"]["offers"]
    totals = []
    for count in range(len(offers) + 1):
        fewer = deepcopy(case)
        fewer["basket"]["removed"] += [offer["id"] for offer in offers[count:]]
        totals.append(quote(fewer).net)
    assert totals == sorted(totals, reverse=True)


@RULES
@given(CASES)
def test_an_offer_that_was_removed_stays_out_when_a_line_is_added(case: Rule) -> None:
    found = quote(case)
    for reason in found.reasons:
        without = deepcopy(case)
        without["basket"]["removed"].append(reason.offer)
        lines = without["basket"]["lines"]
        assert quote(without).net >= found.net
        lines.append({**lines[0], "no": 99})
        later = quote(without)
        assert reason.offer not in {each.offer for each in later.reasons}
        assert {each.offer: str(each.miss) for each in later.missed}.get(reason.offer, "removed") == "removed"


@RULES
@given(CASES)
def test_a_member_never_pays_more_than_a_guest(case: Rule) -> None:
    case["member"] = case["member"] or {"id": "m1", "tier": "gold"}
    found, guest = quote(case), quote({**case, "member": None})
    assert found.net <= guest.net == found.guest_net == guest.guest_net
    assert not guest.earned


@RULES
@given(CASES, st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_bytes_in_any_order_of_lines(case: Rule, random: Random) -> None:
    shuffled = deepcopy(case)
    for path in (("basket", "lines"), ("programme", "offers")):
        items = shuffled[path[0]][path[1]]
        shuffled[path[0]][path[1]] = random.sample(items, len(items))
    one, other = canonical.encode(to_json(quote(case))), canonical.encode(to_json(quote(shuffled)))
    assert one == other == canonical.encode(to_json(quote(deepcopy(case))))


@RULES
@given(CASES, st.randoms(use_true_random=False))
def test_the_numbers_of_the_lines_do_not_change_the_total(case: Rule, random: Random) -> None:
    """Where every offer covers all lines and prices none of them; otherwise a left-over unit may fall to another
    line, and so out of an offer (D01)."""
    offers = [offer for offer in case["programme"]["offers"] if offer["kind"] in ALL_LINES]
    for offer in offers:
        for key in SELECTING & offer.keys():
            del offer[key]
    case["programme"]["offers"] = offers
    case["programme"]["coupons"] = [
        rule for rule in case["programme"]["coupons"] if rule["offer"] in {offer["id"] for offer in offers}
    ]
    case["state"] |= {what: _of(case["state"][what], offers) for what in ("used", "leased")}
    renumbered = deepcopy(case)
    lines = renumbered["basket"]["lines"]
    for line, no in zip(lines, random.sample(range(1, 100), len(lines)), strict=True):
        line["no"] = no
    assert quote(renumbered).net == quote(case).net


def _of(counters: list[Rule], offers: list[Rule]) -> list[Rule]:
    return [each for each in counters if each["offer"] in {offer["id"] for offer in offers}]


@RULES
@given(CASES)
def test_every_offer_is_explained_once(case: Rule) -> None:
    """Applied or missed; an offer of the coupon step is asked for by its coupon."""
    found = quote(case)
    applied, missed = [each.offer for each in found.reasons], [each.offer for each in found.missed]
    told = applied + missed
    assert len(told) == len(set(told))
    asked = {offer["id"] for offer in case["programme"]["offers"] if KINDS[offer["kind"]][0] != "coupon"}
    assert asked <= set(told)


@RULES
@given(CASES)
def test_points_pay_whole_units_within_what_is_there(case: Rule) -> None:
    found, rule = quote(case), case["programme"]["points_as_money"]
    use, goods = found.use, sum(line.net for line in found.lines if line.no in goods_of(case))
    assert use.points % rule["points"] == 0
    assert use.money == use.points // rule["points"] * rule["money"]
    assert use.points <= min(use.asked, use.available)
    assert use.money <= max(0, goods) * fraction(rule["cap"])
    assert (use.limited_by is None) == (use.points == use.asked)
    if case["member"] is None or case["state"]["assurance"] == "P0":
        assert use.points == 0
