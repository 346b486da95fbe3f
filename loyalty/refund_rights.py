"""Coupons and other rights that come back when all of an order has come back (D05, D29)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from loyalty.coupon import Coupon, CouponState
from loyalty.coupons import COUPON, coupon_after_refund, find_coupon
from loyalty.ledger import Posting
from loyalty.moment import Moment
from loyalty.quote import RightUse
from loyalty.refund_policy import CouponBack
from loyalty.refund_sale import SoldSale
from loyalty.right_postings import right_postings
from loyalty.stamps import STAMP


@dataclass(frozen=True)
class RightsBack:
    """`coupons` as they come back, expired ones as expired; `uses` are the other rights that count as not used."""

    coupons: tuple[Coupon, ...] = ()
    uses: tuple[RightUse, ...] = ()
    postings: tuple[Posting, ...] = ()


def rights_back(sale: SoldSale, stamps: Mapping[str, int], at: Moment, policy: CouponBack) -> RightsBack:
    """What a full return gives back. `stamps` are those held now: what was collected goes as far as it is there."""
    moves = []
    for code in _used_coupons(sale):
        coupon = find_coupon(code, sale.state)
        if coupon is None:
            raise ValueError(f"the sale used coupon {code}, which the state of the till does not hold")
        used = replace(coupon, state=CouponState.USED)
        move = coupon_after_refund(used, full=policy is CouponBack.FULL_RETURN, at=at)
        moves += [move] if move else []
    uses = tuple(_others(sale, stamps))
    undone = (replace(posting, amount=-posting.amount) for posting in right_postings(uses))
    postings = [posting for move in moves for posting in move.postings]
    return RightsBack(tuple(move.coupon for move in moves), uses, (*postings, *undone))


def _used_coupons(sale: SoldSale) -> list[str]:
    return [right.key for right in sale.quote.rights if right.kind == COUPON]


def _others(sale: SoldSale, stamps: Mapping[str, int]) -> Iterator[RightUse]:
    for right in sale.quote.rights:
        if right.kind == STAMP and right.amount < 0:
            yield replace(right, amount=max(right.amount, -stamps.get(right.key, 0)))
        elif right.kind != COUPON:
            yield right
