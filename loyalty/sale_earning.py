"""What a sale earns once it is known how it was paid, and where the new points go (D04, D12, D13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.basket import Basket, MemberFacts, TillState
from loyalty.conditions import buyer_of
from loyalty.earning import earn
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot
from loyalty.moment import Moment
from loyalty.points import bases, good_until, programme_day
from loyalty.programme import Programme
from loyalty.quote import Earned, Quote
from loyalty.tax import tax_on_top


@dataclass(frozen=True)
class Earning:
    """The points base of each line of the quote, in order, and what the rules give on it."""

    bases: tuple[int, ...]
    earned: tuple[Earned, ...]

    @property
    def points(self) -> int:
        return sum(each.points for each in self.earned)


def what_it_earns(
    quote: Quote,
    bonus: int,
    basket: Basket | None,
    member: MemberFacts | None,
    programme: Programme,
    at: Moment,
    state: TillState,
) -> Earning:
    """The quote's own bases and points, unless `bonus`, which does not earn, paid a part.

    Bonus is divided over the goods lines as in D01 and each line's base is less by its share (D04).
    """
    if not bonus or basket is None or member is None:
        return Earning(tuple(line.base for line in quote.lines), quote.earned)
    lines = sorted(basket.lines, key=lambda line: line.no)
    goods = [quoted.net if line.is_goods else 0 for line, quoted in zip(lines, quote.lines, strict=True)]
    taxes = [quoted.tax for quoted in quote.lines]
    on_top = tax_on_top(programme.tax)
    left = bases(goods, taxes, quote.use.money, bonus, programme.points, on_top=on_top)
    shopper = buyer_of(member, programme, at, state, basket.removed, frozenset()).shopper
    return Earning(left, earn(lines, left, programme, shopper))


def new_lots(points: int, programme: Programme, at: Moment, lot_id: str) -> tuple[Lot, ...]:
    """The lot that these points make, dated by the calendar of the programme's zone (D20); none for no points."""
    if not points:
        return ()
    today = programme_day(programme, at)
    return (Lot(lot_id, points, today.isoformat(), good_until(today, programme)),)


def earned_postings(lots: Sequence[Lot], debt: int, *, pending: bool) -> tuple[Posting, ...]:
    """Pending points wait (D13); active ones pay the debt first (D12), and the rest is credited to this lease."""
    postings = []
    for lot in lots:
        pays = 0 if pending else min(lot.points, debt)
        debt -= pays
        home = Account.PENDING if pending else Account.LEASE
        moved = ((Account.ISSUED, -lot.points), (Account.DEBT, pays), (home, lot.points - pays))
        postings += [Posting(account, Asset.POINTS, lot.id, amount) for account, amount in moved if amount]
    return tuple(postings)
