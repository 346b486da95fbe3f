"""Asking HQ for what is not here, while the customer waits: online, with a deadline, before the till acts.

Nothing here decides: whatever HQ answers, the till acts on what lies in its ledger afterwards (sync.md, Leases).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from protocol.entries import Entry, EntryAnswer
from protocol.lease import GrantAsk, Whereabouts
from protocol.operation import OperationKey
from terminal.counter.phrase import Refusal
from terminal.counter.receipt_number import number_of
from terminal.counter.returnable import is_here
from terminal.counter.shop import Shop
from terminal.counter.station import Station
from terminal.sync.door import Lent


class Lender(Protocol):
    """The port to the sync agent: whether HQ has placed all of the wish here in time, and what became of an entry, None
    where HQ was silent."""

    async def ask(self, wish: GrantAsk) -> Lent: ...
    async def entry(self, entry: Entry) -> EntryAnswer | None: ...


async def borrow(station: Station, lender: Lender, missing: Callable[[Shop], Sequence[GrantAsk]]) -> bool:
    """Ask for what `missing` says is not here, if anything is; what does not come is refused by the act itself.

    Whether something came that was not here.
    """
    wishes = await asyncio.wrap_future(station.ask(lambda desk: missing(desk.shop)))
    lent = [await lender.ask(wish) for wish in wishes]
    return any(each.granted for each in lent)


async def fetch_right(station: Station, lender: Lender, sale: OperationKey) -> None:
    """See to it that the right to refund `sale` is here. Raises Refusal with the till that has it (Leases 11)."""
    if await asyncio.wrap_future(station.ask(lambda desk: is_here(desk.shop, sale))):
        return
    lent = await lender.ask(GrantAsk(member=None, after=0, sale=sale))
    if lent.granted:
        return
    where = lent.held_by
    if where is not None:
        raise await asyncio.wrap_future(station.ask(lambda desk: held_elsewhere(desk.shop, sale, where)))


def held_elsewhere(shop: Shop, sale: OperationKey, where: Whereabouts) -> Refusal:
    """The refusal that names till and shop."""
    store = shop.directory.store(where.store)
    name = dict(store.name) if store else {"zh-CN": where.store, "en": where.store}
    params = {"number": number_of(sale), "device": where.device, "name": name}
    if where.last_contact_ms is None:
        return Refusal("refund_held", 409, **params)
    return Refusal("refund_held_since", 409, **params, contact_ms=where.last_contact_ms)
