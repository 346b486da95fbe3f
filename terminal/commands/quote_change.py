"""What choices change: a second quote beside the first, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty import Quote
from loyalty.currency import amount_text
from loyalty.tax import tax_on_top
from loyalty.what_if import difference
from terminal.commands.quote_case import Case
from terminal.commands.quote_words import offer_text

_COLUMN = 11
_LEFT = 36


def render_change(before: Quote, after: Quote, case: Case) -> str:
    """Two quotes of one basket side by side: what each offer takes off, the total and what is to be paid."""
    head = _columns("What if", "as it was", "now", "change")
    return "\n".join([head, *_amounts(before, after, case)])


def _amounts(before: Quote, after: Quote, case: Case) -> Iterator[str]:
    changes, currency = difference(before, after), before.currency
    for change in changes.offers:
        yield _row(offer_text(case.programme, change.offer), -change.before, -change.after, currency)
    yield _row("Total", before.net, after.net, currency)
    if tax_on_top(case.programme.tax):
        tax = sum(rate.tax for rate in before.tax)
        yield _row("Tax", tax, tax + changes.tax, currency)
    if before.use.points or after.use.points:
        yield _row("Paid with points", -before.use.money, -after.use.money, currency)
    yield _row("To pay", before.due, after.due, currency)
    if before.earns or after.earns:
        yield _columns("Points earned", str(before.earns), str(after.earns), f"{changes.earns:+d}")


def _row(left: str, before: int, after: int, currency: str) -> str:
    change = amount_text(after - before, currency)
    signed = change if after < before else f"+{change}"
    return _columns(left, amount_text(before, currency), amount_text(after, currency), signed)


def _columns(left: str, before: str, after: str, change: str) -> str:
    """A name that is too long for its column has a line of its own."""
    start = f"{left:<{_LEFT}}" if len(left) < _LEFT else f"{left}\n{'':<{_LEFT}}"
    return f"{start}{before:>{_COLUMN}}{after:>{_COLUMN}}{change:>{_COLUMN}}"
