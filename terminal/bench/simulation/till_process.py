"""The terminal service of one terminal, without its screens: ledger, directory, shop and clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from protocol.feed import Bucket
from protocol.lease import GrantPage
from terminal.bench.simulation.disk import Disk
from terminal.bench.simulation.machine import SimulatedMachine
from terminal.bench.simulation.network import PoweredOff
from terminal.bench.simulation.product import Product
from terminal.counter.duties import perform
from terminal.errors import ChainDiverged, TerminalError
from terminal.identity import Identity
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import LinkDown

log = logging.getLogger(__name__)
LEDGER, DIRECTORY = "ledger.db", "directory.db"
T = TypeVar("T")


class TillProcess:
    """Runs from boot to the loss of power; it is the `Till` that the sync agent hands over to."""

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        machine: SimulatedMachine,
        product: Product,
        disk: Disk,
        alive: Callable[[], bool],
        heard: Callable[[int], None],
    ) -> None:
        self.identity, self._alive, self._heard = identity, alive, heard
        self.ledger = product.ledger.open(folder / LEDGER, identity.device, identity.epoch, disk.name)
        self.reader = OutboxReader(folder / LEDGER)
        self.keeper = product.keeper(self.ledger, machine.clocks())
        self.directory = product.directory(folder / DIRECTORY)
        self.online = False
        self.shop = product.shop(self.ledger, self.directory, identity, self.keeper.clock.now, lambda: self.online)
        self.code: str | None = None

    def close(self) -> None:
        self.directory.close()
        self.reader.close()
        self.ledger.close()

    def acknowledge(self, seq: int, digest: str) -> None:
        self._take(lambda: self.ledger.acknowledge(seq, bytes.fromhex(digest)))

    def apply_grants(self, page: GrantPage) -> int:
        news = self._take(lambda: self.ledger.apply_grants(page))
        self.idle()
        return news

    def idle(self) -> None:
        """What the till does unasked, after every page of grants and in idle moments."""
        self._take(self.keeper.tick)
        while self._take(lambda: perform(self.shop)):
            continue
        self._take(self.ledger.checkpoint)

    def met(self, utc_ms: int, spend_until_ms: int) -> None:
        def note() -> None:
            self.keeper.anchor(utc_ms)
            self.ledger.note_spend_until(spend_until_ms)

        self._take(note)
        self._heard(spend_until_ms)

    def changed(self, bucket: Bucket) -> None:
        """Nothing is painted here."""

    def state(self, online: bool, code: str | None) -> None:
        self.online, self.code = online, code

    def describe(self) -> Mapping[str, Any]:
        return {"clock": self.keeper.clock.now().quality.value, "devices": {}}

    def _take(self, act: Callable[[], T]) -> T:
        """As `terminal.sync.door.Door` does: what the till cannot do goes back to the agent as a failure."""
        try:
            done = act()
        except ChainDiverged:
            raise
        except TerminalError as error:
            log.info("the till could not take what the agent brought: %s", error)
            raise LinkDown(f"the terminal service could not take it: {error}") from error
        if not self._alive():
            raise PoweredOff
        return done
