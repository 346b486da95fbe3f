"""Things handed out and counted, coupons and rewards: who may have one here now, and what it uses (D19, D29)."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.audience import Audience, Shopper
from loyalty.basket import MemberFacts, TillState
from loyalty.conditions import buyer_of
from loyalty.limit_keys import allowance, birthday_allowance, birthday_use, limit_uses
from loyalty.limits import Limit
from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.quote import Miss, RightUse

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class HandedOut:
    """`id` is what its counters are named after, such as `coupon/welcome`, which no offer can be named."""

    id: str
    audience: Audience
    limits: tuple[Limit, ...]

    def barred(self, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment) -> Miss | None:
        """The first condition that fails, or None: the audience, then what its limits leave, once for a birthday."""
        shopper = _shopper(member, state, programme, at)
        miss = self.audience.barred(shopper)
        if miss is not None:
            return miss
        member_id = member.id if member else None
        left = allowance(self.id, self.limits, state.used, state.leased, at.business_date(), member_id, state.store)
        year = self._birthday(shopper)
        once = birthday_allowance(self.id, member_id, year, state.used) if member_id and year else left
        return Miss.LIMIT_REACHED if left.exhausted or once.exhausted else None

    def uses(
        self, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment
    ) -> tuple[RightUse, ...]:
        """What one of it uses of its limits and, where it is for a birthday, of that."""
        member_id = member.id if member else None
        counted = limit_uses(self.id, self.limits, 1, 0, 0, at.business_date(), member_id, state.store)
        year = self._birthday(_shopper(member, state, programme, at))
        return (*counted, birthday_use(self.id, member_id, year)) if member_id and year else counted

    def _birthday(self, shopper: Shopper) -> int | None:
        return shopper.birthday if self.audience.birthday else None


def _shopper(member: MemberFacts | None, state: TillState, programme: Programme, at: Moment) -> Shopper:
    return buyer_of(member, programme, at, state, NOBODY, NOBODY).shopper
