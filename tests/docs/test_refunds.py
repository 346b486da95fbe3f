"""The worked examples of docs/refunds.md: each file gives what it expects, and each receipt is the printed one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loyalty import Moment, read_programme
from loyalty.refund import refund
from loyalty.refund_answer import Refund
from loyalty.refund_held import held_after
from loyalty.refund_json import refund_json
from loyalty.refund_sale import right_to_refund
from loyalty.value_move import after_moves
from terminal.commands.quote_files import read_at
from terminal.commands.refund_files import asked, sale_reader
from terminal.commands.refund_standing import standing_reader
from terminal.commands.refund_table import explain, render
from tests.docs.test_examples import DOCS, RECEIPT, differences

FILES = sorted((DOCS / "examples" / "refunds").glob("*.json"))
PAGE = (DOCS / "refunds.md").read_text("utf-8")


def read(path: Path) -> dict[str, Any]:
    example: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert set(example) == {"programme", "sale", "standing", "returns"}
    return example


def run(example: dict[str, Any]) -> tuple[list[Refund], str]:
    """The refunds of an example, one after the other, and what is printed of them."""
    programme = read_programme(example["programme"])
    sale = sale_reader(programme)(example["sale"])
    standing, known = held_after(sale, programme)
    if example["standing"] is not None:
        standing, known = standing_reader(sale, programme)(example["standing"])
    right, done, printed = right_to_refund(sale), [], []
    for each in example["returns"]:
        at = Moment(read_at(each["at"]), sale.at.zone, sale.at.cutoff_hours)
        request = asked(each["lines"], sale, right)
        answer = refund(sale, right, request, standing, programme, at, programme.refunds, known)
        assert isinstance(answer, Refund), answer
        right, standing = answer.after, answer.standing
        known = replace(known, value=after_moves(known.value, answer.value_moves))
        done.append(answer)
        printed.append(f"{render(answer, sale, at)}\n{explain(answer, sale.quote.currency)}")
    return done, "\n\n".join(printed)


def outcome(example: dict[str, Any]) -> list[str]:
    done, _ = run(example)
    expected = [each["expect"] for each in example["returns"]]
    return differences(expected, json.loads(json.dumps([refund_json(each) for each in done])))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_gives_what_it_expects(path: Path) -> None:
    assert outcome(read(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrong_expectation_would_be_found(path: Path) -> None:
    example = read(path)
    example["returns"][0]["expect"]["earned"] = -1
    assert len(outcome(example)) == 1


def test_every_example_has_its_receipt_on_the_page_as_it_is_printed() -> None:
    receipts = dict(RECEIPT.findall(PAGE))
    assert len(FILES) >= 10
    assert {path.stem: run(read(path))[1] for path in FILES} == receipts


def test_every_receipt_is_on_the_page_once() -> None:
    names = [name for name, _ in RECEIPT.findall(PAGE)]
    assert len(names) == len(set(names)) == PAGE.count("<!-- receipt:")
