"""The rows of which every receipt is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drivers.receipt import Cell, Columns, Feed, Line, Qr, Rule, Text
from terminal.paper.words import Words

Value = Mapping[str, Any]  # a receipt as it was recorded, or a part of it
AMOUNT_LEAST = 9  # `12,345.00`: amounts stand under each other
SHOWN_OF_ACCOUNT = 4
NO_VALUE: Value = {"total": 0, "waiting": 0}
INDENT = Cell("")


def row(name: str, amount: str, *, bold: bool = False) -> Line:
    """A name at the left and an amount at the right."""
    return Columns((Cell(name, share=1), Cell(amount, "right", least=AMOUNT_LEAST)), bold=bold)


def inner(name: str, amount: str) -> Line:
    """A row that belongs to the one above it."""
    return Columns((INDENT, Cell(name, share=1), Cell(amount, "right", least=AMOUNT_LEAST)))


def head(words: Words, receipt: Value, *, copy: bool) -> Iterator[Line]:
    """Whose receipt it is, of what, its number and its time."""
    yield Text(words.named(receipt["store"]), "center", width=2, height=2, bold=True)
    if receipt["kind"] != "sale":
        yield Text(words.say(f"paper_{receipt['kind']}"), "center", bold=True)
    if copy:
        yield Text(words.say("paper_copy"), "center", width=2, height=2, bold=True)
    yield Rule()
    yield Text(words.say("ui_receipt_no", number=receipt["number"]))
    yield Text(words.when(receipt["at_ms"]))
    yield Rule()


def tenders(words: Words, paid: Sequence[Value], rounding: int = 0, change: int = 0) -> Iterator[Line]:
    """How it was paid: with cash what was handed over, and what came back."""
    if rounding:
        yield row(words.say("ui_rounding"), words.amount(rounding))
    for tender in paid:
        handed = tender["amount"] + (change if tender["kind"] == "cash" else 0)
        yield row(_tender_name(words, tender), words.amount(handed))
    if change:
        yield row(words.say("ui_change"), words.amount(change))


def member(words: Words, receipt: Value) -> Iterator[Line]:
    """Who it was, masked, and what there is now, as far as it is known here."""
    if receipt["member"] is None:
        return
    yield Rule("dotted")
    yield Columns((Cell(words.say("paper_member")), Cell(receipt["member"]["name"], "right", share=1)))
    yield from _earned(words, receipt.get("earned", ()))
    balance = receipt["balance"]
    if balance is not None:
        yield from _balance(words, balance)


def foot(words: Words, receipt: Value) -> Iterator[Line]:
    """The number as a code: a return begins with a scan of it."""
    yield Feed()
    yield Qr(receipt["number"], size=5)
    yield Text(words.say("ui_thanks"), "center")


def _earned(words: Words, earned: Sequence[Value]) -> Iterator[Line]:
    points = sum(part["points"] for part in earned)
    if points:
        yield row(words.say("ui_earned"), f"{points:+,}")
    if len(earned) > 1:
        yield from (inner(words.named(part["name"]), f"{part['points']:+,}") for part in earned)


def _balance(words: Words, balance: Value) -> Iterator[Line]:
    yield row(words.say("ui_points_now"), f"{balance['total']:,}")
    for code, amount in (("ui_points_here", "here"), ("ui_points_waiting", "waiting"), ("ui_points_debt", "debt")):
        if balance[amount] and balance[amount] != balance["total"]:
            yield inner(words.say(code), f"{balance[amount]:,}")
    value = balance.get("value", NO_VALUE)  # receipts of older releases tell none
    if value["total"]:
        yield row(words.say("ui_stored_value"), words.amount(value["total"]))
    if value["waiting"]:
        yield inner(words.say("ui_value_waiting"), words.amount(value["waiting"]))
    at_ms = balance["as_of_ms"]
    yield Text(words.say("ui_never_synced") if at_ms is None else words.say("ui_as_of", at_ms=at_ms))


def _tender_name(words: Words, tender: Value) -> str:
    """Of an account on a card only its end: paper is left lying about."""
    name, account = words.say(f"ui_{tender['kind']}"), tender.get("account")
    return name if account is None else f"{name} *{account[-SHOWN_OF_ACCOUNT:]}"
