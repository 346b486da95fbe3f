"""A quote as a table for people, with every reason; the receipts of docs/pricing.md are printed by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loyalty import Basket, Miss, Missed, Moment, Programme, Quote, Reason, cash_due

WIDTH = 60
_MISSES = {
    Miss.REMOVED: "taken out of this basket",
    Miss.NOT_YET: "has not begun",
    Miss.ENDED: "has ended",
    Miss.MEMBERS_ONLY: "for members only",
    Miss.TIER_TOO_LOW: "gives nothing on this tier",
    Miss.NO_ELIGIBLE_GOODS: "covers nothing in this basket",
    Miss.BELOW_THRESHOLD: "is not reached",
    Miss.NOTHING_OFF: "would take nothing off",
    Miss.BETTER_WITHOUT: "left out: the basket is cheaper without it",
}
_LIMITS = {
    "not_a_member": "a guest has no points",
    "assurance": "this card proves nothing",
    "available": "no more are here",
    "copyable_daily": "the day's limit for this card",
    "cap": "the cap on an order",
    "order": "the order is smaller",
    "whole_units": "whole units only",
}


def render(quote: Quote, basket: Basket, programme: Programme, at: Moment) -> str:
    """The table, lines of about 60 characters; money with two decimals."""
    return "\n".join(
        [*_head(quote, at), *_goods(quote, basket, programme), *_totals(quote, programme), *_foot(quote, programme)]
    )


def money(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def _row(left: str, amount: int | str) -> str:
    right = amount if isinstance(amount, str) else money(amount)
    return f"{left:<{WIDTH - len(right) - 1}} {right}"


def _name(names: Mapping[str, str]) -> str:
    return names.get("en") or next(iter(names.values()))


def _offer(programme: Programme, offer_id: str) -> str:
    offer = programme.offer(offer_id)
    return f"{_name(offer.name)} [{offer_id}]" if offer else offer_id


def _head(quote: Quote, at: Moment) -> Iterator[str]:
    yield f"{quote.programme}, version {quote.version} · {at.local():%Y-%m-%d %H:%M} {at.zone} · {quote.currency}"
    yield ""


def _goods(quote: Quote, basket: Basket, programme: Programme) -> Iterator[str]:
    unit_prices = {line.no: line.unit_price for line in basket.lines}
    for line in quote.lines:
        yield _row(f"{line.no:>3}  {line.gtin:<14} {line.quantity} × {money(unit_prices[line.no])}", line.gross)
        for reason in line.reasons:
            yield _row(f"       {_offer(programme, reason.offer)}", -reason.amount)
        if line.reasons:
            yield _row("       net", line.net)
    yield "-" * WIDTH


def _totals(quote: Quote, programme: Programme) -> Iterator[str]:
    yield _row("Goods", quote.gross)
    for reason in quote.reasons:
        yield _reason_row(reason, programme)
    yield _row("Total", quote.net)
    use = quote.use
    if use.asked:
        why = f"; {use.asked} asked, {_LIMITS[use.limited_by]}" if use.limited_by else ""
        yield _row(f"  {use.points} points as money{why}", -use.money)
    yield _row("To pay", quote.due)
    in_cash, rounding = cash_due(quote, programme)
    if rounding:
        yield _row(f"  in cash, rounded by {money(rounding)}", in_cash)
    yield "-" * WIDTH


def _reason_row(reason: Reason, programme: Programme) -> str:
    return _row(f"  {reason.order}. {_offer(programme, reason.offer)}", -reason.amount)


def _foot(quote: Quote, programme: Programme) -> Iterator[str]:
    names = {rule.id: _name(rule.name) for rule in programme.earning}
    for earned in quote.earned:
        yield f"Earns {earned.points} points: {names[earned.rule]} [{earned.rule}]"
    if quote.guest_net != quote.net:
        yield f"A guest would pay {money(quote.guest_net)}"
    for missed in quote.missed:
        yield f"{_offer(programme, missed.offer)}: {_why(missed)}"
    yield "The best lawful combination, proven" if quote.proven else "Too many offers compete: best effort, not proven"


def _why(missed: Missed) -> str:
    if missed.distance is not None and missed.saves is not None:
        return f"{money(missed.distance)} more saves {money(missed.saves)}"
    return _MISSES[missed.miss]
