"""HQs that break a rule each: the simulation's negative controls. They bend the tables behind the real code's back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hq.route import Answer, Request
from protocol.batch import Batch, BatchError
from protocol.operation import Operation, OperationError
from terminal.bench.simulation.hq_node import HqNode
from terminal.bench.simulation.reference import effect
from terminal.bench.simulation.schedule import HOUR_MS

_ADD = "UPDATE holding SET amount = max(0, amount + ?) WHERE member = ? AND holder = ? AND asset = 'points' AND lot = ?"
_POOL = """INSERT INTO holding (member, holder, asset, lot, amount) VALUES (?, 'pool', 'points', ?, ?)
ON CONFLICT (member, holder, asset, lot) DO UPDATE SET amount = amount + excluded.amount"""


class BentHq(HqNode):
    """An HQ whose tables can be read and bent."""

    def rows(self, sql: str, *values: Any) -> Sequence[Any]:
        with self.hq.database.transaction() as connection:
            return connection.exec_driver_sql(sql, values).all()

    def bend(self, *statements: tuple[str, tuple[Any, ...]]) -> None:
        with self.hq.database.transaction() as connection:
            for sql, values in statements:
                connection.exec_driver_sql(sql, values)

    def position(self, batch: Batch) -> int:
        """The newest operation that HQ has of the batch's sender."""
        question = "SELECT acked_seq FROM terminal WHERE device = ? AND epoch = ?"
        return int(self.rows(question, batch.header.device, batch.header.epoch)[0][0])


def _batch(request: Request) -> Batch | None:
    try:
        return Batch.decode(request.body) if request.path.endswith("/operations") else None
    except BatchError:
        return None


class AppliesDuplicates(BentHq):
    """Books again what it has booked (breaks Upload: exactly once)."""

    def respond(self, request: Request) -> Answer:
        batch = _batch(request)
        before = self.position(batch) if batch else 0
        answer = super().respond(request)
        if batch and answer.status == 200:
            for data in batch.operations[: max(0, before + 1 - batch.header.first)]:
                self._again(data, batch)
        return answer

    def _again(self, data: bytes, batch: Batch) -> None:
        moved = effect(json.loads(data))
        holder = f"{batch.header.device}:{batch.header.epoch}"
        leased = [p for p in json.loads(data)["postings"] if (p["account"], p["asset"]) == ("lease", "points")]
        moves = [(_ADD, (p["amount"], moved.member, holder, p["lot"])) for p in leased]
        change = moved.change.get("points", 0)
        balance = ("UPDATE member SET balance = balance + ? WHERE id = ?", (change, moved.member))
        self.bend(balance, *moves)


class SkipsRows(BentHq):
    """Has cursors of a clock: a row that was written early and committed late is never sent (breaks Feed, cseq)."""

    _pages = 0

    def respond(self, request: Request) -> Answer:
        answer = super().respond(request)
        if "/feed/" not in request.path or answer.status != 200:
            return answer
        page = json.loads(answer.body)
        self._pages += 1
        if self._pages % 10 or not page.get("rows"):
            return answer
        return Answer(200, answer.headers, json.dumps({**page, "rows": page["rows"][:-1]}).encode())


class ReclaimsLeases(BentHq):
    """Takes back the leases of a terminal that was not heard of for some hours (breaks Leases 4: it frees nothing)."""

    TIMEOUT_MS = 12 * HOUR_MS

    def respond(self, request: Request) -> Answer:
        since = self.hq.clock() - self.TIMEOUT_MS
        silent = self.rows("SELECT device, epoch FROM terminal WHERE last_contact_ms < ?", since)
        for device, epoch in silent:
            self._reclaim(f"{device}:{epoch}")
        return super().respond(request)

    def _reclaim(self, holder: str) -> None:
        held = "SELECT member, lot, amount FROM holding WHERE holder = ? AND asset = 'points'"
        moves = [(_POOL, tuple(row)) for row in self.rows(held, holder)]
        self.bend(*moves, ("DELETE FROM holding WHERE holder = ? AND asset = 'points'", (holder,)))


class GrantsFromNothing(BentHq):
    """Leaves in the pool what it has granted (breaks Leases 1)."""

    def respond(self, request: Request) -> Answer:
        if "/grants" not in request.path:
            return super().respond(request)
        pool = "SELECT member, lot, amount FROM holding WHERE holder = 'pool' AND asset = 'points'"
        before = {(member, lot): amount for member, lot, amount in self.rows(pool)}
        answer = super().respond(request)
        after = {(member, lot): amount for member, lot, amount in self.rows(pool)}
        missing = {key: amount - after.get(key, 0) for key, amount in before.items() if amount > after.get(key, 0)}
        self.bend(*((_POOL, (*key, amount)) for key, amount in missing.items()))
        return answer


class IgnoresForks(BentHq):
    """Takes any history that is not longer than its own for one that it has (breaks Upload: forks)."""

    def respond(self, request: Request) -> Answer:
        batch = _batch(request)
        if batch is None or batch.header.last > self.position(batch):
            return super().respond(request)
        said = {"acked_seq": batch.header.last, "acked_hash": batch.header.last_hash, "outcomes": []}
        return Answer(200, {"content-type": "application/json"}, json.dumps(said).encode())


class RejectsUnreadable(BentHq):
    """Refuses a batch with an operation that it cannot read (breaks Upload: HQ never rejects a fact)."""

    def respond(self, request: Request) -> Answer:
        batch = _batch(request)
        if batch is not None and not all(map(_readable, batch.operations)):
            return Answer(422, {"content-type": "application/json"}, b"{}")
        return super().respond(request)


class AsksForNoReports(BentHq):
    """Believes after its restore that it knows every lease (breaks Leases 10)."""

    def restore(self, backup: int) -> None:
        super().restore(backup)
        known = "(SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'generation')"
        self.bend((f"UPDATE terminal SET generation_reported = {known}", ()))


class ComparesNoGrants(BentHq):
    """Takes, restored, a number for a grant: believes that a terminal has applied its own (breaks Leases 10)."""

    def respond(self, request: Request) -> Answer:
        if not request.path.endswith("/grants/kept"):
            return super().respond(request)
        kept = json.loads(request.body)
        question = "SELECT granted FROM terminal WHERE device = ? AND epoch = ?"
        ((granted,),) = self.rows(question, kept["device"], kept["epoch"])
        return Answer(200, {"content-type": "application/json"}, json.dumps({"granted": granted}).encode())


def _readable(data: bytes) -> bool:
    try:
        Operation.decode(data)
    except OperationError:
        return False
    return True
