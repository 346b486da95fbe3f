"""The engine gives exactly the pinned bytes, and the corpus has seen everything that a quote can say."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from loyalty import Miss
from tests.golden.pricing.corpus import PROGRAMMES, files, pinned, read
from tests.loyalty.oracle.search import KINDS

CORPUS = list(read())


@pytest.mark.parametrize("name", [name for name, *_ in PROGRAMMES])
def test_the_engine_gives_the_pinned_bytes(name: str) -> None:
    found = [(place, case, line) for place, case, line in CORPUS if place.startswith(f"{name}:")]
    assert len(found) == 40
    for place, case, line in found:
        assert pinned(case) == line, place


def test_the_corpus_is_the_one_of_its_seed() -> None:
    for path, content in files():
        assert path.read_bytes() == content, f"{path.name}: python -m tests.golden.pricing writes it anew"


def test_another_price_would_be_noticed() -> None:
    """The same basket with one unit more of its first line has other bytes."""
    place, case, line = next(each for each in CORPUS if each[1]["basket"]["lines"])
    first = case["basket"]["lines"][0]
    first["unit_price"] += 1
    assert pinned(case) != line, place


def quotes() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(case, json.loads(line)["quote"]) for _, case, line in CORPUS]


def test_the_corpus_is_large_and_has_every_kind_of_offer() -> None:
    assert len(CORPUS) >= 300
    applied = Counter[str]()
    for case, quote in quotes():
        kinds = {offer["id"]: offer["kind"] for offer in case["programme"]["offers"]}
        applied.update(kinds[reason["offer"]] for reason in quote["reasons"])
    assert set(applied) == set(KINDS)


def test_the_corpus_has_every_miss() -> None:
    assert {missed["miss"] for _, quote in quotes() for missed in quote["missed"]} == {str(miss) for miss in Miss}


def test_the_corpus_has_tax_on_top_and_inside_and_none() -> None:
    modes = Counter((case["programme"].get("tax") or {"mode": "none"})["mode"] for case, quote in quotes())
    assert set(modes) == {"inclusive", "exclusive", "none"}
    assert any(tax["tax"] < 0 for _, quote in quotes() for tax in quote["tax"])


def test_the_corpus_has_money_of_no_two_and_three_digits() -> None:
    assert {quote["currency"] for _, quote in quotes()} >= {"JPY", "CNY", "KWD"}


def test_the_corpus_has_every_bound_of_points() -> None:
    bounds = {quote["use"]["limited_by"] for _, quote in quotes()}
    assert bounds == {
        None, "not_a_member", "assurance", "available", "copyable_daily", "cap", "order", "whole_units",
    }  # fmt: skip


def test_the_corpus_has_rights_coupons_and_quotes_that_are_not_proven() -> None:
    assert {right["kind"] for _, quote in quotes() for right in quote["rights"]} == {"coupon", "limit", "stamp"}
    assert {answer["used"] for _, quote in quotes() for answer in quote["coupons"]} == {True, False}
    assert {quote["proven"] for _, quote in quotes()} == {True, False}


def test_the_corpus_has_members_on_their_way_to_the_next_tier() -> None:
    assert {quote["tier"] and quote["tier"]["next"] for _, quote in quotes()} == {None, "gold"}
