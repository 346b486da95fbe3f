"""Baskets, members and receipts as data that a page, a printer and a test render alike."""

from __future__ import annotations

from typing import Any

from loyalty import Basket, Programme, Quote, Reason, cash_due
from loyalty.assurance import Action
from loyalty.possession import Proof
from loyalty.progress import tier_progress
from loyalty.quote import PointsUse, TierProgress
from loyalty.stamps import STAMP
from loyalty.tax import TaxMode
from loyalty.tier_policy import Metric
from terminal.counter.balance import balance_of, balance_view
from terminal.counter.masking import mask_name
from terminal.counter.missed import missed_views
from terminal.counter.offers import offer_name, tier_view
from terminal.counter.phrase import Phrase
from terminal.counter.shop import COPYABLE, Shop
from terminal.store.known_member import KnownMember

_PROGRESS = {
    Metric.SPEND: ("tier_by_spend", "distance_minor"),
    Metric.VISITS: ("tier_by_visits", "count"),
    Metric.POINTS: ("tier_by_points", "points"),
}


def basket_view(shop: Shop, basket: Basket, quote: Quote, programme: Programme, *, guest: bool) -> dict[str, Any]:
    """One priced basket with the reasons of every line, what missed, and what cash would come to (D09, D27)."""
    unit_price = {line.no: line.unit_price for line in basket.lines}
    grams = {line.no: line.grams for line in basket.lines}
    due, rounding = cash_due(quote, programme)
    return {
        "lines": [
            {
                "no": line.no,
                "gtin": line.gtin,
                "name": product_name(shop, line.gtin),
                "quantity": line.quantity,
                "unit_price": unit_price[line.no],
                "grams": grams[line.no],
                "gross": line.gross,
                "net": line.net,
                "reasons": [reason_view(programme, reason) for reason in line.reasons],
            }
            for line in quote.lines
        ],
        "gross": quote.gross,
        "net": quote.net,
        "due": quote.due,
        "saved": quote.saved,
        "earns": quote.earns,
        "use": use_view(quote.use),
        "reasons": [reason_view(programme, reason) for reason in quote.reasons],
        "missed": missed_views(programme, basket, quote, guest=guest),
        "removed": [{"offer": offer, "name": offer_name(programme, offer)} for offer in sorted(basket.removed)],
        "coupons": coupon_views(programme, quote),
        "stamps": stamp_views(programme, quote),
        "tier": progress_view(programme, quote.tier),
        "tax": tax_view(programme, quote),
        "member_saves": quote.guest_net - quote.net,
        "cash_due": due,
        "cash_rounding": rounding,
        "proven": quote.proven,
    }


def product_name(shop: Shop, gtin: str) -> dict[str, str]:
    product = shop.directory.product(gtin)
    return product.name if product else {"en": gtin, "zh-CN": gtin}


def use_view(use: PointsUse) -> dict[str, Any]:
    return {
        "asked": use.asked,
        "points": use.points,
        "money": use.money,
        "available": use.available,
        "limited_by": use.limited_by,
    }


def reason_view(programme: Programme, reason: Reason) -> dict[str, Any]:
    return {
        "offer": reason.offer,
        "name": offer_name(programme, reason.offer),
        "step": reason.step.value,
        "amount": reason.amount,
    }


def tax_view(programme: Programme, quote: Quote) -> dict[str, Any] | None:
    """What tax is in the sum, or comes on top of it (D07); None where the programme knows none."""
    if programme.tax is None:
        return None
    return {
        "on_top": programme.tax.mode is TaxMode.EXCLUSIVE,
        "total": sum(rate.tax for rate in quote.tax),
        "rates": [{"rate": rate.rate, "net": rate.net, "tax": rate.tax} for rate in quote.tax],
    }


def progress_view(programme: Programme, progress: TierProgress | None) -> dict[str, Any] | None:
    """How far the next tier is (F099)."""
    if progress is None:
        return None
    code, value = _PROGRESS[Metric(progress.metric)]
    return Phrase(code, {value: progress.distance, "name": dict(programme.tier(progress.next).name)}).view()


def coupon_views(programme: Programme, quote: Quote) -> list[dict[str, Any]]:
    """Each chosen coupon: used, or why not."""
    return [
        {
            "coupon": answer.code,
            "used": answer.used,
            "phrase": Phrase(str(answer.why or "coupon_in_use"), {"code": answer.code}).view(),
        }
        for answer in quote.coupons
    ]


def stamp_views(programme: Programme, quote: Quote) -> list[dict[str, Any]]:
    """What this sale does to the member's stamps; rights below zero are collected."""
    return [
        {
            "offer": right.key,
            "name": offer_name(programme, right.key),
            "phrase": Phrase(
                "stamps_gained" if right.amount < 0 else "stamps_spent", {"stamps": abs(right.amount)}
            ).view(),
        }
        for right in quote.rights
        if right.kind == STAMP
    ]


def _progress(shop: Shop, member: KnownMember, programme: Programme) -> dict[str, Any] | None:
    facts = shop.facts(member)
    return progress_view(programme, tier_progress(facts, programme)) if facts else None


def member_view(shop: Shop, member: KnownMember, programme: Programme, proof: Proof = COPYABLE) -> dict[str, Any]:
    """A member as both screens show one: the name masked, the balance with its age. Who was not proven as far as the
    policy asks is greeted alone: balance and progress are None."""
    known = shop.configured().allows(Action.SEE_BALANCE, proof)
    return {
        "id": member.id,
        "name": mask_name(member.name),
        "tier": tier_view(programme, member.tier),
        "progress": _progress(shop, member, programme) if known else None,
        "language": member.language,
        "balance": balance_view(balance_of(shop, member)) if known else None,
        "state": member.state.value,
    }
