"""The best combination: proven up to the bound, and above it where a bound or a short search shows it."""

from __future__ import annotations

from typing import Any

from loyalty import Programme
from loyalty.combination import PROVEN_BOUND, Combination, best_combination
from tests.loyalty.material import line, member, member_price, newest, offer, programme, spend_and_save
from tests.loyalty.till_material import checkout, conditions

MANY = [member_price({f"{10000000 + place}": 900 - place * place}, f"p{place:02}") for place in range(PROVEN_BOUND + 9)]
LINES = [line(place + 1, 1000, gtin=f"{10000000 + place}") for place in range(len(MANY))]


def best(rules: Programme, tier: str | None = "gold", *removed: str) -> Combination:
    asked = conditions(rules, LINES, member(tier) if tier else None, removed=removed)
    till = checkout(rules, LINES, tier)
    return best_combination(till, asked.contenders(till))


def ids(found: Combination) -> list[str]:
    return [applied.offer.id for applied in found.run.applied]


def save(threshold: int, amount: int, **more: Any) -> dict[str, Any]:
    return spend_and_save(threshold, amount, **more)


def test_up_to_the_bound_the_result_is_proven() -> None:
    found = best(programme(*MANY[:PROVEN_BOUND]))
    assert (found.proven, len(ids(found))) == (True, PROVEN_BOUND)


def test_offers_that_do_not_compete_are_proven_in_any_number() -> None:
    found = best(programme(*MANY, save(10000, 500)))
    assert (found.proven, len(ids(found))) == (True, len(MANY) + 1)


def test_more_than_the_bound_that_do_compete_are_best_effort_and_say_so() -> None:
    """Which prices to leave out so that the threshold is just met is too long a question."""
    total = sum(each.unit_price for each in LINES)
    found = best(programme(*MANY, save(total - 2222, 3000)))
    assert not found.proven
    assert found.run.net < total - sum(100 + place * place for place in range(len(MANY)))


def test_best_effort_leaves_out_what_makes_the_basket_dearer() -> None:
    found = best(programme(*MANY, save(21000, 9000, priority=1)))
    assert found.run.net == 12000  # all member prices off, the threshold met
    assert ids(found) == ["save"]


def test_best_effort_takes_one_offer_of_each_exclusion_group() -> None:
    total = sum(each.unit_price for each in LINES)
    pairs = [offer("special_price", f"x{n}", prices={f"{10000000 + n}": 870}, group=f"g{n}") for n in range(5)]
    prices = [{**each, "group": f"g{place}"} for place, each in enumerate(MANY)]
    found = best(newest(*prices, *pairs, save(total - 2222, 3000)))
    groups = [applied.offer.group for applied in found.run.applied if applied.offer.group]
    assert not found.proven
    assert len(groups) == len(set(groups))


def test_a_dozen_offers_on_single_units_of_the_same_goods_do_not_hold_up_the_till() -> None:
    """Every order gives other units to each offer: too many results to look at, so it is best effort and says so."""
    once = [{"scope": "order", "measure": "times", "most": 1}]
    offers = [offer("nth_unit", f"n{n:02}", n + 1, nth=2, percent=[5 + 3 * n, 100], limits=once) for n in range(12)]
    goods = [line(no, 1000 + 37 * no, 2, gtin=f"{10000000 + no}") for no in range(1, 31)]
    rules = newest(*offers)
    till = checkout(rules, goods)
    few = best_combination(till, conditions(newest(*offers[:5]), goods).contenders(till))
    many = best_combination(till, conditions(rules, goods).contenders(till))
    assert (few.proven, many.proven) == (True, False)
    assert many.run.net < few.run.net


def test_thresholds_and_percentages_that_all_overlap_end_in_time() -> None:
    """Seven or more of one step, each on other categories: within the nodes, or best effort."""
    categories = ["a", "b", "c", "d"]
    goods = [line(no, 997 + 61 * no, gtin=f"{10000000 + no}", category=categories[no % 4]) for no in range(1, 41)]
    entries = []
    for n in range(12):
        named = {"categories": [categories[n % 4], categories[(n + 1 + n // 4) % 4]]}
        if n % 2:
            entries.append(offer("percent_off", f"o{n:02}", percent=[3 + 2 * n, 100], **named))
        else:
            entries.append(offer("spend_and_save", f"o{n:02}", threshold=20000 + 900 * n, save=900 + 70 * n, **named))
    rules = newest(*entries)
    till = checkout(rules, goods)
    found = best_combination(till, conditions(rules, goods).contenders(till))
    assert found.run.net < sum(each.unit_price for each in goods) - 10000
