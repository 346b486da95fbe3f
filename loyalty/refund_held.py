"""What a member holds right after a sale: where a refund starts from while nothing else has happened since."""

from __future__ import annotations

from loyalty.pending import active_on
from loyalty.points import programme_day
from loyalty.programme import Programme
from loyalty.refund_sale import Known, SoldSale
from loyalty.stamps import STAMP
from loyalty.standing import Pending, Standing, after
from loyalty.value import ValueLot
from loyalty.value_draw import expire_bonus
from loyalty.value_move import after_moves


def held_after(sale: SoldSale, programme: Programme) -> tuple[Standing, Known]:
    """The member's points, and what else is known, after the sale as its till knew it. Nothing at HQ is known."""
    before = Standing(lease=sale.state.lots, debt=sale.state.debt)
    opens = active_on(programme_day(programme, sale.at).isoformat(), programme.points)
    waiting = [Pending(lot, opens) for lot in sale.sale.new_lots]
    standing = after(before, sale.sale.postings, sale.sale.new_lots, waiting)
    return standing, Known(_value(sale, programme), _stamps(sale))


def _value(sale: SoldSale, programme: Programme) -> tuple[ValueLot, ...]:
    today = programme_day(programme, sale.at).isoformat()
    lots = (*sale.state.value, *(lot for purse in sale.state.gift_cards.values() for lot in purse))
    now = {lot.id: lot for lot in after_moves(lots, expire_bonus(lots, today))}
    for part in sale.sale.value:
        now[part.lot] = now[part.lot].spend(part.total)
    return tuple(now.values())


def _stamps(sale: SoldSale) -> dict[str, int]:
    held = dict(sale.state.stamps)
    for right in sale.quote.rights:
        if right.kind == STAMP:
            held[right.key] = held.get(right.key, 0) - right.amount
    return held
