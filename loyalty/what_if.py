"""What would happen if: the same basket with an offer taken out, a coupon or points chosen, or without membership."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.moment import Moment
from loyalty.pricing import price
from loyalty.programme import Programme
from loyalty.quote import Quote


@dataclass(frozen=True)
class OfferChange:
    """What an offer takes off in two quotes; 0 where it is not applied."""

    offer: str
    before: int
    after: int


@dataclass(frozen=True)
class Difference:
    """What the second of two quotes has more than the first (less is below zero), in minor units and points.

    `paid_by_points` is money. `offers` are those that take off another amount, in the order of the first quote, then of
    the second.
    """

    net: int
    tax: int
    paid_by_points: int
    due: int
    earns: int
    offers: tuple[OfferChange, ...]


@dataclass(frozen=True)
class Membership:
    """One basket with and without membership, before points as money."""

    member: Quote
    guest: Quote

    @property
    def saves(self) -> int:
        """What membership takes off the goods, in minor units; never below zero (D26)."""
        return self.guest.net - self.member.net


def choose(
    basket: Basket, *, without: Iterable[str] = (), coupons: Iterable[str] = (), points: int | None = None
) -> Basket:
    """The basket with further choices: offers taken out (D28), coupons after those already chosen, points to use.

    `points` None leaves them as they are.
    """
    return replace(
        basket,
        removed=basket.removed | frozenset(without),
        coupons=tuple(dict.fromkeys((*basket.coupons, *coupons))),
        points=basket.points if points is None else points,
    )


def difference(before: Quote, after: Quote) -> Difference:
    """What changes from one quote to the other."""
    first, second = ({reason.offer: reason.amount for reason in quote.reasons} for quote in (before, after))
    changes = [OfferChange(offer, first.get(offer, 0), second.get(offer, 0)) for offer in (first | second)]
    return Difference(
        net=after.net - before.net,
        tax=sum(rate.tax for rate in after.tax) - sum(rate.tax for rate in before.tax),
        paid_by_points=after.use.money - before.use.money,
        due=after.due - before.due,
        earns=after.earns - before.earns,
        offers=tuple(change for change in changes if change.before != change.after),
    )


def with_and_without(
    basket: Basket, member: MemberFacts, programme: Programme, at: Moment, state: TillState
) -> Membership:
    """The basket for this member and for a guest, both without points as money, which a guest has not."""
    without_points = replace(basket, points=0)
    return Membership(
        price(without_points, member, programme, at, state), price(without_points, None, programme, at, state)
    )
