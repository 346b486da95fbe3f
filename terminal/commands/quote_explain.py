"""Why a basket costs what it costs, sentence by sentence: every step, every miss, every point (D27)."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty import Offer, Quote
from loyalty.currency import amount_text
from loyalty.quote import Step
from loyalty.tax import tax_on_top
from loyalty.what_if import with_and_without
from terminal.commands.quote_case import Case
from terminal.commands.quote_earned import earned_sentences
from terminal.commands.quote_table import proof
from terminal.commands.quote_words import (
    KINDS,
    counted,
    coupon_text,
    lines_text,
    miss_text,
    offer_text,
    others_of,
    progress_text,
    rights_text,
    use_text,
)
from terminal.counter.phrase import Phrase
from terminal.counter.promises import promise
from terminal.web.sentences import sentence

_STEPS = {
    Step.ITEM_PRICE: "item price",
    Step.ITEM_OFFER: "item offer",
    Step.TIER: "tier",
    Step.ORDER: "order",
    Step.COUPON: "coupon",
}
_ITEM_STEPS = (Step.ITEM_PRICE, Step.ITEM_OFFER)


def explain(quote: Quote, case: Case) -> str:
    """The explanation in parts, each with its heading; a part that has nothing to say is left out."""
    parts = {
        "Step by step": _steps(quote, case),
        "Points": earned_sentences(quote, case),
        "Tax": _taxes(quote, case),
        "Coupons, limits and stamps": [*map(coupon_text, quote.coupons), *rights_text(quote, case.programme)],
        "Missed": [
            f"{offer_text(case.programme, missed.offer)}: {miss_text(missed, case.programme)}"
            for missed in quote.missed
        ],
        "In the end": _end(quote, case),
    }
    told = [(heading, [*sentences]) for heading, sentences in parts.items()]
    return "\n\n".join("\n".join([heading, *(f"- {each}" for each in lines)]) for heading, lines in told if lines)


def _steps(quote: Quote, case: Case) -> Iterator[str]:
    """What each offer found on the lines that it covers, and what it took off which line."""
    amounts = {line.no: line.gross for line in case.basket.lines if line.is_goods}
    offers = {offer.id: offer for offer in case.programme.offers}
    yield f"{lines_text(amounts)} at shelf price: {_money(quote, sum(amounts.values()))}" if amounts else "no goods"
    for reason in quote.reasons:
        offer = offers[reason.offer]
        covered = sum(amounts[line.no] for line in case.basket.lines if offer.covers(line))
        takes = {line.no: take.amount for line in quote.lines for take in line.reasons if take.order == reason.order}
        for no, amount in takes.items():
            amounts[no] -= amount
        by_line = ", ".join(f"line {no} {_money(quote, amount)}" for no, amount in takes.items())
        yield (
            f"{reason.order}. {_STEPS[reason.step]}: {_told(offer, case)} takes {_money(quote, reason.amount)} "
            f"off {_money(quote, covered)} ({by_line}); {_money(quote, sum(amounts.values()))} is left"
        )
    yield from _bounds(quote, case)


def _told(offer: Offer, case: Case) -> str:
    """The name of an offer, and what it promises where that has words."""
    phrase = promise(offer, case.programme.tier(case.member.tier if case.member else ""))
    name = offer_text(case.programme, offer.id)
    if phrase is None:
        return name
    currency = case.programme.currency
    params = {
        key: amount_text(value, currency) if key.endswith("_minor") else value for key, value in phrase.params.items()
    }
    return f"{name} ({sentence(Phrase(phrase.code, params))})"


def _bounds(quote: Quote, case: Case) -> Iterator[str]:
    """What bounds or follows the offers: the cap, what is no goods, points as money."""
    cap, others = case.programme.order_cap, others_of(case.basket)
    if cap is not None:
        before = sum(reason.amount for reason in quote.reasons if reason.step in _ITEM_STEPS)
        goods = quote.gross - sum(others.values()) - before
        most, taken = goods * cap.numerator // cap.denominator, quote.saved - before
        yield f"tier, order and coupon offers may take {_money(quote, most)} in all, and take {_money(quote, taken)}"
    for kind, amount in others.items():
        yield f"{KINDS[kind]} is no goods: {_money(quote, amount)} as it is"
    use = quote.use
    if use.asked:
        yield f"{counted(use.points, 'point')} pay {_money(quote, use.money)}{use_text(use)}"
    elif use.available:
        yield f"no points were asked for; {use.available} could be used"


def _taxes(quote: Quote, case: Case) -> Iterator[str]:
    where = "on top of" if tax_on_top(case.programme.tax) else "inside the price, beside"
    for rate in quote.tax:
        lines = [line.no for line in quote.lines if line.rate == rate.rate]
        yield f"{rate.rate}: {_money(quote, rate.tax)} {where} {_money(quote, rate.net)} ({lines_text(lines)})"


def _end(quote: Quote, case: Case) -> Iterator[str]:
    yield proof(quote)
    progress = progress_text(case.member, case.programme)
    if progress:
        yield progress
    if case.member is None:
        return
    found = with_and_without(case.basket, case.member, case.programme, case.at, case.state)
    both = f"with membership {_money(quote, found.member.net)}, without {_money(quote, found.guest.net)}"
    yield f"{both}: you save {_money(quote, found.saves)} today" if found.saves else f"{both}: the same"


def _money(quote: Quote, amount: int) -> str:
    return amount_text(amount, quote.currency)
