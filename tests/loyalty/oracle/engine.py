"""A case as inputs of the engine, and the engine's quote in the terms of the oracle's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from loyalty import Basket, Line, Lot, MemberFacts, Miss, Moment, Programme, Quote, TillState, price, read_programme
from loyalty.basket import LineKind
from loyalty.coupon import Coupon, CouponState
from loyalty.limit_keys import birthday_key, limit_key
from loyalty.limits import Scope

Rule = dict[str, Any]

BY_OTHERS = frozenset(  # misses that the goods of other offers and the amounts decide, which the oracle does not judge
    {
        Miss.TOO_FEW_UNITS,
        Miss.BELOW_THRESHOLD,
        Miss.NOTHING_OFF,
        Miss.CAP_REACHED,
        Miss.EXCLUDED,
        Miss.BETTER_WITHOUT,
    }
)


def quote(case: Rule) -> Quote:
    """What the engine says to a case."""
    programme, at = programme_and_moment(case)
    return price(_basket(case["basket"]), _member(case["member"]), programme, at, _state(case, programme, at))


def programme_and_moment(case: Rule) -> tuple[Programme, Moment]:
    return read_programme(case["programme"]), Moment(**case["moment"])


def by_engine(case: Rule) -> dict[str, Any]:
    """The engine's answer to a case."""
    return seen(quote(case), names_of_keys(case, *programme_and_moment(case)))


def _basket(basket: Rule) -> Basket:
    lines = tuple(Line(**{**line, "kind": LineKind(line.get("kind", "goods"))}) for line in basket["lines"])
    return Basket(lines, frozenset(basket["removed"]), basket["points"], tuple(basket["coupons"]))


def _member(member: Rule | None) -> MemberFacts | None:
    if member is None:
        return None
    return MemberFacts(**{**member, "groups": frozenset(member.get("groups", []))})


def _state(case: Rule, programme: Programme, at: Moment) -> TillState:
    state = case["state"]
    plain = TillState(**{key: state[key] for key in ("assurance", "copyable_used", "store", "stamps") if key in state})
    return replace(
        plain,
        used=_keyed(case, state.get("used", []), programme, at),
        leased=_keyed(case, state.get("leased", []), programme, at),
        lots=tuple(Lot(**lot) for lot in state.get("lots", [])),
        coupons=tuple(_coupon(each) for each in state.get("coupons", [])),
    )


def _coupon(coupon: Rule) -> Coupon:
    return Coupon(**{**coupon, "state": CouponState(coupon.get("state", "issued"))})


def _keyed(case: Rule, counters: list[Rule], programme: Programme, at: Moment) -> dict[str, int]:
    """The counters of a case under the keys that the engine knows them by."""
    keys = {name: key for key, name in names_of_keys(case, programme, at).items()}
    return {keys[_name(each)]: each["amount"] for each in counters}


def _name(counter: Rule) -> str:
    what = "birthday" if "birthday" in counter else "limit"
    return f"{what} {counter['offer']} {counter[what]}"


def names_of_keys(case: Rule, programme: Programme, at: Moment) -> dict[str, str]:
    """By the engine's key of each counter, its plain name as the oracle uses it."""
    member, found = (case["member"] or {"id": "m1"})["id"], {}
    for offer in programme.offers:
        for year in (2025, 2026, 2027):
            found[birthday_key(offer.id, member, year)] = f"birthday {offer.id} {year}"
        for place, limit in enumerate(offer.limits):
            if limit.scope is not Scope.ORDER:
                key = limit_key(offer.id, limit, at.business_date(), member, case["state"]["store"])
                found[key] = f"limit {offer.id} {place}"
    return found


def seen(quote: Quote, names: dict[str, str]) -> dict[str, Any]:
    """The quote in the terms of the oracle's answer. `names` are the plain names of counters, from `names_of_keys`."""
    use = quote.use
    takes: dict[str, dict[int, int]] = {reason.offer: {} for reason in quote.reasons}
    for line in quote.lines:
        for reason in line.reasons:
            takes[reason.offer][line.no] = reason.amount
    return {
        "gross": quote.gross,
        "net": quote.net,
        "due": quote.due,
        "guest_net": quote.guest_net,
        "reasons": [[reason.offer, str(reason.step), reason.amount] for reason in quote.reasons],
        "nets": {line.no: line.net for line in quote.lines},
        "bases": {line.no: line.base for line in quote.lines},
        "paid": {line.no: line.paid_by_points for line in quote.lines},
        "units": {line.no: list(line.units) for line in quote.lines},
        "takes": takes,
        "use": {
            "asked": use.asked,
            "points": use.points,
            "money": use.money,
            "available": use.available,
            "limited_by": use.limited_by,
        },
        "earned": {earned.rule: earned.points for earned in quote.earned},
        "taxes": [[each.rate, each.net, each.tax] for each in quote.tax],
        "tax of lines": {line.no: [line.rate, line.tax] for line in quote.lines},
        "missed": {each.offer: "" if each.miss in BY_OTHERS else str(each.miss) for each in quote.missed},
        "rights": {names.get(use.key, f"{use.kind} {use.key}"): use.amount for use in quote.rights},
    }
