"""The kinds of offers: one file each, and one table. A new kind is one file and one row."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.offers.bundle import Bundle
from loyalty.offers.buy_get import BuyGet
from loyalty.offers.category_percent import CategoryPercent
from loyalty.offers.cheapest_free import CheapestFree
from loyalty.offers.coupon_amount import CouponAmount
from loyalty.offers.coupon_exchange import CouponExchange
from loyalty.offers.coupon_item import CouponItem
from loyalty.offers.coupon_percent import CouponPercent
from loyalty.offers.flash_sale import FlashSale
from loyalty.offers.member_price import MemberPrice
from loyalty.offers.nth_unit import NthUnit
from loyalty.offers.offer import ItemCoupon, Offer, PriceOffer, SumOffer, UnitOffer
from loyalty.offers.percent_off import PercentOff
from loyalty.offers.quantity_price import QuantityPrice
from loyalty.offers.special_price import SpecialPrice
from loyalty.offers.spend_and_save import SpendAndSave
from loyalty.offers.stamp_card import StampCard
from loyalty.offers.tier_percent import TierPercent

KINDS: Mapping[str, type[Offer]] = {
    kind.kind: kind
    for kind in (
        MemberPrice,
        SpecialPrice,
        QuantityPrice,
        BuyGet,
        NthUnit,
        CheapestFree,
        Bundle,
        FlashSale,
        StampCard,
        TierPercent,
        CategoryPercent,
        PercentOff,
        SpendAndSave,
        CouponPercent,
        CouponAmount,
        CouponItem,
        CouponExchange,
    )
}

__all__ = [
    "KINDS",
    "Bundle",
    "BuyGet",
    "CategoryPercent",
    "CheapestFree",
    "CouponAmount",
    "CouponExchange",
    "CouponItem",
    "CouponPercent",
    "FlashSale",
    "ItemCoupon",
    "MemberPrice",
    "NthUnit",
    "Offer",
    "PercentOff",
    "PriceOffer",
    "QuantityPrice",
    "SpecialPrice",
    "SpendAndSave",
    "StampCard",
    "SumOffer",
    "TierPercent",
    "UnitOffer",
]
