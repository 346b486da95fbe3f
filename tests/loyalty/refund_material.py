"""Sales that were made, and returns of them, for the tests of refunds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from loyalty import Basket, Lot, MemberFacts, Moment, Programme, Tender, TillState, imbalance, price, settle
from loyalty.refund import refund
from loyalty.refund_answer import Refund
from loyalty.refund_policy import RefundPolicy
from loyalty.refund_sale import Known, RefundsSoFar, Return, SoldSale, right_to_refund, sold
from loyalty.sale import Refused, Sale, TenderKind
from loyalty.standing import Standing
from tests.loyalty.material import BARE, NOON, card, programme

DAY_MS = 86_400_000
NEXT_DAY = Moment(NOON.utc_ms + DAY_MS)
PER_TEN = {"points": 1, "per": 1000}
PER_ONE = {"points": 1, "per": 100}


def rules(*offers: dict[str, Any], earn: dict[str, int] = PER_ONE, whole: bool = True, **changes: Any) -> Programme:
    """A programme with these offers; `earn` is how points are earned, and points may pay the whole order."""
    earning = [{**BARE["earning"][0], "by_tier": False, **earn}]
    use = {**BARE["points_as_money"], "cap": [1, 1] if whole else [1, 2]}
    return programme(*offers, **{"format": 2, "earning": earning, "points_as_money": use, **changes})


def made(
    basket: Basket,
    rules: Programme,
    who: MemberFacts | None,
    state: TillState,
    *tenders: Tender,
    at: Moment = NOON,
) -> SoldSale:
    """The sale of a basket; without tenders it is paid by card."""
    priced = price(basket, who, rules, at, state)
    paid = tenders or ((card(priced.due),) if priced.due else ())
    sale = settle(priced, who, paid, rules, at, state, "new-lot", basket)
    assert isinstance(sale, Sale), sale
    assert imbalance(sale.postings) == {}
    return sold(basket, who, at, state, sale)


def standing_after(sale: SoldSale, *, gone: int = 0, debt: int = 0) -> Standing:
    """What the member holds after the sale: the lots of the till, less what it drew and `gone`, and what it made."""
    drawn = {lot.id: lot.points for lot in sale.lots_drawn}
    held = [replace(lot, points=lot.points - drawn.get(lot.id, 0)) for lot in sale.state.lots]
    lots: list[Lot] = []
    for lot in (*sale.sale.new_lots, *held):
        left = max(0, lot.points - gone)
        gone -= lot.points - left
        lots += [replace(lot, points=left)] if left else []
    return Standing(lease=tuple(lots), debt=debt)


class Desk:
    """Takes goods of one sale back, one return after the other; each must balance and hand the right on."""

    def __init__(
        self,
        sale: SoldSale,
        rules: Programme,
        standing: Standing | None = None,
        policy: RefundPolicy | None = None,
        known: Known | None = None,
        at: Moment = NEXT_DAY,
        collect: TenderKind = TenderKind.CASH,
    ) -> None:
        self.sale = sale
        self.rules = rules
        self.standing = standing_after(sale) if standing is None else standing
        self.policy = policy or rules.refunds
        self.known = known or Known()
        self.at = at
        self.collect = collect
        self.so_far = right_to_refund(sale)
        self.done: list[Refund] = []

    def ask(self, *request: tuple[int, int]) -> Refund | Refused:
        """What a return of (line, quantity) would do; nothing happens."""
        returns = [Return(*each) for each in request]
        return refund(
            self.sale,
            self.so_far,
            returns,
            self.standing,
            self.rules,
            self.at,
            self.policy,
            self.known,
            self.collect,
        )

    def take(self, *request: tuple[int, int]) -> Refund:
        """The return is confirmed."""
        done = self.ask(*request)
        assert isinstance(done, Refund), done
        assert imbalance(done.postings) == {}
        self.so_far, self.standing = done.after, done.standing
        moved = {move.lot: move.after for move in done.value_moves}
        lots = tuple(moved.get(lot.id, lot) for lot in self.known.value)
        self.known = replace(self.known, value=lots)
        self.done.append(done)
        return done

    @property
    def money(self) -> int:
        return sum(done.money for done in self.done)

    @property
    def taken(self) -> int:
        return sum(done.taken.points for done in self.done)


def paid_back(done: Refund) -> list[tuple[str, int]]:
    return [(tender.kind.value, tender.amount) for tender in done.tenders]


def all_units(sale: SoldSale, so_far: RefundsSoFar) -> Sequence[tuple[int, int]]:
    """Everything that has not come back."""
    return [(no, left) for no, left in so_far.left(sale).items() if left]
