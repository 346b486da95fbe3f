"""The ledger of one terminal: operations, leases, intents and the outbox in `ledger.db` (sync.md).

The commit rule: operation, postings, lease, outbox and answer are one transaction, and nothing that the world can see
happens before it has returned. The outbox is the operations above `acked_seq`: there is no second copy to disagree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic_core import to_json

from loyalty.coupon import Coupon
from loyalty.lots import Lot
from loyalty.value import ValueLot
from protocol import chain
from protocol.lease import GrantPage, RefundRight
from protocol.operation import Kind, Operation, OperationKey
from terminal.errors import ChainDiverged, SpendingStopped, StoreError
from terminal.store import booking, grants, intents, leases, pruning, refund_rights
from terminal.store.card_counters import CardCounters
from terminal.store.codes_used import CodesUsed
from terminal.store.effects import Effects, effects_of
from terminal.store.expired import ended_points, with_expired
from terminal.store.grants import PendingRecall
from terminal.store.held import Held
from terminal.store.ledger_file import LedgerFile
from terminal.store.opening import prepare
from terminal.store.pin_attempts import PinAttempts
from terminal.store.rights import Counters, Rights, rights_of
from terminal.store.schema import INSERT_OPERATION, INSERT_POSTING
from terminal.store.value_of_sale import value_of_sale

SPEND_UNTIL_STEP_MS = 3600 * 1000


@dataclass(frozen=True)
class Head:
    """An operation and its chain hash; seq 0 and the genesis hash before the first."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Outbox:
    """Operations that HQ has not acknowledged, and when the oldest of them happened."""

    depth: int
    oldest_at_ms: int | None


