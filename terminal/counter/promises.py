"""What each kind of offer promises, as a phrase: one row for a kind. Coupon offers are promised to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from loyalty.offers import (
    Bundle,
    BuyGet,
    CategoryPercent,
    CheapestFree,
    FlashSale,
    MemberPrice,
    NthUnit,
    Offer,
    PercentOff,
    QuantityPrice,
    SpecialPrice,
    SpendAndSave,
    StampCard,
    TierPercent,
)
from loyalty.tiers import Tier
from terminal.counter.phrase import Phrase
from terminal.counter.share import share_off


def promise(offer: Offer, tier: Tier) -> Phrase | None:
    """What `offer` gives to somebody of this tier; None for a kind that is not for everyone."""
    make = PROMISES.get(type(offer))
    return make(offer, tier) if make else None


def _member_price(offer: MemberPrice, tier: Tier) -> Phrase:
    return Phrase("offer_member_price", {"count": len(offer.prices)})


def _special_price(offer: SpecialPrice, tier: Tier) -> Phrase:
    return Phrase("offer_special_price", {"count": len(offer.prices)})


def _quantity_price(offer: QuantityPrice, tier: Tier) -> Phrase:
    least = min(at_least for steps in offer.prices.values() for at_least, _ in steps)
    return Phrase("offer_quantity_price", {"count": len(offer.prices), "units": least})


def _flash_sale(offer: FlashSale, tier: Tier) -> Phrase:
    return Phrase("offer_flash_sale", {"count": len(offer.prices)})


def _buy_get(offer: BuyGet, tier: Tier) -> Phrase:
    if offer.percent == 1:
        return Phrase("offer_buy_get_free", {"buy": offer.buy, "get": offer.get})
    return Phrase("offer_buy_get", {"buy": offer.buy, "get": offer.get, "share": share_off(offer.percent)})


def _nth_unit(offer: NthUnit, tier: Tier) -> Phrase:
    return Phrase("offer_nth_unit", {"nth": offer.nth, "share": share_off(offer.percent)})


def _cheapest_free(offer: CheapestFree, tier: Tier) -> Phrase:
    return Phrase("offer_cheapest_free", {"units": offer.of})


def _bundle(offer: Bundle, tier: Tier) -> Phrase:
    if offer.price is not None:
        return Phrase("offer_bundle_price", {"units": offer.least_units, "price_minor": offer.price})
    return Phrase("offer_bundle_percent", {"units": offer.least_units, "share": share_off(offer.percent)})


def _stamp_card(offer: StampCard, tier: Tier) -> Phrase:
    return Phrase("offer_stamp_card", {"buys": offer.buys})


def _tier_percent(offer: TierPercent, tier: Tier) -> Phrase:
    return Phrase("offer_tier_percent", {"share": share_off(tier.percent_off), "name": dict(tier.name)})


def _category_percent(offer: CategoryPercent, tier: Tier) -> Phrase:
    shares = {rate.percent for rate in offer.rates}
    code = "offer_category_percent" if len(shares) == 1 else "offer_category_percent_up_to"
    return Phrase(code, {"share": share_off(max(shares))})


def _percent_off(offer: PercentOff, tier: Tier) -> Phrase:
    share = share_off(offer.percent)
    if offer.threshold:
        return Phrase("offer_percent_off_from", {"share": share, "threshold_minor": offer.threshold})
    return Phrase("offer_percent_off_some" if offer.goods.is_named else "offer_percent_off", {"share": share})


def _spend_and_save(offer: SpendAndSave, tier: Tier) -> Phrase:
    first = {"threshold_minor": offer.threshold, "save_minor": offer.save}
    if offer.repeat:
        return Phrase("offer_spend_and_save_repeat", first)
    if offer.further:
        return Phrase("offer_spend_and_save_steps", {**first, "most_minor": offer.further[-1][1]})
    return Phrase("offer_spend_and_save", first)


PROMISES: Mapping[type[Offer], Callable[[Any, Tier], Phrase]] = {
    MemberPrice: _member_price,
    SpecialPrice: _special_price,
    QuantityPrice: _quantity_price,
    FlashSale: _flash_sale,
    BuyGet: _buy_get,
    NthUnit: _nth_unit,
    CheapestFree: _cheapest_free,
    Bundle: _bundle,
    StampCard: _stamp_card,
    TierPercent: _tier_percent,
    CategoryPercent: _category_percent,
    PercentOff: _percent_off,
    SpendAndSave: _spend_and_save,
}
