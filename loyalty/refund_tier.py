"""What a return does to the member's tier, shown before it is confirmed (D16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.refund_answer import Refund
from loyalty.refund_sale import SoldSale
from loyalty.tier_refund import tier_after_refund
from loyalty.tier_standing import Qualifying, TierStanding


def returned(refund: Refund, sale: SoldSale, sale_id: str) -> Qualifying:
    """What of the sale counts no more: the bases of the lines, the points taken and, when all is back, the visit."""
    return Qualifying(
        sale=sale_id,
        on=sale.at.business_date().isoformat(),
        spend=sum(line.base for line in refund.lines),
        visits=1 if refund.complete else 0,
        points=refund.taken.points,
    )


def with_tier(
    refund: Refund,
    sale: SoldSale,
    sale_id: str,
    standing: TierStanding,
    history: Sequence[Qualifying],
    at: Moment,
    programme: Programme,
) -> Refund:
    """The refund with what becomes of the tier. `history` is as it was before it; `programme` is today's."""
    counted = returned(refund, sale, sale_id)
    return replace(refund, tier=tier_after_refund(standing, history, counted, at, programme))
