"""The programme: what HQ defines of tiers, earning, points as money and offers. Pure data, read by `read_programme`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from loyalty.birthday import BirthdayPolicy
from loyalty.count_card import CountCard
from loyalty.coupon_rule import CouponRule
from loyalty.earning_rules import EarningEvent, EarningRule, EarningSet
from loyalty.gift_card import GiftCards
from loyalty.index import OfferIndex
from loyalty.lottery import Lottery
from loyalty.merit import NO_MERIT, Merit
from loyalty.offers import Offer
from loyalty.points_policy import PointsPolicy
from loyalty.refund_policy import RefundPolicy
from loyalty.reward import Reward
from loyalty.tax import TaxRules
from loyalty.tier_policy import TierPolicy
from loyalty.tiers import Tier, tier_of
from loyalty.value_policy import StoredValue


@dataclass(frozen=True)
class PointsAsMoney:
    """`points` pay `money` minor units, whole units only, for at most the share `cap` of an order (D08).

    Points earned are good for `lifetime_months`, the last day included; None never expires.
    """

    points: int
    money: int
    cap: Fraction
    lifetime_months: int | None


@dataclass(frozen=True)
class Programme:
    """One version of the rules. Money is in minor units of `currency`; `zone` is where lots expire (D20).

    `valid_until` warns and is reported by others; it never stops a sale. `copyable_daily_points` is what one member
    may redeem on one business date with copyable cards; `cash_rounding` is the unit cash is rounded to, 0 for none.
    """

    id: str
    version: int
    currency: str
    zone: str
    valid_from: date
    valid_until: date
    tiers: tuple[Tier, ...]
    earning: tuple[EarningRule, ...]
    points_as_money: PointsAsMoney
    offers: tuple[Offer, ...]
    copyable_daily_points: int
    cash_rounding: int
    birthday: BirthdayPolicy = field(default_factory=BirthdayPolicy)
    order_cap: Fraction | None = None
    tax: TaxRules | None = None
    refunds: RefundPolicy = field(default_factory=RefundPolicy)
    tier_policy: TierPolicy | None = None
    merit: Merit = NO_MERIT
    lotteries: tuple[Lottery, ...] = ()
    coupons: tuple[CouponRule, ...] = ()
    rewards: tuple[Reward, ...] = ()
    stored_value: StoredValue | None = None
    gift_cards: GiftCards | None = None
    count_cards: tuple[CountCard, ...] = ()
    earning_sets: tuple[EarningSet, ...] = ()
    earning_events: tuple[EarningEvent, ...] = ()
    points: PointsPolicy = field(default_factory=PointsPolicy)

    @cached_property
    def index(self) -> OfferIndex:
        """The offers by what they cover; made once."""
        return OfferIndex(self.offers)

    def tier(self, tier_id: str) -> Tier:
        """The tier with this id; one that is not known counts as the lowest."""
        return tier_of(self.tiers, tier_id)

    def count_card(self, card_id: str) -> CountCard | None:
        return next((card for card in self.count_cards if card.id == card_id), None)

    def offer(self, offer_id: str) -> Offer | None:
        return next((offer for offer in self.offers if offer.id == offer_id), None)

    def coupon(self, rule_id: str) -> CouponRule | None:
        return next((rule for rule in self.coupons if rule.id == rule_id), None)

    def reward(self, reward_id: str) -> Reward | None:
        return next((reward for reward in self.rewards if reward.id == reward_id), None)
