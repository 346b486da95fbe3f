"""What a refund needs of the sale, and the right to refund that each refund hands on to the next (D30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.ledger import Account, Asset
from loyalty.lots import Lot
from loyalty.moment import Moment
from loyalty.quote import Quote
from loyalty.sale import Sale, Tender, TenderKind
from loyalty.value import ValueLot


@dataclass(frozen=True)
class SoldSale:
    """A sale with all its inputs, as its operation carries them (D21). `member` None is a guest.

    `state` is what the till knew then. `lots_drawn` are the parts of lots that paid, in the order of drawing (D17).
    """

    basket: Basket
    member: MemberFacts | None
    at: Moment
    state: TillState
    sale: Sale
    lots_drawn: tuple[Lot, ...] = ()

    @property
    def quote(self) -> Quote:
        return self.sale.quote

    @property
    def bases(self) -> tuple[int, ...]:
        """The points base of each line (D04), in the order of the quote's lines."""
        return self.sale.bases or tuple(line.base for line in self.quote.lines)

    @property
    def earned(self) -> int:
        """The points that the sale gave, pending or active."""
        rules = self.sale.earned if self.sale.bases else self.quote.earned
        return sum(each.points for each in rules)

    @property
    def lot(self) -> str:
        """The id of the lot that earning made; empty if it made none."""
        return self.sale.new_lots[0].id if self.sale.new_lots else ""


def sold(basket: Basket, member: MemberFacts | None, at: Moment, state: TillState, sale: Sale) -> SoldSale:
    """The sale with its inputs. Raises ValueError if it drew a lot that `state` does not hold."""
    lots = {lot.id: lot for lot in state.lots}
    drawn = []
    for posting in sale.postings:
        if posting.asset is Asset.POINTS and posting.account is Account.REDEEMED and posting.amount > 0:
            if posting.lot not in lots:
                raise ValueError(f"the sale drew lot {posting.lot}, which the state of the till does not hold")
            drawn.append(replace(lots[posting.lot], points=posting.amount))
    return SoldSale(basket, member, at, state, sale, tuple(drawn))


@dataclass(frozen=True)
class TenderSide:
    """What one tender paid of the order and what it got back, both before the rounding of cash.

    `collected` marks what the member paid at a return, because what stays cost more than what was left of the money.
    """

    kind: TenderKind
    paid: int
    back: int = 0
    account: str | None = None
    collected: bool = False

    @property
    def left(self) -> int:
        return self.paid - self.back


@dataclass(frozen=True)
class RefundsSoFar:
    """The right to refund, which lives in one place at a time (D30): what was given back and taken back so far.

    `units`: how many of a line came back, by line number. `value` is the stored net of all that came back, of which
    `money` was money and the rest points. `cash` is the cash that left the drawer, rounded on its running total (D09).
    `points_taken` is how many of the earned points are gone again, in whichever way; `expired` of them had expired.
    Points that the debt cap let settle in money are `bought` for `bought_for`; `above_cap` of them stayed a debt (D30).
    """

    units: Mapping[int, int] = field(default_factory=dict)
    value: int = 0
    money: int = 0
    points_back: int = 0
    points_taken: int = 0
    expired: int = 0
    tenders: tuple[TenderSide, ...] = ()
    cash: int = 0
    bought: int = 0
    bought_for: int = 0
    above_cap: int = 0

    @property
    def untouched(self) -> bool:
        return not any(self.units.values())

    def left(self, sale: SoldSale) -> dict[int, int]:
        """How many units of each line have not come back, by line number."""
        return {line.no: len(line.units) - self.units.get(line.no, 0) for line in sale.quote.lines}


@dataclass(frozen=True)
class Known:
    """What is known of the member where goods come back, besides his points, all as it is now.

    `value` are his lots of stored value and those of the gift cards that paid, `stamps` are by offer, and `expired` is
    how many points of the sale have expired in all (D12).
    """

    value: tuple[ValueLot, ...] = ()
    stamps: Mapping[str, int] = field(default_factory=dict)
    expired: int = 0


@dataclass(frozen=True)
class Return:
    """`quantity` units of line `no` come back; a weighed line is one unit (D01)."""

    no: int
    quantity: int


def right_to_refund(sale: SoldSale) -> RefundsSoFar:
    """The right as it is born in the selling terminal's chain: nothing has come back yet (D30)."""
    return untouched(sale.sale.tenders, sale.sale.rounding)


def untouched(tenders: Sequence[Tender], rounding: int) -> RefundsSoFar:
    """The right to refund a sale that was paid by these `tenders`, with this rounding line (D09)."""
    return RefundsSoFar(tenders=tuple(_sides(tenders, rounding)))


def _sides(tenders: Sequence[Tender], rounding: int) -> list[TenderSide]:
    """Each tender with its share of what was due; the rounding line is no part of it (D09)."""
    sides = [TenderSide(tender.kind, tender.amount, account=tender.account) for tender in tenders]
    if not rounding:
        return sides
    cash = tenders[-1].amount if tenders and tenders[-1].kind is TenderKind.CASH else 0  # it may round to nothing
    return [*(side for side in sides if side.kind is not TenderKind.CASH), TenderSide(TenderKind.CASH, cash - rounding)]
