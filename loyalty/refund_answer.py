"""The answer of `refund`: every amount with its reason, before anything has happened."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.claw_back import TakenBack
from loyalty.coupon import Coupon
from loyalty.ledger import Posting
from loyalty.refund_lines import LineBack
from loyalty.refund_points import LotBack
from loyalty.refund_policy import Threshold
from loyalty.refund_rights import RightsBack
from loyalty.refund_sale import RefundsSoFar
from loyalty.sale import Tender
from loyalty.standing import Standing
from loyalty.tier_standing import TierReview
from loyalty.value_move import ValueMove


@dataclass(frozen=True)
class Refund:
    """What the return of `lines` does. Amounts are of this return alone, in minor units; `after` is of all so far.

    `value` is what the lines are worth, in `points_back` and `money` together; `deducted` of the money settles
    `bought` points above the debt cap (D30). `tenders` go to the member and `collected` comes from him; cash is in
    whole coins, which `cash_rounding` accounts for. `lots_back` are the points that go back, of which `debt_paid` pay
    a debt at once (D12). The sale earned `earned` and the rest earns `rest_earns`; `taken` is what goes of the
    difference, and `debt` how much more the member owes for it. `rights` are coupons and other rights that come back,
    `value_moves` stored value. `complete`: all that may come back has. `threshold` is the policy, `rest_costs` what
    stays paid for the rest. `standing` and `after` are the member's points and the right to refund afterwards;
    `postings` balance. `tier` is what becomes of the tier (D16), if it was asked.
    """

    lines: tuple[LineBack, ...]
    value: int
    points_back: int
    money: int
    deducted: int
    tenders: tuple[Tender, ...]
    collected: Tender | None
    cash_rounding: int
    lots_back: tuple[LotBack, ...]
    debt_paid: int
    earned: int
    rest_earns: int
    taken: TakenBack
    bought: int
    debt: int
    rights: RightsBack
    value_moves: tuple[ValueMove, ...]
    complete: bool
    threshold: Threshold
    rest_costs: int
    postings: tuple[Posting, ...]
    standing: Standing
    after: RefundsSoFar
    tier: TierReview | None = None

    @property
    def points_money(self) -> int:
        """What the points that go back are worth in this order."""
        return self.value - self.money

    @property
    def coupons(self) -> tuple[Coupon, ...]:
        return self.rights.coupons

    @property
    def given(self) -> int:
        """What the member gets in money, in whole coins; below zero he pays."""
        return sum(tender.amount for tender in self.tenders) - (self.collected.amount if self.collected else 0)
