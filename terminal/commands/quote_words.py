"""The words in which a quote is told to people: names, amounts, and a sentence for every reason and every miss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty import Basket, Line, MemberFacts, Miss, Missed, Programme, Quote, Verdict, tier_progress
from loyalty.basket import GRAMS_OF_A_PRICE, LineKind
from loyalty.currency import amount_text
from loyalty.limit_keys import LIMIT
from loyalty.quote import CouponAnswer, PointsUse, RightUse
from loyalty.stamps import STAMP
from loyalty.tier_policy import Metric

MISSES = {
    Miss.REMOVED: "taken out of this basket",
    Miss.NOT_HERE: "not in this store",
    Miss.NOT_YET: "has not begun",
    Miss.ENDED: "has ended",
    Miss.NOT_TODAY: "not on this day",
    Miss.NOT_NOW: "not at this hour",
    Miss.MEMBERS_ONLY: "for members only",
    Miss.TIER_TOO_LOW: "gives nothing on this tier",
    Miss.NOT_IN_GROUP: "for members of other groups",
    Miss.NOT_BIRTHDAY: "for members near their birthday",
    Miss.NOT_FIRST_PURCHASE: "on a first purchase only",
    Miss.LIMIT_REACHED: "no more of it here and now",
    Miss.NO_ELIGIBLE_GOODS: "covers nothing in this basket",
    Miss.TOO_FEW_UNITS: "{units} more of its goods are needed",
    Miss.BELOW_THRESHOLD: "is not reached",
    Miss.NOTHING_OFF: "would take nothing off",
    Miss.CAP_REACHED: "the cap of the order leaves nothing for it",
    Miss.EXCLUDED: "not together with {other}",
    Miss.BETTER_WITHOUT: "left out: the basket is cheaper without it",
}
LIMITS = {
    "not_a_member": "a guest has no points",
    "assurance": "this card proves nothing",
    "available": "no more are here",
    "copyable_daily": "the day's limit for this card",
    "cap": "the cap on an order",
    "order": "the order is smaller",
    "whole_units": "whole units only",
}
COUPONS = {
    Verdict.COUPON_UNKNOWN: "is not known here",
    Verdict.COUPON_USED: "has been used already",
    Verdict.COUPON_CANCELLED: "has been cancelled",
    Verdict.COUPON_NOT_YET: "is not good yet",
    Verdict.COUPON_EXPIRED: "has expired",
    Verdict.COUPON_OFFER_UNKNOWN: "has no rule or no offer in this programme",
    Verdict.COUPON_NOT_YOURS: "belongs to another member",
    Verdict.COUPON_FOR_SERVICE: "is for a service and used without a basket",
    Verdict.COUPON_SAME_OFFER: "another coupon of this offer is chosen",
    Verdict.COUPON_NOT_NEEDED: "takes nothing off here and is kept",
}
KINDS = {
    LineKind.FREIGHT: "freight",
    LineKind.TIP: "tip",
    LineKind.GIFT_CARD: "gift card",
    LineKind.DEPOSIT: "deposit",
}
PROGRESS = {
    Metric.SPEND: "{distance} more to {name}",
    Metric.VISITS: "{distance} more visits to {name}",
    Metric.POINTS: "{distance} more points to {name}",
}


def name_text(names: Mapping[str, str]) -> str:
    """The English name, else the first."""
    return names.get("en") or next(iter(names.values()))


def counted(many: int, what: str) -> str:
    """`1 point`, `2 points`."""
    return f"{many} {what}{'' if many == 1 else 's'}"


def lines_text(numbers: Iterable[int]) -> str:
    """`line 1`, `lines 1, 2`."""
    listed = [*map(str, numbers)]
    return f"line{'' if len(listed) == 1 else 's'} {', '.join(listed)}"


def offer_text(programme: Programme, offer_id: str) -> str:
    """Its name, and its id in brackets."""
    offer = programme.offer(offer_id)
    return f"{name_text(offer.name)} [{offer_id}]" if offer else offer_id


def quantity_text(line: Line, currency: str) -> str:
    """How much of what: `4 × 1.99`, or `0.350 kg × 29.80`; what is no goods says so."""
    price = amount_text(line.unit_price, currency)
    whole, rest = divmod(line.grams or 0, GRAMS_OF_A_PRICE)
    many = f"{line.quantity}" if line.grams is None else f"{whole}.{rest:03d} kg"
    return f"{many} × {price} {KINDS.get(line.kind, '')}".rstrip()


def miss_text(missed: Missed, programme: Programme) -> str:
    """Why an offer was missed, and how far it was (D27)."""
    other = offer_text(programme, missed.other) if missed.other else ""
    if missed.distance is None:
        return MISSES[missed.miss].format(units=missed.units, other=other)
    distance = amount_text(missed.distance, programme.currency)
    saves = f"saves {amount_text(missed.saves, programme.currency)}" if missed.saves else "to go"
    return f"{distance} more {saves}"


def use_text(use: PointsUse) -> str:
    """Why fewer points are used than were asked for; empty where all are."""
    return f"; {use.asked} asked, {LIMITS[use.limited_by]}" if use.limited_by else ""


def coupon_text(answer: CouponAnswer) -> str:
    why = "is used" if answer.why is None else COUPONS[Verdict(answer.why)]
    return f"Coupon {answer.code} {why}"


def stamps_text(quote: Quote, programme: Programme) -> list[str]:
    """What becomes of the member's stamps."""
    stamps = [right for right in quote.rights if right.kind == STAMP]
    return [f"{offer_text(programme, right.key)}: {_stamps(right)}" for right in stamps]


def rights_text(quote: Quote, programme: Programme) -> list[str]:
    """What a sale would use up of counted limits, and what becomes of the stamps."""
    limits = [f"uses {right.amount} of the limit {right.key}" for right in quote.rights if right.kind == LIMIT]
    return [*limits, *stamps_text(quote, programme)]


def _stamps(right: RightUse) -> str:
    many = counted(abs(right.amount), "stamp")
    return f"{many} used" if right.amount > 0 else f"{many} collected"


def progress_text(member: MemberFacts | None, programme: Programme) -> str | None:
    """How far the next tier is; None where nothing is to be said."""
    found = tier_progress(member, programme) if member else None
    if found is None:
        return None
    metric = Metric(found.metric)
    distance = amount_text(found.distance, programme.currency) if metric is Metric.SPEND else str(found.distance)
    return PROGRESS[metric].format(distance=distance, name=name_text(programme.tier(found.next).name))


def others_of(basket: Basket) -> dict[LineKind, int]:
    """What lines cost that are no goods, by their kind."""
    found: dict[LineKind, int] = {}
    for line in basket.lines:
        if not line.is_goods:
            found[line.kind] = found.get(line.kind, 0) + line.gross
    return found
