"""The receipts of what is no sale: goods that came back, and money that became stored value or came out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from drivers.receipt import Cell, Columns, Line, Rule, Text
from terminal.paper.rows import INDENT, Value, member, row, tenders
from terminal.paper.words import Words


def returned(words: Words, receipt: Value) -> Iterator[Line]:
    """A refund or a void: the goods, what is given back by which way, and what became of points."""
    if "lines" not in receipt:
        yield from _unverified(words, receipt)
        return
    yield Text(words.say("paper_of_sale", number=receipt["sale"]))
    for line in receipt["lines"]:
        name = words.named(line["name"])
        yield row(f"{name} x {line['quantity']}" if line["quantity"] > 1 else name, words.amount(line["amount"]))
    yield Rule()
    yield from (Text(words.phrase(reason)) for reason in receipt["reasons"])
    given = receipt["given"]
    yield row(words.say("paper_given_back" if given >= 0 else "ui_to_pay"), words.money(abs(given)), bold=True)
    collected = receipt["collected"]
    yield from tenders(words, [*receipt["tenders"], *([collected] if collected else [])], receipt["rounding"])
    yield from _points(words, receipt)
    yield from member(words, receipt)


def topped_up(words: Words, receipt: Value) -> Iterator[Line]:
    """A top-up, and until when its bonus is good."""
    yield row(words.say("paper_topped_up"), words.money(receipt["amount"]), bold=True)
    if receipt["bonus"]:
        yield row(words.say("paper_bonus"), words.amount(receipt["bonus"]))
    if receipt["bonus"] and receipt["bonus_until"]:
        yield Columns((INDENT, Cell(words.say("paper_valid_until", day=receipt["bonus_until"]), share=1)))
    yield from tenders(words, receipt["tenders"], receipt["rounding"], receipt["change"])
    yield from member(words, receipt)


def paid_out(words: Words, receipt: Value) -> Iterator[Line]:
    """Principal that went back in money, and the bonus that was lost by it."""
    yield row(words.say("paper_given_back"), words.money(receipt["amount"]), bold=True)
    yield from tenders(words, [{"kind": receipt["by"], "amount": receipt["amount"]}])
    if receipt["cancelled"]:
        yield row(words.say("paper_bonus_lost"), words.amount(-receipt["cancelled"]))
    yield from member(words, receipt)


def _unverified(words: Words, receipt: Value) -> Iterator[Line]:
    """Cash for goods whose sale was not looked at."""
    yield row(words.say("paper_given_back"), words.money(receipt["amount"]), bold=True)
    yield from tenders(words, receipt["tenders"])
    yield row(words.say("paper_approved_by"), receipt["approved_by"])


def _points(words: Words, receipt: Value) -> Iterator[Line]:
    if receipt["points_back"]:
        yield row(words.say("paper_points_back"), f"{receipt['points_back']:+,}")
    if receipt["points_taken"]:
        yield row(words.say("paper_points_taken"), f"{-receipt['points_taken']:+,}")


OTHER: Mapping[str, Callable[[Words, Value], Iterator[Line]]] = {
    "refund": returned,
    "void": returned,
    "top_up": topped_up,
    "pay_out": paid_out,
}
