"""The worked examples of docs/pricing.md: each file gives what it expects, and each receipt is the printed one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from loyalty import Moment, Programme, Quote, TillState, cash_due, price, read_programme, to_json
from terminal.commands.quote_files import buyer_reader, read_at, read_purchase
from terminal.commands.quote_table import render

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted((DOCS / "examples" / "pricing").glob("*.json"))
PAGE = (DOCS / "pricing.md").read_text("utf-8")
RECEIPT = re.compile(r"^<!-- receipt: ([\w-]+) -->\n```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def read(path: Path) -> dict[str, Any]:
    example: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert set(example) == {"programme", "basket", "member", "at", "expect"}
    return example


def priced(example: dict[str, Any]) -> tuple[Quote, Programme, str]:
    """The quote of an example, its programme and its printed receipt."""
    programme = read_programme(example["programme"])
    purchase = read_purchase(example["basket"])
    buyer = buyer_reader(programme)(example["member"]) if example["member"] else None
    member, state = (buyer.member, buyer.state) if buyer else (None, TillState())
    at = Moment(read_at(example["at"]), purchase.zone or programme.zone, purchase.cutoff_hours)
    quote = price(purchase.basket, member, programme, at, state)
    return quote, programme, render(quote, purchase.basket, programme, at)


def differences(expected: Any, found: Any, path: str = "expect") -> list[str]:
    """Where `found` is not what is expected. Objects may have more fields than are expected, lists not more items."""
    if isinstance(expected, dict):
        missing = [f"{path}.{key} is missing" for key in expected if key not in found]
        known = [key for key in expected if key in found]
        return missing + [each for key in known for each in differences(expected[key], found[key], f"{path}.{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [each for no, (one, other) in pairs for each in differences(one, other, f"{path}[{no}]")]
    return [] if expected == found else [f"{path} is {expected!r} and {found!r} was found"]


def outcome(example: dict[str, Any]) -> list[str]:
    quote, programme, _ = priced(example)
    amount, rounding = cash_due(quote, programme)
    return differences(example["expect"], {**to_json(quote), "cash": {"amount": amount, "rounding": rounding}})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_gives_what_it_expects(path: Path) -> None:
    assert outcome(read(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrong_expectation_would_be_found(path: Path) -> None:
    example = read(path)
    example["expect"]["currency"] = "XXX"
    assert outcome(example) == ["expect.currency is 'XXX' and 'CNY' was found"]


def test_every_example_has_its_receipt_on_the_page_as_it_is_printed() -> None:
    receipts = dict(RECEIPT.findall(PAGE))
    assert len(FILES) >= 6
    assert {path.stem: priced(read(path))[2] for path in FILES} == receipts


def test_every_receipt_is_on_the_page_once() -> None:
    names = [name for name, _ in RECEIPT.findall(PAGE)]
    assert len(names) == len(set(names)) == PAGE.count("<!-- receipt:")
