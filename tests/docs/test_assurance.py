"""docs/assurance.md: its tables are run."""

from __future__ import annotations

import pytest

from loyalty.assurance import LEVELS, USUAL, Action, Need, Shown, Way, judge
from loyalty.possession import Challenge, Evidence, Token, possession
from tests.docs.tables import table

LEVELS_SHOWN = table("assurance.md", "| shown | issued with a key | challenge | trusted clock | HQ | level |")
RULES = table("assurance.md", "| action | level | PIN | staff | HQ | key | most | counted |")
EXAMPLES = table("assurance.md", "| action | shown | amount | used today | allowed | what would do |")
YES = {"yes": True, "no": False, "": False}


def test_the_tables_are_whole() -> None:
    assert [len(rows) for rows in (LEVELS_SHOWN, RULES, EXAMPLES)] == [17, len(USUAL), 17]
    assert {row[0] for row in LEVELS_SHOWN} == set(Token)
    assert {row[0] for row in RULES} == set(Action)


@pytest.mark.parametrize("row", LEVELS_SHOWN, ids=" ".join)
def test_what_was_shown_proves_what_is_said(row: list[str]) -> None:
    token, with_key, challenge, clock, hq, expected = row
    answer = None if challenge == "none" else Challenge(challenge)
    found = possession(Evidence(Token(token), YES[with_key], answer, YES[clock], YES[hq]))
    said = f"refused: `{found.refused}`" if found.refused else found.proof.level
    assert said.strip("`") + ("" if found.proof.key_at_hand else ", key not at hand") == expected


def test_the_table_is_the_usual_one() -> None:
    said = []
    for rule in USUAL:
        flags = ["yes" if flag else "" for flag in (rule.pin, rule.staff, rule.hq, rule.key)]
        counted = "" if rule.most is None else "a day" if rule.daily else "at once"
        said.append([rule.action, rule.level, *flags, "" if rule.most is None else str(rule.most), counted])
    assert said == RULES


@pytest.mark.parametrize("row", EXAMPLES, ids=" ".join)
def test_the_examples_go_as_shown(row: list[str]) -> None:
    action, there, amount, used, allowed, would_do = row
    verdict = judge(USUAL, Action(action), shown(there), int(amount or 0), int(used or 0))
    assert (verdict.allowed, "; ".join(map(words, verdict.ways))) == (YES[allowed], would_do)


def shown(text: str) -> Shown:
    held, _, traveller = text.partition(", ")
    level, *with_it = held.split(" + ")
    assert level in LEVELS
    return Shown(level, "PIN" in with_it, "staff" in with_it, "HQ" in with_it, key_at_hand=not traveller)


def words(way: Way) -> str:
    named = []
    for need in sorted(way.needs):
        value = {Need.LEVEL: f" {way.level}", Need.LESS: f", {way.most}"}.get(need, "")
        named.append(f"{need.value}{value}")
    return " and ".join(named)
