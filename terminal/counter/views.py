"""Baskets, members and receipts as data that a page, a printer and a test render alike."""

from __future__ import annotations

from typing import Any

from loyalty import Basket, Missed, Programme, Quote, Reason, cash_due
from loyalty.quote import PointsUse
from protocol.directory import MemberRow
from terminal.counter.masking import mask_name
from terminal.counter.offers import offer_name, tier_view
from terminal.counter.phrase import Phrase
from terminal.counter.shop import Balance, Shop


def basket_view(shop: Shop, basket: Basket, quote: Quote, programme: Programme) -> dict[str, Any]:
    """One priced basket with the reasons of every line, what missed, and what cash would come to (D09, D27)."""
    unit_price = {line.no: line.unit_price for line in basket.lines}
    due, rounding = cash_due(quote, programme)
    return {
        "lines": [
            {
                "no": line.no,
                "gtin": line.gtin,
                "name": product_name(shop, line.gtin),
                "quantity": line.quantity,
                "unit_price": unit_price[line.no],
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
        "missed": [missed_view(programme, missed) for missed in quote.missed],
        "removed": [{"offer": offer, "name": offer_name(programme, offer)} for offer in sorted(basket.removed)],
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


def missed_view(programme: Programme, missed: Missed) -> dict[str, Any]:
    """The first condition that failed, and how far it is (D27)."""
    params = {"distance_minor": missed.distance, "saves_minor": missed.saves}
    phrase = Phrase(missed.miss.value, {name: value for name, value in params.items() if value is not None})
    return {"offer": missed.offer, "name": offer_name(programme, missed.offer), "phrase": phrase.view()}


def balance_view(balance: Balance) -> dict[str, Any]:
    return {
        "total": balance.total,
        "here": balance.here,
        "waiting": balance.waiting,
        "debt": balance.debt,
        "as_of_ms": balance.as_of_ms,
    }


def member_view(shop: Shop, member: MemberRow, programme: Programme) -> dict[str, Any]:
    """A member as both screens show one: the name masked, the balance with its age."""
    return {
        "id": member.id,
        "name": mask_name(member.name),
        "tier": tier_view(programme, member.tier),
        "language": member.language,
        "balance": balance_view(shop.balance(member)),
        "state": member.state.value,
    }
