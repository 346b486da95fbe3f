"""Rewards for points: what each costs, who may have it, and what is handed out (F079 to F084)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from loyalty.audience import Audience
from loyalty.coupon_rule import ANYBODY, CouponRule, IssuedBy, read_handed_out
from loyalty.gift_card import GiftCards
from loyalty.limits import Limit
from loyalty.section import GTIN, GTIN_SHAPE, Section, unique
from loyalty.value_policy import StoredValue

MAX_REWARDS = 500


class RewardKind(StrEnum):
    GOODS = "goods"  # `quantity` of a product over the counter
    SERVICE = "service"  # such as a car wash, given on the spot
    COUPON = "coupon"  # of the rule `coupon`
    GIFT_CARD = "gift_card"  # a card of its own that holds `money`
    MONEY_OFF = "money_off"  # `money` added to the member's stored value, as bonus


@dataclass(frozen=True)
class Gives:
    """What a reward hands out; only the fields of its kind say anything.

    `value` is what it is worth in minor units, for the receipt: of money the money itself.
    """

    kind: RewardKind
    value: int = 0
    product: str | None = None
    quantity: int = 1
    coupon: str | None = None
    money: int = 0


@dataclass(frozen=True)
class Reward:
    """`cost` is in points. `limits` count how often it is handed out."""

    id: str
    name: Mapping[str, str]
    cost: int
    gives: Gives
    audience: Audience = ANYBODY
    limits: tuple[Limit, ...] = ()


def read_rewards(
    section: Section, coupons: Sequence[CouponRule], gift_cards: GiftCards | None, stored_value: StoredValue | None
) -> tuple[Reward, ...]:
    """The optional key `rewards`. What a reward makes must be something that the programme has.

    A coupon rule that issues for points has its price already, so no reward may hand it out.
    """
    if not section.has("rewards"):
        return ()
    entries = section.sections("rewards", 0, MAX_REWARDS)
    rewards = tuple(_reward(entry) for entry in entries)
    unique(entries, "id", [reward.id for reward in rewards])
    known = sorted(rule.id for rule in coupons if rule.issue.by is not IssuedBy.POINTS)
    for entry, reward in zip(entries, rewards, strict=True):
        gives = reward.gives
        if gives.coupon is not None and gives.coupon not in known:
            remedy = f"use the id of a coupon that is not issued for points ({', '.join(known[:5]) or 'there is none'})"
            entry.fault("coupon", remedy)
        if gives.kind is RewardKind.MONEY_OFF and stored_value is None:
            entry.fault("kind", "it is added to stored value: add 'stored_value' to the programme")
        if gives.kind is RewardKind.GIFT_CARD:
            _check_gift_card(entry, gives.money, gift_cards)
    return rewards


def _check_gift_card(entry: Section, money: int, policy: GiftCards | None) -> None:
    if policy is None:
        entry.fault("kind", "add 'gift_cards' to the programme")
    elif not policy.least <= money <= policy.limit:
        entry.fault("money", f"a gift card holds {policy.least} to {policy.limit}")


def _reward(entry: Section) -> Reward:
    gives = entry.variants("kind", _KINDS)
    reward = Reward(
        id=entry.identifier("id"),
        name=entry.names("name"),
        cost=entry.integer("cost", 1),
        gives=gives or Gives(RewardKind.SERVICE),
        audience=Audience.read(entry),
        limits=read_handed_out(entry),
    )
    if gives is not None:  # the keys of an unknown kind cannot be judged
        entry.close()
    return reward


def _goods(entry: Section) -> Gives:
    quantity = entry.integer("quantity", 1, 999) if entry.has("quantity") else 1
    product = entry.text("product", GTIN, GTIN_SHAPE)
    return Gives(RewardKind.GOODS, _value(entry), product=product, quantity=quantity)


def _service(entry: Section) -> Gives:
    return Gives(RewardKind.SERVICE, _value(entry))


def _coupon(entry: Section) -> Gives:
    return Gives(RewardKind.COUPON, _value(entry), coupon=entry.identifier("coupon"))


def _money(kind: RewardKind, entry: Section) -> Gives:
    money = entry.integer("money", 1)
    return Gives(kind, money, money=money)


def _value(entry: Section) -> int:
    return entry.integer("value", 0) if entry.has("value") else 0


_KINDS: Mapping[str, Callable[[Section], Gives]] = {
    RewardKind.GOODS: _goods,
    RewardKind.SERVICE: _service,
    RewardKind.COUPON: _coupon,
    RewardKind.GIFT_CARD: partial(_money, RewardKind.GIFT_CARD),
    RewardKind.MONEY_OFF: partial(_money, RewardKind.MONEY_OFF),
}
