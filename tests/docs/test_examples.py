"""The worked examples of pricing: each file is run by the real command and gives what it expects, never the wrong
answer that it names, and its receipt stands on a page just as it is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loyalty import cash_due, price
from loyalty.offers import KINDS
from terminal.commands.quote_case import Options, read_case
from tests.docs.receipts import DOCS, FILES, PAGES, RECEIPT, filled, printed, read

__all__ = ["DOCS", "RECEIPT"]


def found(path: Path) -> dict[str, Any]:
    """The quote of an example as JSON, and beside it what cash would come to."""
    case = read_case(Options({}, path), 0)
    amount, rounding = cash_due(price(case.basket, case.member, case.programme, case.at, case.state), case.programme)
    return {**json.loads(printed(path, "--json")), "cash": {"amount": amount, "rounding": rounding}}


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


def given(wrong: dict[str, Any], quote: dict[str, Any]) -> list[str]:
    """The wrong answers that the quote gives after all."""
    return [key for key, value in wrong.items() if not differences({key: value}, quote)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_gives_what_it_expects_and_never_the_wrong_answer(path: Path) -> None:
    example, quote = read(path), found(path)
    assert differences(example["expect"], quote) == []
    assert given(example.get("never", {}), quote) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrong_expectation_would_be_found(path: Path) -> None:
    quote = found(path)
    expected = {**read(path)["expect"], "currency": "XXX"}
    assert differences(expected, quote) == [f"expect.currency is 'XXX' and {quote['currency']!r} was found"]
    assert given({"net": quote["net"], "due": -1}, quote) == ["net"]


def receipts() -> list[tuple[str, str]]:
    return [receipt for page in PAGES for receipt in RECEIPT.findall(page.read_text("utf-8"))]


def test_every_example_has_its_receipt_on_a_page_as_it_is_printed() -> None:
    assert {path.stem: printed(path) for path in FILES} == dict(receipts())


def test_every_receipt_is_on_a_page_once() -> None:
    names = [name for name, _ in receipts()]
    assert len(names) == len(set(names)) == sum(page.read_text("utf-8").count("<!-- receipt:") for page in PAGES)


def test_a_receipt_is_printed_anew_where_it_stands() -> None:
    page = "Text.\n\n<!-- receipt: a -->\n```text\nold\nrows\n```\n\n<!-- receipt: b -->\n```text\n```\n\nMore.\n"
    assert filled(page, {"a": "new", "b": "first"}) == page.replace("old\nrows", "new").replace(
        "b -->\n```text", "b -->\n```text\nfirst"
    )


def test_the_list_of_examples_names_every_one_with_its_sentence() -> None:
    page = PAGES[1].read_text("utf-8")
    rows = [f"| [{path.stem}](pricing/{path.name}) | {read(path)['about']} |" for path in FILES]
    assert [row for row in rows if row not in page] == []


def test_there_are_enough_examples_and_every_kind_of_offer_is_applied_in_one() -> None:
    assert len(FILES) >= 30
    applied = set()
    for path in FILES:
        kinds = {offer["id"]: offer["kind"] for offer in read(path)["programme"]["offers"]}
        applied |= {kinds[reason["offer"]] for reason in found(path)["reasons"]}
    assert applied == set(KINDS)
