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
