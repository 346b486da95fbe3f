"""The pure core: what a basket costs and why, and what a sale does to points. No I/O, no clock, no chance."""

from loyalty.basket import Basket, Line, MemberFacts, TillState
from loyalty.cash import cash_due
from loyalty.document import DocumentError, Fault
from loyalty.earning_rules import EarningRule
from loyalty.json_form import to_json
from loyalty.ledger import Account, Asset, Posting, imbalance
from loyalty.lots import Lot, draw, spending_order
from loyalty.moment import Moment
from loyalty.offers import Offer
from loyalty.pricing import ENGINE, price
from loyalty.programme import PointsAsMoney, Programme
from loyalty.programme_reader import ProgrammeError, read_programme
from loyalty.quote import Earned, Miss, Missed, PointsUse, Quote, QuoteLine, Reason, Step
from loyalty.sale import Refused, Sale, Tender, TenderKind, Verdict
from loyalty.settle import settle
from loyalty.tiers import Tier

__all__ = [
    "ENGINE",
    "Account",
    "Asset",
    "Basket",
    "DocumentError",
    "Earned",
    "EarningRule",
    "Fault",
    "Line",
    "Lot",
    "MemberFacts",
    "Miss",
    "Missed",
    "Moment",
    "Offer",
    "PointsAsMoney",
    "PointsUse",
    "Posting",
    "Programme",
    "ProgrammeError",
    "Quote",
    "QuoteLine",
    "Reason",
    "Refused",
    "Sale",
    "Step",
    "Tender",
    "TenderKind",
    "Tier",
    "TillState",
    "Verdict",
    "cash_due",
    "draw",
    "imbalance",
    "price",
    "read_programme",
    "settle",
    "spending_order",
    "to_json",
]
