"""docs/programme.md names every key of the document, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from loyalty import read_programme
from loyalty.offers import KINDS
from tests.loyalty.material import document, member_price, spend_and_save, tier_percent

PAGE = (Path(__file__).parents[2] / "docs" / "programme.md").read_text("utf-8")
DATES = {"from": "2026-01-01", "until": "2026-12-31"}
WHOLE = document(
    member_price({"6901234567892": 990}, **DATES),
    tier_percent(),
    spend_and_save(15000, 2000, excluded_categories=[]),
)


def keys(value: Any) -> set[str]:
    """Every key of a document but languages and GTINs, which are the author's own."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item)}
    if isinstance(value, dict):
        return set(value) | {
            key for name, item in value.items() if name not in ("name", "prices") for key in keys(item)
        }
    return set()


def documented(page: str) -> set[str]:
    """The keys in the first column of the tables whose header begins with `key`."""
    tables = re.findall(r"^\| key \|.*\n\|[-|]+\n((?:\|.*\n?)+)", page, re.MULTILINE)
    cells = [row.split("|")[1] for table in tables for row in table.strip().splitlines()]
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


def test_every_key_is_documented_and_no_other() -> None:
    read_programme(WHOLE)
    assert documented(PAGE) == keys(WHOLE)


def test_every_kind_is_described() -> None:
    assert {kind for kind in KINDS if re.search(rf"^`{kind}`, ", PAGE, re.MULTILINE)} == set(KINDS)


def test_a_key_that_is_left_out_would_be_found() -> None:
    assert documented(PAGE.replace("| `threshold` |", "| |")) == keys(WHOLE) - {"threshold"}
