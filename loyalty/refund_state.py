"""What a till knows once goods are back: the state that the next purchase is priced with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from loyalty.basket import TillState
from loyalty.limit_keys import is_leased
from loyalty.quote import RightUse
from loyalty.refund_answer import Refund
from loyalty.stamps import STAMP
from loyalty.value_move import after_moves


def state_after(state: TillState, refund: Refund) -> TillState:
    """`state` with points, debt, stored value, coupons, limits and stamps as `refund` leaves them."""
    uses = refund.rights.uses
    limits = [each for each in uses if each.kind != STAMP]
    back = {coupon.code: coupon for coupon in refund.coupons}
    return replace(
        state,
        lots=refund.standing.lease,
        debt=refund.standing.debt,
        value=after_moves(state.value, refund.value_moves),
        gift_cards={account: after_moves(lots, refund.value_moves) for account, lots in state.gift_cards.items()},
        coupons=(*(each for each in state.coupons if each.code not in back), *back.values()),
        used=_changed(state.used, [replace(each, amount=-each.amount) for each in limits if not is_leased(each.key)]),
        leased=_changed(state.leased, [each for each in limits if is_leased(each.key)]),
        stamps=_changed(state.stamps, [each for each in uses if each.kind == STAMP]),
    )


def _changed(counts: Mapping[str, int], changes: list[RightUse]) -> dict[str, int]:
    after = dict(counts)
    for each in changes:
        after[each.key] = after.get(each.key, 0) + each.amount
    return after
