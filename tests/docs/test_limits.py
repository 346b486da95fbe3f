"""docs/limits.md: the counters that it names are those of the code."""

from __future__ import annotations

from datetime import date

import pytest

from loyalty.limit_keys import is_leased, limit_key
from loyalty.limits import Limit, Measure, Period, Scope
from tests.docs.tables import table

NAMES = table("limits.md", "| limit | of | on | for | its counter |")
SCOPES = table("limits.md", "| scope | who knows the count | what a till may still use | out of which account |")


def test_the_tables_are_whole() -> None:
    assert len(NAMES) == 7
    assert {row[0] for row in SCOPES} == set(Scope)


@pytest.mark.parametrize(("what", "right", "day", "whose", "counter"), NAMES)
def test_a_counter_has_the_name_that_is_shown(what: str, right: str, day: str, whose: str, counter: str) -> None:
    scope, measure, period = what.split()
    limit = Limit(Scope(scope), Measure(measure), 1, Period(period))
    assert limit_key(right, limit, date.fromisoformat(day), whose, whose) == counter


@pytest.mark.parametrize("row", SCOPES[1:], ids=lambda row: row[0])
def test_the_account_is_the_one_that_is_shown(row: list[str]) -> None:
    assert row[3] == ("lease" if is_leased(f"{row[0]}:times:ever:o") else "limit")
