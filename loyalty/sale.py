"""The answer of `settle`: a sale with its postings, or the reason why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from loyalty.ledger import Posting
from loyalty.lots import Lot
from loyalty.quote import Earned, Quote
from loyalty.value_move import ValuePart


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"  # recorded, the bank's own terminal took it
    MOBILE = "mobile"  # recorded
    STORED_VALUE = "stored_value"  # drawn from the member's lots of value (D24)
    GIFT_CARD = "gift_card"  # drawn from the lots of a gift card, `account`
    THIRD_PARTY = "third_party"  # a card of another issuer, recorded; `account` names it (F053)


@dataclass(frozen=True)
class Tender:
    """`amount` minor units handed over; cash may exceed what is due and gives change.

    `account` names a gift card, or the issuer of a third party's card.
    """

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
    LOTTERY_NOT_FOR_MEMBER = "lottery_not_for_member"  # params: miss, one of `Miss`
    LOTTERY_LIMIT = "lottery_limit"  # no more draws here and now
    MERIT_ACT_UNKNOWN = "merit_act_unknown"  # the programme gives no merits for it
    MERIT_DAILY = "merit_daily"  # params: most, a day
    MERIT_REWARD_UNKNOWN = "merit_reward_unknown"
    MERIT_NOT_AVAILABLE = "merit_not_available"  # params: asked, available
    LIMIT_NOT_AVAILABLE = "limit_not_available"  # used since the basket was priced; params: asked, available
    STAMPS_NOT_AVAILABLE = "stamps_not_available"  # likewise
    TENDER_INVALID = "tender_invalid"  # params: kind, amount
    TENDER_SHORT = "tender_short"  # params: due_minor, given_minor
    TENDER_OVER = "tender_over"  # only cash gives change; params: due_minor, given_minor
    VALUE_NOT_OFFERED = "value_not_offered"  # the programme has no stored value
    VALUE_NOT_A_MEMBER = "value_not_a_member"
    VALUE_ASSURANCE = "value_assurance"  # the card proves too little, or the PIN is missing
    VALUE_NOT_FOR_THIS = "value_not_for_this"  # such as gift cards; params: asked_minor, available_minor
    VALUE_NOT_AVAILABLE = "value_not_available"  # params: asked_minor, available_minor
    VALUE_OFFLINE_LIMIT = "value_offline_limit"  # more needs HQ at hand; params: asked_minor, available_minor
    GIFT_CARD_NOT_AVAILABLE = "gift_card_not_available"  # params: asked_minor, available_minor
    TOP_UP_AMOUNT = "top_up_amount"  # outside the bounds of one top-up; params: asked_minor, least_minor, most_minor
    TOP_UP_LIMIT = "top_up_limit"  # more than may be held, or than is leased here; params: asked_minor, available_minor
    TOP_UP_TENDER = "top_up_tender"  # not taken for a top-up; params: kind
    PAY_OUT_NOT_AVAILABLE = "pay_out_not_available"  # params: asked_minor, available_minor
    COUNT_CARD_UNKNOWN = "count_card_unknown"  # the programme sells no such card
    COUNT_NOT_AVAILABLE = "count_not_available"  # params: asked, available
    COUNT_ASSURANCE = "count_assurance"
    TRANSFER_NOT_EMPTY = "transfer_not_empty"  # the new account has something already: merge the two
    NOTHING_TO_REFUND = "nothing_to_refund"  # no line is named
    LINE_UNKNOWN = "line_unknown"  # params: line
    UNITS_NOT_LEFT = "units_not_left"  # fewer can still come back (D30); params: line, asked, left
    LINE_NOT_RETURNABLE = "line_not_returnable"  # a gift card, or bottles that were brought in; params: line
    VALUE_LOT_UNKNOWN = "value_lot_unknown"  # stored value paid, and its lot is not known here; params: lot
    VOID_AFTER_REFUND = "void_after_refund"  # some of it came back already
    VOID_OTHER_DAY = "void_other_day"  # params: sold_on, today, business dates


@dataclass(frozen=True)
class Refused:
    verdict: Verdict
    params: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sale:
    """A settled sale. `rounding` is the cash rounding line (D09), `change` the cash to give back.

    `tenders` are the amounts kept (cash less change). `new_lots` are the lots that earning made; their points are in
    `postings`, which sum to zero for each asset. `value` is what was drawn from lots of stored value and gift cards,
    in the order of drawing. `bases` is the points base of each line and `earned` what they earn: those of the quote,
    unless bonus that does not earn paid a part (D04).
    """

    quote: Quote
    tenders: tuple[Tender, ...]
    rounding: int
    change: int
    postings: tuple[Posting, ...]
    new_lots: tuple[Lot, ...]
    value: tuple[ValuePart, ...] = ()
    bases: tuple[int, ...] = ()
    earned: tuple[Earned, ...] = ()