class Ledger:
    """The one writer of `ledger.db`. One thread uses it. `close` it, or use it in a `with`.

    Every method may raise StorageBroken: then leave the process and open the file again. Every method that writes may
    raise StorageFull: then nothing was written, and the ledger works again when there is space.

    `codes_used` remembers member codes, `card_counters` links of cards, and `pin_attempts` counts guesses at PINs, each
    in transactions of its own.
    """

    def __init__(self, file: LedgerFile, device: str, epoch: int) -> None:
        self._file, self._device, self._epoch = file, device, epoch
        self._genesis = chain.genesis(device, epoch)
        (kept,) = file.rows("SELECT acked_seq, grants, spend_until_ms, anchor_seq, anchor_hash FROM ledger")
        self._acked: int = kept[0]
        self._grants: int = kept[1]
        self._spend_until: int | None = kept[2]
        self._spend_until_kept = self._spend_until
        self._anchor = Head(kept[3], kept[4] or self._genesis)
        newest = file.rows("SELECT seq, hash FROM operation ORDER BY seq DESC LIMIT 1")
        self._head = Head(*newest[0]) if newest else self._anchor
        self._counters = Counters(file)
        self._surely: Callable[[], int] | None = None
        self.codes_used = CodesUsed(file)
        self.card_counters = CardCounters(file)
        self.pin_attempts = PinAttempts(file, f"{device}:{epoch}")

    @classmethod
    def open(cls, path: Path, device: str, epoch: int, vfs: str | None = None) -> Self:
        """Open the ledger of (device, epoch), or make it. Raises StoreError if it is another's, damaged or in use."""
        file = LedgerFile(path, vfs)
        try:
            prepare(file, device, epoch)
            return cls(file, device, epoch)
        except BaseException:
            file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def checkpoint(self) -> None:
        """Tidy the write-ahead log; for a moment without work, so that no sale pays for it."""
        self._file.checkpoint()

    def head(self) -> Head:
        return self._head

    def next_seq(self) -> int:
        """The number that the next operation must carry."""
        return self._head.seq + 1

    def begin_intent(self, intent: str, body_digest: str) -> dict[str, Any] | None:
        """The recorded answer; None if there is none yet, and then the intent is on the disk. Raises IntentConflict."""
        return intents.begin(self._file, intent, body_digest)

    def recorded(self, intent: str, body_digest: str) -> dict[str, Any] | None:
        """The recorded answer; None if there is none; writes nothing. Raises IntentConflict for another body."""
        return intents.recorded(self._file, intent, body_digest)

    def answer(self, intent: str) -> dict[str, Any] | None:
        """The recorded answer, whatever body it was for."""
        found = intents.find(self._file, intent)
        return found[1] if found else None

    def append(self, operation: Operation, body_digest: str, answer: dict[str, Any]) -> Head:
        """Commit an operation; when this returns, it is a fact. `answer` (JSON) is what its intent gets from now on.

        Raises LeaseShort, SpendingStopped, RefundElsewhere, RefundOutdated, IntentConflict or StorageFull: then nothing
        was written.
        """
        self._must_be_next(operation)
        changes = booking.changes_of(operation)
        if booking.spends(operation):
            self._may_spend(operation.at_ms)
        data = operation.encode()
        head = Head(operation.seq, chain.link(self._head.hash, data))
        facts = (operation.kind, operation.member, operation.at_ms, operation.clock)
        row = (head.seq, *facts, head.hash, data, to_json(answer))
        with self._file.transaction() as cursor:
            if operation.kind in refund_rights.REFUNDS:
                refund_rights.use(cursor, operation)
            cursor.execute(INSERT_OPERATION, row)
            cursor.executemany(INSERT_POSTING, _posting_rows(operation))
            booking.book(cursor, operation, changes)
            if operation.kind is Kind.RELEASE:
                refund_rights.release(cursor, operation)
            if operation.kind in grants.ANSWERS:
                grants.answered(cursor, operation.intent)
            intents.finish(cursor, operation, body_digest)
        self._head = head
        self._counters.committed(operation)
        return head

    def lease(self, member: str) -> tuple[Lot, ...]:
        """The points that may be spent here of the member's balance, in spending order."""
        return leases.points_of(self._file, member)

    def held(self, member: str) -> Held:
        """All that lies here of the member."""
        return leases.held_by(self._file, member)

    def bearer(self) -> Held:
        """All that lies here and belongs to no member: shared limits, coupons and gift cards of whoever bears them."""
        return leases.held_by(self._file, leases.BEARER)

    def coupon(self, code: str) -> Coupon | None:
        """The coupon of this code, whoever's it is; None if it does not lie here."""
        return leases.coupon_here(self._file, code)

    def refund_right(self, sale: OperationKey) -> RefundRight | None:
        """The right to refund a sale, with what came back so far; None if it does not lie here (Leases 11)."""
        return self._file.asked(lambda cursor: refund_rights.right_here(cursor, sale))

    def rights_granted(self) -> tuple[OperationKey, ...]:
        """The sales that may be refunded here by a grant of HQ."""
        return self._file.asked(refund_rights.granted_here)

    def value_of(self, sale: Operation, so_far: Mapping[str, Any]) -> tuple[ValueLot, ...]:
        """The lots of stored value that `sale` drew as they stand here, for a refund of it; see `value_of_sale`."""
        return value_of_sale(self._file, sale, so_far)

    def with_expired(self, day: str, most: int) -> tuple[str, ...]:
        """At most so many members, "" for bearers, with something here whose last good day was before `day`."""
        return with_expired(self._file, day, most)

    def ended_points(self, member: str, lot: str) -> int:
        """How many points of the member's lot have ended here by their date."""
        return ended_points(self._file, member, lot)

    def last_sale_before(self, day: str) -> int | None:
        """The newest own sale of a business date before `day` (ISO) whose right to refund was not released yet."""
        return self._file.asked(lambda cursor: refund_rights.last_sale_before(cursor, day))

    def recalls(self) -> tuple[PendingRecall, ...]:
        """What HQ wants back and has no answer to yet, oldest first."""
        return grants.pending(self._file)

    def effects(self, member: str, after_seq: int) -> Effects:
        """What own operations above `after_seq` did to the member."""
        return effects_of(self._file, member, after_seq)

    def rights(self, member: str) -> Rights:
        """What the member collected and used here, over all operations."""
        return rights_of(self._file, member)

    def counted(self) -> Mapping[str, int]:
        """What this terminal has used of the limits that it counts for itself, by their keys."""
        return self._counters.used()

    def outbox(self) -> Outbox:
        depth = self._head.seq - self._acked
        oldest = self._file.rows("SELECT at_ms FROM operation WHERE seq = ?", (self._acked + 1,)) if depth else []
        return Outbox(depth, oldest[0][0] if oldest else None)

    def sales_of(self, member: str, limit: int) -> list[Operation]:
        """The member's newest sales made here, newest first."""
        question = "SELECT bytes FROM operation WHERE member = ? AND kind = 'sale' ORDER BY seq DESC LIMIT ?"
        rows = self._file.rows(question, (member, limit))
        return [Operation.model_validate_json(data) for (data,) in rows]

    def operation(self, seq: int) -> Operation | None:
        rows = self._file.rows("SELECT bytes FROM operation WHERE seq = ?", (seq,))
        return Operation.model_validate_json(rows[0][0]) if rows else None

    def newest_receipt(self) -> dict[str, Any] | None:
        """The answer to the newest operation that somebody asked for; None while there is none, or it was pruned."""
        rows = self._file.rows("SELECT answer FROM operation WHERE answer <> ? ORDER BY seq DESC LIMIT 1", (b"{}",))
        found: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
        return found

    def newest_trusted_ms(self) -> int:
        """When the newest operation with a trusted clock happened, 0 if there is none: a floor for the clock."""
        rows = self._file.rows("SELECT at_ms FROM operation WHERE clock = 'trusted' ORDER BY seq DESC LIMIT 1")
        return int(rows[0][0]) if rows else 0

    def acknowledge(self, seq: int, digest: bytes) -> None:
        """HQ holds everything up to `seq`. It may have gone back (a restored HQ): then those are sent again.

        Raises ChainDiverged if HQ's chain is not ours: this disk was rolled back or cloned, or HQ's was, further than
        this ledger reaches.
        """
        if seq < self._anchor.seq:
            raise ChainDiverged(f"HQ has {seq} operations and this ledger keeps those above {self._anchor.seq}")
        ours = self._hash_at(seq)
        if ours is None:
            raise ChainDiverged(f"HQ has {seq} operations of this terminal and its ledger has {self._head.seq}")
        if ours != digest:
            raise ChainDiverged(f"operation {seq} at HQ is not the one in this ledger")
        if seq != self._acked:
            with self._file.transaction() as cursor:
                cursor.execute("UPDATE ledger SET acked_seq = ?", (seq,))
                if seq < self._acked:
                    cursor.execute("DELETE FROM mark WHERE seq > ?", (seq,))
            self._acked = seq

    def apply_grants(self, page: GrantPage) -> int:
        """Apply new grants, each once and in order; returns how many were new. Raises StoreError for a gap."""
        if (page.device, page.epoch) != (self._device, self._epoch):
            raise StoreError(f"grants for {page.device}, epoch {page.epoch}, are not ours")
        before = self._grants
        self._grants = grants.apply_page(self._file, page, before, self._head.seq)
        return self._grants - before

    def grants_applied(self) -> int:
        """The number of the newest grant in the leases."""
        return self._grants

    def grants_since(self, number: int) -> GrantPage:
        """The grants above `number` as HQ sent them, for an HQ that was restored from a backup (Leases 10)."""
        kept = grants.since(self._file, number)
        return GrantPage(device=self._device, epoch=self._epoch, grants=kept, head=self._grants)

    def released_through(self) -> int:
        """Own sales up to this number have given up the right that was born with them."""
        return int(self._file.rows("SELECT released_through FROM ledger")[0][0])

    def prune(self, now_ms: int) -> int:
        """Let go of some of what HQ has surely held for 35 days, by a clock that is trusted; how many operations."""
        gone = pruning.prune(self._file, now_ms)
        if gone:
            ((seq, digest),) = self._file.rows("SELECT anchor_seq, anchor_hash FROM ledger")
            self._anchor = Head(seq, digest)
        return gone

    def anchor(self) -> Head:
        """The newest operation that was pruned; number 0 while all are here."""
        return self._anchor

    def count_by(self, surely_ms: Callable[[], int]) -> None:
        """From now on the right to spend ends by this time, not by that of the operation: the time that has surely
        passed, which no jump of a clock moves (Leases 4)."""
        self._surely = surely_ms

    def note_spend_until(self, until_ms: int) -> None:
        """HQ's word on how long leases may be spent. Kept on disk in steps of an hour: after a restart it may be less,
        never more."""
        kept = self._spend_until_kept
        if kept is None or not kept <= until_ms < kept + SPEND_UNTIL_STEP_MS:
            with self._file.transaction() as cursor:
                cursor.execute("UPDATE ledger SET spend_until_ms = ?", (until_ms,))
            self._spend_until_kept = until_ms
        self._spend_until = until_ms

    def spend_until(self) -> int | None:
        """Until when (UTC ms) leases may be spent; None before the first contact with HQ."""
        return self._spend_until

    def spending_stopped(self, at_ms: int) -> bool:
        """Whether nothing that lies here may be spent: HQ said so at `at_ms`, or at the time it is counted by."""
        return self._spend_until is None or self.surely_ms(at_ms) > self._spend_until

    def surely_ms(self, at_ms: int) -> int:
        """The time that has surely passed; `at_ms` where nobody counts it."""
        return at_ms if self._surely is None else self._surely()

    def note(self, name: str, body: dict[str, Any]) -> None:
        """Keep a small JSON object under a name."""
        text = json.dumps(body, ensure_ascii=False)
        with self._file.transaction() as cursor:
            cursor.execute("INSERT OR REPLACE INTO note (name, body) VALUES (?, ?)", (name, text))

    def noted(self, name: str) -> dict[str, Any] | None:
        rows = self._file.rows("SELECT body FROM note WHERE name = ?", (name,))
        found: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
        return found

    def _must_be_next(self, operation: Operation) -> None:
        key, ours = (operation.device, operation.epoch, operation.seq), (self._device, self._epoch, self.next_seq())
        assert key == ours, f"operation {key} cannot follow: the next one is {ours}"
        sums: dict[str, int] = {}
        for posting in operation.postings:
            sums[posting.asset] = sums.get(posting.asset, 0) + posting.amount
        assert not any(sums.values()), f"postings do not sum to zero: {sums}"

    def _may_spend(self, at_ms: int) -> None:
        if self._spend_until is None:
            raise SpendingStopped("HQ has not yet said how long points may be spent here: connect to HQ once")
        if self.spending_stopped(at_ms):
            raise SpendingStopped("HQ was not reached for too long: points can be earned, and spent after a contact")

    def _hash_at(self, seq: int) -> bytes | None:
        if seq == self._anchor.seq:
            return self._anchor.hash
        rows = self._file.rows("SELECT hash FROM operation WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None


def _posting_rows(operation: Operation) -> list[tuple[int, int, str, str, str, int]]:
    return [
        (operation.seq, line, posting.account, posting.asset, posting.lot, posting.amount)
        for line, posting in enumerate(operation.postings)
    ]
