"""A refund as a table for people, and its reasons as sentences; the receipts of docs/refunds.md are printed by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loyalty import Moment
from loyalty.currency import amount_text
from loyalty.refund_answer import Refund
from loyalty.refund_note import Note, Row, Why, notes, receipt
from loyalty.refund_sale import SoldSale

WIDTH = 60
_SENTENCES = {
    Why.STORED_NET: "The lines are worth what was paid for them: {value_minor}",
    Why.TESTED_AGAIN: "The rest costs {rest_minor} by the sale's rules, which leaves {value_minor}",
    Why.POINTS_SHARE: "Points paid a part of the order: this gives {points} back for {value_minor}",
    Why.GRACE: "The date of {points} had passed: they are good until {expires_on}",
    Why.DEBT_PAID: "Of these, what the member owed takes {points}",
    Why.CLAW_BACK: "Earned {earned}, the rest earns {rest}, taken before {before}: this takes {points}",
    Why.EXPIRED: "Expired since, and counted as taken: {points}",
    Why.DEBT: "Spent already, and owed: {points}; the member owes {debt} in all",
    Why.DEBT_CAP: "No more may be owed: {points} settled for {amount_minor}",
    Why.CASH_ROUNDING: "Cash goes in whole coins on the running total: {amount_minor}",
    Why.DIFFERENCE: "That is more than was left of what was paid: the member pays {amount_minor}",
    Why.RIGHTS_BACK: "All has come back, and with it coupons ({coupons}) and other rights ({rights})",
}
_ROWS = {
    Row.POINTS_BACK: "{points} back to {lot}, good until {expires_on}",
    Row.VALUE: "  to lot {lot}: principal {principal_minor}, bonus {bonus_minor}",
    Row.POINTS_TAKEN: "{points} taken of those earned",
    Row.DEBT: "The member owes {points}",
    Row.COUPON: "Coupon {code} comes back {state}, good until {expires_on}",
    Row.TIER: "Tier {before} becomes {after}",
}
_AMOUNTS = {
    Row.DEDUCTED: "Less {points} above the debt cap",
    Row.ROUNDING: "Rounding",
    Row.TENDER: "Back: {kind} {account}",
    Row.COLLECTED: "To pay: {kind}",
}
_TAKEN_OFF = (Row.DEDUCTED, Row.COLLECTED)


def render(refund: Refund, sale: SoldSale, at: Moment, title: str = "Refund") -> str:
    """The table, lines of about 60 characters."""
    return "\n".join([*_head(sale, at, title), *_lines(refund, sale), *_foot(refund, sale)])


def explain(refund: Refund, currency: str) -> str:
    """One sentence for each reason, in the order in which the amounts are worked out."""
    return "\n".join(f"- {sentence(note, currency)}" for note in notes(refund))


def sentence(note: Note, currency: str) -> str:
    return _SENTENCES[note.why].format(**_texts(note.params, currency))


def _texts(params: Mapping[str, int | str], currency: str) -> dict[str, str]:
    """Money with its decimals, points with their word; a day that is not set is for ever."""
    return {name: _text(name, value, currency) for name, value in params.items()}


def _text(name: str, value: int | str, currency: str) -> str:
    if name == "points":
        return "1 point" if value == 1 else f"{value} points"
    if name == "expires_on":
        return str(value) or "for ever"
    return amount_text(int(value), currency) if name.endswith("_minor") else str(value)


def _row(left: str, right: str) -> str:
    return f"{left:<{WIDTH - len(right) - 1}} {right}"


def _head(sale: SoldSale, at: Moment, title: str) -> Iterator[str]:
    quote = sale.quote
    yield f"{title} · {quote.programme}, version {quote.version} · {quote.currency}"
    yield f"sold {sale.at.local():%Y-%m-%d %H:%M}, back {at.local():%Y-%m-%d %H:%M} {at.zone}"
    yield ""


def _lines(refund: Refund, sale: SoldSale) -> Iterator[str]:
    currency = sale.quote.currency
    for line in refund.lines:
        last = line.first + line.quantity - 1
        units = f"unit {line.first}" if last == line.first else f"units {line.first} to {last}"
        yield _row(f"{line.no:>3}  {line.gtin:<14} {units}", amount_text(line.amount, currency))
    yield "-" * WIDTH
    tested = refund.value - sum(line.amount for line in refund.lines)
    if tested:
        yield _row(
            "Less what the rest costs more" if tested < 0 else "The rest costs less", amount_text(tested, currency)
        )
    if refund.points_back:
        points = _text("points", refund.points_back, currency)
        yield _row(f"Paid with {points}", amount_text(-refund.points_money, currency))


def _foot(refund: Refund, sale: SoldSale) -> Iterator[str]:
    currency = sale.quote.currency
    for row in receipt(refund):
        texts = _texts(row.params, currency)
        if row.row in _AMOUNTS:
            sign = -1 if row.row in _TAKEN_OFF else 1
            amount = amount_text(sign * int(row.params["amount_minor"]), currency)
            yield _row(_AMOUNTS[row.row].format(**texts).rstrip(), amount)
        elif row.row in _ROWS:
            yield _ROWS[row.row].format(**texts)
