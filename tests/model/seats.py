"""The real sides of the model: an HQ on one database behind its door, and a terminal's ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from hq import duties
from hq.audit import audit
from hq.chain import read_chain
from hq.exchange import answer
from hq.founding import found
from hq.headquarters import Headquarters
from hq.own_acts import issue_coupon
from hq.own_chain import perform
from hq.refund_rights import load_rights
from hq.route import Answer, Request
from hq.schema import bearer_holding, bearer_limit, granted, holding, limit_use, member
from loyalty.ledger import Asset
from protocol.batch import MAX_OPERATIONS, Batch
from protocol.lease import Grant
from protocol.operation import OperationKey
from protocol.sale_records import CouponRecord
from terminal.store.audit import audit as audit_ledger
from terminal.store.held import Held
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from tests.hq.clients import signed
from tests.hq.devices import Device, join
from tests.hq.rich import RICH
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain
from tests.model.reference import LIMIT, POOL, Lot, pooled
from tests.model.refunds import Sale

STEP_MS = 1000
FAR_MS = NOW_MS + 10**12
Bend = Callable[[Connection], object]


class Hq:
    """One HQ. Every request is signed by the device that asks, and its clock moves on with each. `bend` is done to its
    books after each request, for the controls."""

    def __init__(self, folder: Path, url: str, bend: Bend | None = None) -> None:
        folder.mkdir()
        self.now_ms, self._bend = NOW_MS, bend
        place = write_tiny_chain(folder / "chain")
        (place / "programme.json").write_text(json.dumps(RICH), "utf-8")
        found(folder / "hq", read_chain(place), hosts=(), now_ms=NOW_MS, random=Random(1).randbytes, url=url)
        self.hq = Headquarters.open(folder / "hq", lambda: self.now_ms)
        self._chance = Random(2)

    def join(self, store: str, lane: str) -> Device:
        return join(self.hq, store, lane)

    def ask(self, device: Device, method: str, target: str, body: bytes = b"") -> Answer:
        self.now_ms += STEP_MS
        nonce = self._chance.randbytes(16).hex()
        headers = signed(self.hq, device, method, target, body or None, nonce=nonce)
        lower = {name.lower(): value for name, value in headers.items()}
        given = answer(self.hq, Request(method, target, lower, body))
        if self._bend:
            with self.hq.database.transaction() as connection:
                self._bend(connection)
        return given

    def issue(self, who: str, coupon: CouponRecord) -> None:
        """A coupon of a member, or of whoever bears it, into the pool."""
        act = replace(issue_coupon(who, coupon, "sorry"), member=who or None)
        with self.hq.database.transaction() as connection:
            perform(connection, [act], self.hq.rules())

    def night(self, days: int) -> str:
        """So many days later, after what HQ owes every day; gives the day."""
        self.now_ms += days * 24 * 3600 * 1000
        duties.run(self.hq.database, self.hq.rules())
        return self.hq.today()

    def holdings(self) -> dict[tuple[str, Lot], int]:
        """As the reference names them: the holder is the device's name."""
        found: Counter[tuple[str, Lot]] = Counter()
        columns = (holding.c.member, holding.c.holder, holding.c.asset, holding.c.lot, holding.c.amount)
        borne = bearer_holding.c
        with self.hq.database.transaction() as connection:
            rows = [tuple(row) for row in connection.execute(select(*columns))]
            rows += [
                ("", *row) for row in connection.execute(select(borne.holder, borne.asset, borne.lot, borne.amount))
            ]
        for who, holder, asset, lot, amount in rows:
            name = (who, asset, lot)
            found[holder.partition(":")[0], pooled(name) if holder == POOL else name] += amount
        return {place: amount for place, amount in found.items() if amount}

    def used(self) -> dict[Lot, int]:
        with self.hq.database.transaction() as connection:
            rows = [tuple(row) for row in connection.execute(select(limit_use))]
            rows += [("", *row) for row in connection.execute(select(bearer_limit))]
        return {(who, LIMIT, key): used for who, key, used in rows if used}

    def balances(self) -> dict[str, tuple[int, int]]:
        """Balance and debt by member."""
        with self.hq.database.transaction() as connection:
            rows = connection.execute(select(member.c.id, member.c.balance, member.c.debt)).all()
        return {who: (balance, debt) for who, balance, debt in rows}

    def rights(self, sales: Iterable[Sale]) -> dict[Sale, tuple[str, int]]:
        """Holder and units that came back, by sale."""
        wanted = [(device, 1, seq) for device, seq in sales]
        with self.hq.database.transaction() as connection:
            rights = load_rights(connection, wanted)
            found = {(device, seq): rights.of((device, epoch, seq)) for device, epoch, seq in wanted}
        return {sale: (right.holder.partition(":")[0], _units(right.so_far)) for sale, right in found.items()}

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

    def __init__(self, path: Path, device: Device, prepare: Callable[[Ledger], object] | None) -> None:
        self.path, self.device, self._prepare = path, device, prepare
        self.open()

    @property
    def name(self) -> str:
        return self.device.name

    def open(self) -> None:
        self.ledger = Ledger.open(self.path, self.name, self.device.identity.epoch)
        self.ledger.note_spend_until(FAR_MS)
        if self._prepare:
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

    def held(self, who: str) -> Held:
        return self.ledger.held(who) if who else self.ledger.bearer()

    def holds(self, members: Iterable[str]) -> dict[Lot, int]:
        found: dict[Lot, int] = {}
        for who in ("", *members):
            held = self.held(who)
            found |= {(who, Asset.POINTS.value, lot.id): lot.points for lot in held.points}
            found |= {(who, Asset.COUPON.value, coupon.code): 1 for coupon in held.coupons}
            found |= {(who, LIMIT, key): left for key, left in held.limits.items()}
            for lot in held.value:
                parts = ((Asset.PRINCIPAL.value, lot.principal_left), (Asset.BONUS.value, lot.bonus_left))
                found |= {(who, asset, lot.id): left for asset, left in parts if left}
        return found

    def rights(self, sales: Iterable[Sale]) -> dict[Sale, int]:
        """Of these sales, those whose right to refund lies here, with the units that came back."""
        found = {sale: self.ledger.refund_right(key_of(sale)) for sale in sales}
        return {sale: _units(right.so_far) for sale, right in found.items() if right is not None}

    def audit(self) -> list[str]:
        return audit_ledger(self.path)


def key_of(sale: Sale) -> OperationKey:
    return OperationKey(device=sale[0], epoch=1, seq=sale[1])


def _units(so_far: dict[str, Any] | None) -> int:
    return sum(line["back"] for line in so_far["lines"]) if so_far else 0


def said(given: Answer) -> Any:
    """An answer as both HQs must give it."""
    return given.status, json.loads(given.body) if given.body else None
