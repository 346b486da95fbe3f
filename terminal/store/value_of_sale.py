"""The lots of stored value that a sale drew, as a refund of it needs them here and now (D24)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loyalty.ledger import Account, Asset
from loyalty.sale import TenderKind
from loyalty.value import ValueLot
from protocol.operation import Operation
from protocol.sale_detail import SaleDetail
from terminal.store.ledger_file import LedgerFile
from terminal.store.value_lots import VALUE, lot_here

_PAID_BY_VALUE = (TenderKind.STORED_VALUE, TenderKind.GIFT_CARD)


def value_of_sale(file: LedgerFile, sale: Operation, so_far: Mapping[str, Any]) -> tuple[ValueLot, ...]:
    """Each lot as it stands here. A lot that was never here is what this sale drew of it, less what came back already
    (`so_far`, as `so_far_json` wrote it): enough to wind it back, and nothing to spend.

    Raises SaleDetailError if the operation is no sale that can be read.
    """
    state = SaleDetail.read(sale.detail).to_state()
    drawn = _drawn(sale)
    purses = {"": [lot.id for lot in state.value]}
    purses |= {card: [lot.id for lot in lots] for card, lots in state.gift_cards.items()}
    before = {lot.id: lot for lots in (state.value, *state.gift_cards.values()) for lot in lots}
    found = []
    for account, ids in purses.items():
        back = _back(so_far.get("tenders", []), account)
        for lot in reversed([lot for lot in drawn if lot in ids]):
            principal, bonus = drawn[lot]
            wound = min(back, principal + bonus)
            back -= wound
            found.append(lot_here(file, lot) or _part(before[lot], principal, bonus, wound))
    return tuple(found)


def _drawn(sale: Operation) -> dict[str, tuple[int, int]]:
    """Principal and bonus by lot, in the order of drawing."""
    drawn: dict[str, tuple[int, int]] = {}
    for posting in sale.postings:
        if posting.asset in VALUE and posting.account is Account.REDEEMED:
            principal, bonus = drawn.get(posting.lot, (0, 0))
            own = posting.asset is Asset.PRINCIPAL
            drawn[posting.lot] = (principal + posting.amount, bonus) if own else (principal, bonus + posting.amount)
    return drawn


def _back(tenders: Iterable[Mapping[str, Any]], account: str) -> int:
    """What came back to the member's own value, or to a gift card."""
    return sum(
        side["back"] for side in tenders if side["kind"] in _PAID_BY_VALUE and (side.get("account") or "") == account
    )


def _part(lot: ValueLot, principal: int, bonus: int, wound: int) -> ValueLot:
    """A lot of what was drawn alone, wound back by `wound`, and of that only what is still spent."""
    part = ValueLot(lot.id, principal, bonus, principal + bonus, lot.topped_up_on, lot.expires_on, lot.draw)
    now = part.wind_back(wound)
    return ValueLot(
        id=lot.id,
        principal=now.principal_spent,
        bonus=now.bonus_spent,
        spent=now.spent,
        topped_up_on=lot.topped_up_on,
        expires_on=lot.expires_on,
        draw=lot.draw,
    )
