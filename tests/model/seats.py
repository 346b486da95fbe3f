"""The real sides of the model: an HQ on one database behind its door, and a terminal's ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from hq.audit import audit
from hq.chain import read_chain
from hq.exchange import answer
from hq.founding import found
from hq.headquarters import Headquarters
from hq.route import Answer, Request
from hq.schema import granted, holding, member
from loyalty.ledger import Asset
from protocol.batch import MAX_OPERATIONS, Batch
from protocol.lease import Grant
from terminal.store.audit import audit as audit_ledger
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from tests.hq.clients import signed
from tests.hq.devices import Device, join
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain
from tests.model.reference import POOL, Lot, pooled

STEP_MS = 1000
FAR_MS = NOW_MS + 10**11


class Hq:
    """One HQ. Every request is signed by the device that asks, and its clock moves on with each."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.now_ms = NOW_MS
        chain = read_chain(write_tiny_chain(folder / "chain"))
        found(folder / "hq", chain, hosts=(), now_ms=NOW_MS, random=Random(1).randbytes, url=url)
        self.hq = Headquarters.open(folder / "hq", lambda: self.now_ms)
        self._chance = Random(2)

    def join(self, store: str, lane: str) -> Device:
        return join(self.hq, store, lane)

    def ask(self, device: Device, method: str, target: str, body: bytes = b"") -> Answer:
        self.now_ms += STEP_MS
        nonce = self._chance.randbytes(16).hex()
        headers = signed(self.hq, device, method, target, body or None, nonce=nonce)
        lower = {name.lower(): value for name, value in headers.items()}
        return answer(self.hq, Request(method, target, lower, body))

    def holdings(self) -> dict[tuple[str, Lot], int]:
        """As the reference names them: the holder is the device's name."""
        found: Counter[tuple[str, Lot]] = Counter()
        columns = (holding.c.member, holding.c.holder, holding.c.asset, holding.c.lot, holding.c.amount)
        with self.hq.database.transaction() as connection:
            for who, holder, asset, lot, amount in connection.execute(select(*columns)):
                name = (who, asset, lot)
                found[holder.partition(":")[0], pooled(name) if holder == POOL else name] += amount
        return {place: amount for place, amount in found.items() if amount}

    def balances(self) -> dict[str, tuple[int, int]]:
        """Balance and debt by member."""
        with self.hq.database.transaction() as connection:
            rows = connection.execute(select(member.c.id, member.c.balance, member.c.debt)).all()
        return {who: (balance, debt) for who, balance, debt in rows}

    def granted(self, device: str, after: int) -> list[Grant]:
        """What HQ has given to a terminal above number `after`, whether it has heard of it or not."""
        query = select(granted.c.body).where(granted.c.device == device, granted.c.number > after)
        with self.hq.database.transaction() as connection:
            bodies = connection.scalars(query.order_by(granted.c.number)).all()
        return [Grant.model_validate_json(body if isinstance(body, str) else json.dumps(body)) for body in bodies]

    def audit(self) -> list[str]:
        with self.hq.database.transaction() as connection:
            return audit(connection)

    def close(self) -> None:
        self.hq.close()


class Till:
    """One terminal's ledger, with the batches that its sync agent would send."""

    def __init__(self, path: Path, device: Device, prepare: Callable[[Ledger], None]) -> None:
        self.path, self.device, self._prepare = path, device, prepare
        self.open()

    @property
    def name(self) -> str:
        return self.device.name

    def open(self) -> None:
        self.ledger = Ledger.open(self.path, self.name, self.device.identity.epoch)
        self.ledger.note_spend_until(FAR_MS)
        self._prepare(self.ledger)

    def close(self) -> None:
        self.ledger.close()

    def batch(self, first: int, count: int) -> bytes:
        """Operations from number `first`, whatever HQ has."""
        with OutboxReader(self.path) as outbox:
            pending = outbox.pending(first - 1, min(count, MAX_OPERATIONS), 256 * 1024)
        epoch = self.device.identity.epoch
        made = Batch.sign(self.device.key, self.name, epoch, first, pending.previous_hash, pending.operations)
        return made.encode()

    def holds(self, members: tuple[str, ...]) -> dict[Lot, int]:
        found: dict[Lot, int] = {}
        for who in members:
            held = self.ledger.held(who)
            found |= {(who, Asset.POINTS.value, lot.id): lot.points for lot in held.points}
            for lot in held.value:
                parts = ((Asset.PRINCIPAL.value, lot.principal_left), (Asset.BONUS.value, lot.bonus_left))
                found |= {(who, asset, lot.id): left for asset, left in parts if left}
        return found

    def audit(self) -> list[str]:
        return audit_ledger(self.path)


def said(given: Answer) -> Any:
    """An answer as both HQs must give it."""
    return given.status, json.loads(given.body) if given.body else None
