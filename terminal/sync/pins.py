"""What the sync agent does for PINs: fetches peppers that are not here, and reports what this terminal counted.

A count is reported for as long as HQ's own row does not hold it: so what was lost is sent again, and an HQ that was
restored hears it anew. The sum comes back in the row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cards.pin_attempts import PinCount
from protocol.control import CURRENT
from protocol.feed import RowKind
from protocol.pins import MOST_GUESSES, PinGuesses, PinReport, PinRow, pin_key
from protocol.request_signature import key_name
from terminal.identity import Identity
from terminal.peppers import keep_peppers, missing
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.outbox import OutboxReader
from terminal.sync.bundle import read_configuration
from terminal.sync.failures import Refused
from terminal.sync.hq_client import HqClient

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PinErrands:
    """Both raise what HqClient raises; an HQ that does not know the question goes without."""

    client: HqClient
    outbox: OutboxReader
    writer: DirectoryWriter
    identity: Identity
    state: Path

    def run(self) -> None:
        """Fetch peppers, then report, if this chain has PINs at all."""
        body = self.writer.body(RowKind.CONFIGURATION.value, CURRENT)
        rules = read_configuration(body).pins if body else None
        if rules is None:
            return
        try:
            if missing(self.state, rules.peppers):
                keep_peppers(self.state, self.client.peppers().peppers)
                log.info("peppers were fetched")
            self._report()
        except Refused as refused:
            if refused.code != "not_found":
                raise
            log.info("HQ takes no guesses at PINs")

    def _report(self) -> None:
        """The first that HQ does not know yet; the others at the next contact."""
        if some := tuple(one for one, _ in zip(self._unknown(), range(MOST_GUESSES), strict=False)):
            self.client.guesses(PinReport(guesses=some))

    def _unknown(self) -> Iterator[PinGuesses]:
        name = key_name(self.identity.device, self.identity.epoch)
        for member, version, reset, wrong, last_ms in self.outbox.pin_counts(name):
            key = pin_key(bytes.fromhex(self.identity.lookup_key), member)
            body = self.writer.body(RowKind.PIN.value, key)
            if body is None:
                continue
            row, mine = PinRow.model_validate_json(body), PinCount(version, reset, {name: wrong} if wrong else {})
            known = PinCount(row.version, row.reset, row.wrong, row.last_ms)
            if known.version == version and known.merge(mine) != known:
                yield PinGuesses(key=key, version=version, reset=reset, wrong=wrong, last_ms=last_ms)
