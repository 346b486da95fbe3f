"""The pure core: what a basket costs and why, and what a sale does to points. No I/O, no clock, no chance."""

from loyalty.basket import Basket, Line, MemberFacts, TillState
from loyalty.birthday import kept_birthday
from loyalty.cash import cash_due
from loyalty.claw_back import TakenBack, take_back
from loyalty.count_card import CountCard, CountLot
from loyalty.count_use import buy_count_card, expire_count, refund_count, use_count
from loyalty.coupon import Coupon, CouponState
from loyalty.coupon_issue import issue_coupon, purchase_coupons
from loyalty.coupons import (
    CouponMove,
    GivenCoupon,
    cancel_coupon,
    choose_coupons,
    coupon_after_refund,
    expire_coupon,
    give_coupon,
    use_coupon,
)
from loyalty.document import DocumentError, Fault
from loyalty.earning import earn
from loyalty.earning_rules import EarningRule
from loyalty.exchange import Exchange, ExchangePreview, Purchase, exchange, exchange_preview
from loyalty.expire import Expiring, expire_lease, expire_pool, expiring
from loyalty.gift_card_sale import expire_gift_card, sell_gift_card
from loyalty.json_form import to_json
from loyalty.ledger import Account, Asset, Posting, imbalance
from loyalty.limit_keys import birthday_key, limit_key
from loyalty.lots import Lot, draw, spending_order
from loyalty.merge_members import Merged, merge_members
from loyalty.merit import MeritMove, MeritStanding, credit_act, redeem_merit
from loyalty.moment import Moment
from loyalty.offers import Offer
from loyalty.pay_out import PaidOut, pay_out
from loyalty.pending import activate, active_on
from loyalty.pricing import ENGINE, price
from loyalty.prize_draw import Draw, draw_prize
from loyalty.programme import PointsAsMoney, Programme
from loyalty.programme_reader import ProgrammeError, read_programme
from loyalty.progress import tier_progress
from loyalty.quote import Earned, Miss, Missed, PointsUse, Quote, QuoteLine, Reason, Step
from loyalty.refund import refund
from loyalty.refund_answer import Refund
from loyalty.refund_held import held_after
from loyalty.refund_policy import RefundPolicy
from loyalty.refund_sale import Known, RefundsSoFar, Return, SoldSale, right_to_refund, sold
from loyalty.refund_state import state_after
from loyalty.refund_tier import with_tier
from loyalty.reward import Reward
from loyalty.rewards import Reach, Redemption, redeem_reward, rewards_within_reach
from loyalty.sale import Refused, Sale, Tender, TenderKind, Verdict
from loyalty.settle import settle
from loyalty.standing import Balance, Pending, Standing, balance
from loyalty.tier_refund import tier_after_refund
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Qualifying, TierReview, TierStanding
from loyalty.tiers import Tier
from loyalty.top_up import ToppedUp, TopUp, give_bonus, room_key, top_up
from loyalty.transfer import Holdings, Transfer, transfer
from loyalty.value import ValueLot
from loyalty.value_draw import draw_value, expire_bonus, give_back
from loyalty.value_move import ValueMove, ValuePart
from loyalty.void import Void, void

__all__ = [
    "ENGINE",
    "Account",
    "Asset",
    "Balance",
    "Basket",
    "CountCard",
    "CountLot",
    "Coupon",
    "CouponMove",
    "CouponState",
    "DocumentError",
    "Draw",
    "Earned",
    "EarningRule",
    "Exchange",
    "ExchangePreview",
    "Expiring",
    "Fault",
    "GivenCoupon",
    "Holdings",
    "Known",
    "Line",
    "Lot",
    "MemberFacts",
    "Merged",
    "MeritMove",
    "MeritStanding",
    "Miss",
    "Missed",
    "Moment",
    "Offer",
    "PaidOut",
    "Pending",
    "PointsAsMoney",
    "PointsUse",
    "Posting",
    "Programme",
    "ProgrammeError",
    "Purchase",
    "Qualifying",
    "Quote",
    "QuoteLine",
    "Reach",
    "Reason",
    "Redemption",
    "Refund",
    "RefundPolicy",
    "RefundsSoFar",
    "Refused",
    "Return",
    "Reward",
    "Sale",
    "SoldSale",
    "Standing",
    "Step",
    "TakenBack",
    "Tender",
    "TenderKind",
    "Tier",
    "TierReview",
    "TierStanding",
    "TillState",
    "TopUp",
    "ToppedUp",
    "Transfer",
    "ValueLot",
    "ValueMove",
    "ValuePart",
    "Verdict",
    "Void",
    "activate",
    "active_on",
    "balance",
    "birthday_key",
    "buy_count_card",
    "cancel_coupon",
    "cash_due",
    "choose_coupons",
    "coupon_after_refund",
    "credit_act",
    "draw",
    "draw_prize",
    "draw_value",
    "earn",
    "exchange",
    "exchange_preview",
    "expire_bonus",
    "expire_count",
    "expire_coupon",
    "expire_gift_card",
    "expire_lease",
    "expire_pool",
    "expiring",
    "give_back",
    "give_bonus",
    "give_coupon",
    "held_after",
    "imbalance",
    "issue_coupon",
    "kept_birthday",
    "limit_key",
    "merge_members",
    "pay_out",
    "price",
    "purchase_coupons",
    "read_programme",
    "redeem_merit",
    "redeem_reward",
    "refund",
    "refund_count",
    "review_tier",
    "rewards_within_reach",
    "right_to_refund",
    "room_key",
    "sell_gift_card",
    "settle",
    "sold",
    "spending_order",
    "state_after",
    "take_back",
    "tier_after_refund",
    "tier_progress",
    "to_json",
    "top_up",
    "transfer",
    "use_count",
    "use_coupon",
    "void",
    "with_tier",
]
