"""The receipt of a sale, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.receipt import Line, Rule, Text
from terminal.paper.rows import Value, inner, member, row, tenders
from terminal.paper.words import Words


def sale(words: Words, receipt: Value) -> Iterator[Line]:
    """The goods with what each discount took off, the sum, how it was paid, and the member."""
    for sold in receipt["lines"]:
        yield from _goods(words, sold)
    yield Rule()
    yield from _sum(words, receipt)
    yield from tenders(words, receipt["tenders"], receipt["rounding"], receipt["change"])
    yield from member(words, receipt)
    yield from (Text(f"{words.named(stamp['name'])}: {words.phrase(stamp['phrase'])}") for stamp in receipt["stamps"])


def _goods(words: Words, sold: Value) -> Iterator[Line]:
    name, gross = words.named(sold["name"]), words.amount(sold["gross"])
    times = _times(words, sold)
    if times is None:
        yield row(name, gross)
    else:
        yield Text(name)
        yield inner(times, gross)
    for reason in sold["reasons"]:
        yield inner(words.named(reason["name"]), words.amount(-reason["amount"]))


def _times(words: Words, sold: Value) -> str | None:
    """`2 x 12.90`, or the weight and the price of a kilogram; None for one piece."""
    quantity, grams = sold["quantity"], sold.get("grams")
    if grams is not None:
        kg = f"{grams // 1000}.{grams % 1000:03d}"
        return f"{words.say('ui_weight', kg=kg)} x {words.amount(sold['unit_price'])}"
    if quantity == 1:
        return None
    each, rest = divmod(sold["gross"], quantity)
    return f"{quantity}" if rest else f"{quantity} x {words.amount(each)}"


def _sum(words: Words, receipt: Value) -> Iterator[Line]:
    if receipt["saved"]:
        yield row(words.say("ui_gross"), words.amount(receipt["gross"]))
        yield row(words.say("ui_saved"), words.amount(-receipt["saved"]))
    if receipt["points_used"]:
        yield row(words.say("ui_points_used", points=receipt["points_used"]), words.amount(-receipt["points_money"]))
    tax = receipt["tax"]
    if tax is not None and tax["on_top"]:
        yield from _tax(words, tax)
    yield row(words.say("ui_to_pay"), words.money(receipt["due"]), bold=True)
    if tax is not None and not tax["on_top"]:
        yield from _tax(words, tax)


def _tax(words: Words, tax: Value) -> Iterator[Line]:
    yield row(words.say("ui_tax" if tax["on_top"] else "paper_tax_inside"), words.amount(tax["total"]))
    for rate in tax["rates"]:
        yield inner(words.say("paper_tax_rate", rate=rate["rate"], net_minor=rate["net"]), words.amount(rate["tax"]))
