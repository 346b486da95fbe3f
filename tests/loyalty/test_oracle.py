"""Engine and oracle agree on random baskets, and they would not if either were wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from tests.loyalty.oracle.__main__ import main
from tests.loyalty.oracle.answer import answer
from tests.loyalty.oracle.cases import case
from tests.loyalty.oracle.compare import differences, first_difference
from tests.loyalty.oracle.effect import NOTHING, Effect, Facts
from tests.loyalty.oracle.engine import by_engine
from tests.loyalty.oracle.exact import fraction, half_up
from tests.loyalty.oracle.item_offers import covered_by
from tests.loyalty.oracle.search import KINDS, STEPS, Apply, Outcome, outcomes
from tests.loyalty.oracle.table import Table

Rule = dict[str, Any]
SEED = 2026
CHUNK = 250
ENOUGH = 400  # cases in which each wrong pricing must have been caught


@pytest.mark.parametrize("first", range(0, 1000, CHUNK))
def test_engine_and_oracle_agree(first: int) -> None:
    found = first_difference(range(first, first + CHUNK), SEED)
    assert found is None, str(found)


def test_the_cases_are_worth_comparing() -> None:
    """Every kind is applied, offers compete, and much of what is rare elsewhere is common here."""
    kinds, seen = Counter[str](), Counter[str]()
    for number in range(1000):
        drawn = case(SEED, number)
        told = answer(drawn)
        kind_of = {offer["id"]: offer["kind"] for offer in drawn["programme"]["offers"]}
        kinds.update(kind_of[offer] for offer, _, _ in told["reasons"])
        steps = [step for _, step, _ in told["reasons"]]
        seen["several applied"] += len(steps) > 1
        seen["several of one step"] += len(set(steps)) < len(steps)
        seen["guest"] += drawn["member"] is None
        seen["member's advantage"] += told["net"] < told["guest_net"]
        seen["capped"] += "order_cap" in drawn["programme"]
        seen["points used"] += told["use"]["points"] > 0
        seen["points limited by " + str(told["use"]["limited_by"])] += 1
        seen["earning"] += bool(told["earned"])
        seen["taxed"] += any(tax for _, _, tax in told["taxes"])
        seen["rights used"] += bool(told["rights"])
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) > 15, kinds
    assert min(seen.values()) > 5, seen


Choose = Callable[[Table, Sequence[Rule], Facts, Fraction | None], Outcome]


def one_order_only(table: Table, offers: Sequence[Rule], facts: Facts, cap: Fraction | None) -> Outcome:
    """Wrong: offers of one step go in the order of their ranks alone."""

    def in_order(outcome: Outcome) -> bool:
        places = [
            (STEPS.index(KINDS[each.offer["kind"]][0]), each.offer["priority"], each.offer["id"])
            for each in outcome.applied
        ]
        return places == sorted(places)

    ordered = filter(in_order, outcomes(table, offers, facts, cap))
    return min(ordered, key=lambda outcome: outcome.preference)


def always_all(table: Table, offers: Sequence[Rule], facts: Facts, cap: Fraction | None) -> Outcome:
    """Wrong: no offer is left out for a better total."""
    return max(outcomes(table, offers, facts, cap), key=lambda outcome: len(outcome.applied))


def each_line_rounded(offer: Rule, table: Table, facts: Facts) -> Effect:
    """Wrong: a tier's percentage is rounded on each line (D02 fixes it on the sum)."""
    rate = fraction(facts.tier["percent_off"]) if facts.tier else Fraction(0)
    covered = covered_by(offer, table)
    takes = [half_up(amount * rate) if i in covered else 0 for i, amount in enumerate(table.amounts)]
    return Effect(tuple(takes)) if any(takes) else NOTHING


def each_unit_rounded(offer: Rule, table: Table, facts: Facts) -> Effect:
    """Wrong: a percentage is rounded on each unit."""
    covered = covered_by(offer, table)
    each = [half_up(price * fraction(offer["percent"])) for price in table.item_prices]
    units = sorted((-table.item_prices[i], i) for i in covered for _ in range(table.free[i]))
    taken = units[offer["nth"] - 1 :: offer["nth"]]
    takes = [each[i] * sum(unit[1] == i for unit in taken) for i in range(len(table.lines))]
    return Effect(tuple(takes), table.free) if any(takes) else NOTHING


def with_kind(kind: str, apply: Apply) -> Choose:
    """The exhaustive search with one kind of offer done wrong."""
    kinds = {**KINDS, kind: (KINDS[kind][0], apply)}
    return lambda table, offers, facts, cap: min(
        outcomes(table, offers, facts, cap, kinds), key=lambda outcome: outcome.preference
    )


@pytest.mark.parametrize(
    "choose",
    [
        pytest.param(one_order_only, id="skips reordering"),
        pytest.param(always_all, id="leaves nothing out"),
        pytest.param(with_kind("tier_percent", each_line_rounded), id="rounds each line"),
        pytest.param(with_kind("nth_unit", each_unit_rounded), id="rounds each unit"),
    ],
)
def test_a_wrong_oracle_is_caught(choose: Choose) -> None:
    found = first_difference(range(ENOUGH), SEED, expected=lambda asked: answer(asked, choose))
    assert found is not None
    assert len(found.case["basket"]["lines"]) <= len(case(SEED, found.number)["basket"]["lines"])


def forgetting(what: str) -> Callable[[Rule], Rule]:
    """An engine that does not see one key of the offers, or of the programme."""

    def wrong(asked: Rule) -> Rule:
        changed = deepcopy(asked)
        for each in (changed["programme"], *changed["programme"]["offers"]):
            each.pop(what, None)
        if what == "limits":
            changed["programme"]["limits"] = asked["programme"]["limits"]
            changed["state"] |= {"used": [], "leased": []}
        return by_engine(changed)

    return wrong


@pytest.mark.parametrize(
    "what", ["group", "limits", "order_cap", "hours", "excluded_categories", "threshold", "tax", "earning_events"]
)
def test_an_engine_that_forgets_a_rule_is_caught(what: str) -> None:
    numbers = (number for number in range(ENOUGH) if not _would_be_invalid(case(SEED, number), what))
    assert first_difference(numbers, SEED, got=forgetting(what)) is not None


def _would_be_invalid(drawn: Rule, what: str) -> bool:
    return what == "threshold" and any(offer["kind"] == "spend_and_save" for offer in drawn["programme"]["offers"])


def test_a_difference_is_told_with_the_smallest_case() -> None:
    """An engine that takes one too many off the total."""

    def wrong(asked: Rule) -> Rule:
        told = by_engine(asked)
        return {**told, "net": told["net"] - bool(told["reasons"])}

    found = first_difference(range(ENOUGH), SEED, got=wrong)
    assert found is not None
    assert (len(found.case["basket"]["lines"]), len(found.case["programme"]["offers"])) == (1, 1)
    assert list(differences(found.case, got=wrong)) == ["net"]
    assert str(found).startswith(f"case {found.number}, the smallest that differs:\n{{")


def test_the_command_says_how_many_cases_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cases", "5", "--seed", "3", "--first", "10"]) == 0
    assert capsys.readouterr().out.startswith("5 cases of seed 3 agree, in ")
