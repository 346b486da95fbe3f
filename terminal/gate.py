"""What the sync agent may do to the till's ledger: each act is one piece of work on the till's thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from protocol.lease import GrantPage
from terminal.clock_keeper import ClockKeeper
from terminal.counter.duties import perform
from terminal.counter.phrase import Phrase
from terminal.counter.station import Station
from terminal.store.card_keys import WantedKeys
from terminal.store.ledger import Ledger


@dataclass(frozen=True)
class LedgerGate:
    """The gate that `terminal.sync.door.Door` speaks to; lives in the event loop."""

    station: Station
    ledger: Ledger
    keeper: ClockKeeper
    wanted: WantedKeys = field(default_factory=WantedKeys)

    async def acknowledge(self, seq: int, digest: str) -> None:
        await asyncio.wrap_future(self.station.ask(lambda _: self.ledger.acknowledge(seq, bytes.fromhex(digest))))
        self.station.refresh()

    async def apply_grants(self, page: GrantPage) -> int:
        """Take what HQ gives, and answer what it wants back at once (sync.md, Leases 6); sales come in between."""
        applied = await asyncio.wrap_future(self.station.ask(lambda _: self.ledger.apply_grants(page)))
        if any(grant.recalls for grant in page.grants):
            while await asyncio.wrap_future(self.station.ask(lambda desk: perform(desk.shop))):
                continue
        if applied:
            self.station.unasked()
        self.station.refresh()
        return applied

    async def note_contact(self, utc_ms: int, spend_until_ms: int) -> None:
        """HQ answered: its time is the clock's new anchor, its word says how long leases may be spent."""

        def note() -> None:
            self.keeper.anchor(utc_ms)
            self.ledger.note_spend_until(spend_until_ms)

        await asyncio.wrap_future(self.station.ask(lambda _: note()))

    async def directory_changed(self, _bucket: str) -> None:
        self.station.refresh()

    async def link(self, online: bool, code: str | None) -> None:
        """`code` names what is wrong with HQ's documents or the line; plain offline needs no words but the pill."""
        around = self.station.around
        changed = (around.online, around.link) != (online, Phrase(code) if code else None)
        around.online, around.link = online, Phrase(code) if code else None
        if changed:
            self.station.refresh()

    def describe(self) -> dict[str, Any]:
        """What HQ's status page is told of this terminal: the clock's quality, each device's state, and cards that did
        not prove their key; and for the agent, whose keys are wanted."""
        around = self.station.around
        devices: dict[str, Any] = {f"{device['kind']}.{device['device']}": device["state"] for device in around.devices}
        if around.alarms:
            devices["cards"] = {"state": "alarm", "alarms": around.alarms}
        told = {"clock": self.keeper.clock.now().quality.value, "devices": devices}
        return {**told, "cards_wanted": self.wanted.take()}
