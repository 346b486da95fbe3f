"""Operations up: signed batches in order, one at a time, until HQ holds everything (sync.md, Upload)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

from pydantic import ValidationError

from protocol.batch import MAX_BATCH_BYTES, MAX_OPERATIONS, Acknowledgement, Batch, Gap
from protocol.signing import private_from_hex
from terminal.errors import ChainDiverged
from terminal.identity import Identity
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import Nonsense, Quarantined, Refused
from terminal.sync.hq_client import HqClient
from terminal.sync.till_port import Till

log = logging.getLogger(__name__)


class Pusher:
    """Reads the ledger, sends, and has the till note what HQ acknowledged."""

    def __init__(self, outbox: OutboxReader, client: HqClient, link: Till, identity: Identity) -> None:
        self._outbox, self._client, self._link, self._identity = outbox, client, link, identity
        self._key = private_from_hex(identity.private_key)

    def push(self, going_on: Callable[[], bool]) -> int:
        """Send all that waits; returns how many operations HQ took. `going_on` is asked before each batch.

        Raises Quarantined, ChainDiverged, Nonsense, and what HqClient and Link raise. Pushing again is always safe.
        """
        acked = self._outbox.position().acked
        sent, gaps = 0, 0
        while going_on():
            pending = self._outbox.pending(acked, MAX_OPERATIONS, MAX_BATCH_BYTES)
            if not pending.operations:
                break
            batch = self._sign(pending.first, pending.previous_hash, pending.operations)
            try:
                reached = self._acknowledged(batch, self._client.operations(batch.encode()))
            except Refused as refused:
                gaps += 1
                reached = self._start_of_gap(refused)
                if gaps > 2:
                    raise
            sent += max(0, reached - acked)
            acked = reached
        return sent

    def show_history(self, going_on: Callable[[], bool]) -> None:
        """Send everything from the first operation that is kept, for an HQ that holds another history than ours.

        HQ compares, finds the fork, and keeps our batch as evidence. Raises Quarantined when it has; nothing is
        acknowledged here, whatever it says.
        """
        last = self._outbox.position().anchor
        while going_on():
            pending = self._outbox.pending(last, MAX_OPERATIONS, MAX_BATCH_BYTES)
            if not pending.operations:
                return
            try:
                self._client.operations(self._sign(last + 1, pending.previous_hash, pending.operations).encode())
            except Refused as refused:
                if refused.code == "quarantined":
                    raise Quarantined(str(refused)) from refused
                raise
            last += len(pending.operations)

    def _sign(self, first: int, previous: bytes, operations: tuple[bytes, ...]) -> Batch:
        return Batch.sign(self._key, self._identity.device, self._identity.epoch, first, previous, operations)

    def _acknowledged(self, batch: Batch, answer: Acknowledgement) -> int:
        """HQ's new position, once the till has it on disk."""
        header = batch.header
        if answer.acked_seq < header.first:
            raise Nonsense(f"HQ took operations from {header.first} and acknowledges {answer.acked_seq}")
        self._accept(answer.acked_seq, answer.acked_hash)
        size = sum(len(operation) for operation in batch.operations)
        counts = Counter(record.outcome.value for record in answer.outcomes)
        said = " ".join(f"{outcome}={counts[outcome]}" for outcome in sorted(counts))
        log.info("push %d..%d bytes=%d acked=%d %s", header.first, header.last, size, answer.acked_seq, said)
        return answer.acked_seq

    def _start_of_gap(self, refused: Refused) -> int:
        """Where HQ really is. Raises `refused` again if that was not the matter."""
        if refused.code == "quarantined":
            raise Quarantined(str(refused)) from refused
        if refused.code != "gap":
            raise refused
        try:
            gap = Gap.model_validate(refused.params)
        except ValidationError as error:
            raise Nonsense("HQ reports a gap and does not say where") from error
        self._accept(gap.expected_seq - 1, gap.expected_hash)
        log.info("HQ expects operation %d: sending again from there", gap.expected_seq)
        return gap.expected_seq - 1

    def _accept(self, seq: int, digest: str) -> None:
        """Believe HQ's position only if its history is ours."""
        if seq < 0 or self._outbox.hash_at(seq).hex() != digest:
            raise ChainDiverged(f"operation {seq} at HQ is not the one in this ledger")
        self._link.acknowledge(seq, digest)
