"""The answer of `settle`: a sale with its postings, or the reason why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from loyalty.ledger import Posting
from loyalty.lots import Lot
from loyalty.quote import Quote


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"  # recorded, the bank's own terminal took it
    MOBILE = "mobile"  # recorded
    STORED_VALUE = "stored_value"  # drawn from the member's lots of value (D24)
    GIFT_CARD = "gift_card"  # drawn from the lots of a gift card, `account`


@dataclass(frozen=True)
class Tender:
    """`amount` minor units handed over; cash may exceed what is due and gives change. `account` names a gift card."""

    kind: TenderKind
    amount: int
    account: str | None = None


class Verdict(StrEnum):
    """Why a sale was refused, in order of precedence. `params` of `Refused` carry the amounts for the sentence."""

    EMPTY_BASKET = "empty_basket"
    POINTS_NOT_A_MEMBER = "points_not_a_member"
    POINTS_ASSURANCE = "points_assurance"  # P0 redeems nothing
    POINTS_NOT_AVAILABLE = "points_not_available"  # params: asked, available
    POINTS_COPYABLE_DAILY = "points_copyable_daily"  # params: asked, available
    COUPON_UNKNOWN = "coupon_unknown"  # params of all about one coupon: code
    COUPON_USED = "coupon_used"
    COUPON_CANCELLED = "coupon_cancelled"
    COUPON_NOT_YET = "coupon_not_yet"
    COUPON_EXPIRED = "coupon_expired"
    COUPON_OFFER_UNKNOWN = "coupon_offer_unknown"  # the programme has no such rule, or no such offer any more
    COUPON_NOT_YOURS = "coupon_not_yours"  # another member's, and not transferable
    COUPON_NOT_TRANSFERABLE = "coupon_not_transferable"
    COUPON_FOR_SERVICE = "coupon_for_service"  # used alone, not on a basket
    COUPON_FOR_BASKET = "coupon_for_basket"  # not used alone
    COUPON_SAME_OFFER = "coupon_same_offer"  # another coupon of the same offer is chosen
    COUPON_NOT_NEEDED = "coupon_not_needed"  # good, but it takes nothing off here; it is kept
    COUPON_BELOW_THRESHOLD = "coupon_below_threshold"  # not issued; params: distance_minor
    COUPON_NOT_FOR_MEMBER = "coupon_not_for_member"  # not issued; params: miss, one of `Miss`
    COUPON_LIMIT = "coupon_limit"  # not issued: no more of it here and now
    COUPON_OVER = "coupon_over"  # not issued: its last day is before its first
    REWARD_NOT_FOR_MEMBER = "reward_not_for_member"  # params: miss, one of `Miss`
    REWARD_LIMIT = "reward_limit"  # no more of it here and now
    TENDER_INVALID = "tender_invalid"  # params: kind, amount
    TENDER_SHORT = "tender_short"  # params: due_minor, given_minor
    TENDER_OVER = "tender_over"  # only cash gives change; params: due_minor, given_minor


@dataclass(frozen=True)
class Refused:
    verdict: Verdict
    params: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sale:
    """A settled sale. `rounding` is the cash rounding line (D09), `change` the cash to give back.

    `tenders` are the amounts kept (cash less change). `new_lots` are the lots that earning made; their points are in
    `postings`, which sum to zero for each asset.
    """

    quote: Quote
    tenders: tuple[Tender, ...]
    rounding: int
    change: int
    postings: tuple[Posting, ...]
    new_lots: tuple[Lot, ...]
