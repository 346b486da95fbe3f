"""Taking money for what stands in no basket: a top-up, a gift card, a count card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.basket import MemberFacts, TillState
from loyalty.ledger import Posting
from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.sale import Refused, Tender
from loyalty.tenders import pay
from loyalty.value_move import ValuePart
from loyalty.value_tender import pay_with_value


@dataclass(frozen=True)
class Taken:
    """`tenders` are the amounts kept (cash less change), `rounding` the cash rounding line (D09).

    `value` is what was drawn from lots of stored value and gift cards, and `postings` took it.
    """

    tenders: tuple[Tender, ...]
    rounding: int
    change: int
    value: tuple[ValuePart, ...]
    postings: tuple[Posting, ...]


def take(
    amount: int,
    tenders: Sequence[Tender],
    member: MemberFacts | None,
    programme: Programme,
    at: Moment,
    state: TillState,
    *,
    by_value: bool,
) -> Taken | Refused:
    """Pay `amount` with `tenders`; `by_value` is whether the member's stored value may. Refused as a sale would be."""
    payment = pay(amount, tenders, programme.cash_rounding)
    if isinstance(payment, Refused):
        return payment
    drawn = pay_with_value(payment.kept, member, programme, at, state, amount if by_value else 0)
    if isinstance(drawn, Refused):
        return drawn
    return Taken(payment.kept, payment.rounding, payment.change, drawn.parts, drawn.postings)
