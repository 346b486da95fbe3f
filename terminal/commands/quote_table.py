"""A quote as a table for people, with every reason; the receipts of docs/pricing.md are printed by it."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty import Quote, cash_due
from loyalty.currency import amount_text
from loyalty.tax import tax_on_top
from terminal.commands.quote_case import Case
from terminal.commands.quote_words import (
    KINDS,
    coupon_text,
    miss_text,
    name_text,
    offer_text,
    others_of,
    progress_text,
    quantity_text,
    stamps_text,
    use_text,
)

WIDTH = 60


def render(quote: Quote, case: Case) -> str:
    """The whole receipt, lines of about 60 characters; money with the decimals of its currency."""
    return "\n".join([receipt(quote, case), *_foot(quote, case)])


def receipt(quote: Quote, case: Case) -> str:
    """Lines and totals, down to what is to be paid."""
    return "\n".join([*_head(quote, case), *_lines(quote, case), *_totals(quote, case)])


def row(left: str, amount: int, currency: str) -> str:
    """One line with its amount at the right edge."""
    right = amount_text(amount, currency)
    return f"{left:<{WIDTH - len(right) - 1}} {right}"


def _head(quote: Quote, case: Case) -> Iterator[str]:
    at = case.at
    yield f"{quote.programme}, version {quote.version} · {at.local():%Y-%m-%d %H:%M} {at.zone} · {quote.currency}"
    yield ""


def _lines(quote: Quote, case: Case) -> Iterator[str]:
    bought, currency = {line.no: line for line in case.basket.lines}, quote.currency
    for line in quote.lines:
        left = f"{line.no:>3}  {line.gtin:<14} {quantity_text(bought[line.no], currency)}"
        yield row(left, line.gross, currency)
        for reason in line.reasons:
            yield row(f"       {offer_text(case.programme, reason.offer)}", -reason.amount, currency)
        if line.reasons:
            yield row("       net", line.net, currency)
    yield "-" * WIDTH


def _totals(quote: Quote, case: Case) -> Iterator[str]:
    others, currency = others_of(case.basket), quote.currency
    yield row("Goods", quote.gross - sum(others.values()), currency)
    for reason in quote.reasons:
        yield row(f"  {reason.order}. {offer_text(case.programme, reason.offer)}", -reason.amount, currency)
    for kind, amount in others.items():
        yield row(f"  {KINDS[kind]}", amount, currency)
    yield row("Total", quote.net, currency)
    yield from _taxes(quote, case)
    use = quote.use
    if use.asked:
        yield row(f"  {use.points} points as money{use_text(use)}", -use.money, currency)
    yield row("To pay", quote.due, currency)
    in_cash, rounding = cash_due(quote, case.programme)
    if rounding:
        yield row(f"  in cash, rounded by {amount_text(rounding, currency)}", in_cash, currency)
    yield "-" * WIDTH


def _taxes(quote: Quote, case: Case) -> Iterator[str]:
    on_top = tax_on_top(case.programme.tax)
    for rate in quote.tax:
        net = amount_text(rate.net, quote.currency)
        left = f"  {rate.rate} on {net}" if on_top else f"  of it {rate.rate} on {net}"
        yield row(left, rate.tax, quote.currency)


def _foot(quote: Quote, case: Case) -> Iterator[str]:
    programme = case.programme
    names = {rule.id: name_text(rule.name) for rule in programme.earning}
    for earned in quote.earned:
        yield f"Earns {earned.points} points: {names[earned.rule]} [{earned.rule}]"
    yield from stamps_text(quote, programme)
    if quote.guest_net != quote.net:
        yield f"A guest would pay {amount_text(quote.guest_net, quote.currency)}"
    yield from (coupon_text(answer) for answer in quote.coupons)
    for missed in quote.missed:
        yield f"{offer_text(programme, missed.offer)}: {miss_text(missed, programme)}"
    progress = progress_text(case.member, programme)
    if progress:
        yield progress
    yield proof(quote)


def proof(quote: Quote) -> str:
    """Whether the combination is the best one for certain (D26)."""
    return "The best lawful combination, proven" if quote.proven else "Too many offers compete: best effort, not proven"
