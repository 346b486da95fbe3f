"""The pure core: what a basket costs and why, and what a sale does to points. No I/O, no clock, no chance."""

from loyalty.basket import Basket, Line, MemberFacts, TillState
from loyalty.birthday import kept_birthday
from loyalty.cash import cash_due
from loyalty.document import DocumentError, Fault
from loyalty.earning_rules import EarningRule
from loyalty.json_form import to_json
from loyalty.ledger import Account, Asset, Posting, imbalance
from loyalty.lots import Lot, draw, spending_order
from loyalty.merit import MeritMove, MeritStanding, credit_act, redeem_merit
from loyalty.moment import Moment
from loyalty.offers import Offer
from loyalty.pricing import ENGINE, price
from loyalty.prize_draw import Draw, draw_prize
from loyalty.programme import PointsAsMoney, Programme
from loyalty.programme_reader import ProgrammeError, read_programme
from loyalty.progress import tier_progress
from loyalty.quote import Earned, Miss, Missed, PointsUse, Quote, QuoteLine, Reason, Step
from loyalty.sale import Refused, Sale, Tender, TenderKind, Verdict
from loyalty.settle import settle
from loyalty.tier_refund import tier_after_refund
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Qualifying, TierReview, TierStanding
from loyalty.tiers import Tier

__all__ = [
    "ENGINE",
    "Account",
    "Asset",
    "Basket",
    "DocumentError",
    "Draw",
    "Earned",
    "EarningRule",
    "Fault",
    "Line",
    "Lot",
    "MemberFacts",
    "MeritMove",
    "MeritStanding",
    "Miss",
    "Missed",
    "Moment",
    "Offer",
    "PointsAsMoney",
    "PointsUse",
    "Posting",
    "Programme",
    "ProgrammeError",
    "Qualifying",
    "Quote",
    "QuoteLine",
    "Reason",
    "Refused",
    "Sale",
    "Step",
    "Tender",
    "TenderKind",
    "Tier",
    "TierReview",
    "TierStanding",
    "TillState",
    "Verdict",
    "cash_due",
    "credit_act",
    "draw",
    "draw_prize",
    "imbalance",
    "kept_birthday",
    "price",
    "read_programme",
    "redeem_merit",
    "review_tier",
    "settle",
    "spending_order",
    "tier_after_refund",
    "tier_progress",
    "to_json",
]
