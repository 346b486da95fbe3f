"""The right to refund a sale lives in one place at a time (D30, sync.md Leases 11).

It is born at the terminal that sold, without a row here. A row is kept from its first refund on, or once it has moved;
of all others `terminal.released_through` says whether they have come to HQ.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from hq import schema
from hq.accounts import POOL, lease_holder
from hq.chunks import chunks
from protocol.movements import ReleaseDetail
from protocol.operation import Kind, Operation, OperationError, OperationKey
from protocol.sale_detail import SaleDetail, SaleDetailError

SaleKey = tuple[str, int, int]
Units = Mapping[int, int]
_RELEASED = select(schema.terminal.c.released_through).where(
    schema.terminal.c.device == bindparam("device"), schema.terminal.c.epoch == bindparam("epoch")
)


@dataclass
class Right:
    """`holder` is a terminal's, or `pool`; `so_far` is what came back already, as JSON (None: nothing).

    `moved`: HQ granted it once, so it is no longer where it is by birth. `claimed`: its holder told a restored HQ that
    it lies there, before this number of its operations; what older operations did with it is over (Leases 10). 0:
    nobody did. `retold`: terminals tell a restored HQ of it in any order, so what comes may be within `so_far` already.
    """

    holder: str
    so_far: dict[str, Any] | None = None
    moved: bool = False
    claimed: int = 0
    retold: bool = False

    def hear(self, so_far: dict[str, Any] | None) -> bool:
        """Take in what had come back when it was granted, as a terminal tells a restored HQ; whether that is news.

        What came back only grows. If HQ knows more, the grant is an older part of the history, and the right went on.
        """
        self.retold = True
        known, told = units_back(self.so_far), units_back(so_far)
        if known != told and _covers(known, told):
            return False
        if so_far is not None and not _covers(told, known):  # two histories: no line must come back a third time
            most = {no: max(known.get(no, 0), told.get(no, 0)) for no in sorted({*known, *told})}
            so_far = {**so_far, "lines": [{"no": no, "back": back} for no, back in most.items()]}
        self.so_far = so_far
        return True


@dataclass
class RefundRights:
    """`sold` is how many units each line of a sale had, of the sales that HQ has and can read."""

    rights: dict[SaleKey, Right] = field(default_factory=dict)
    sold: dict[SaleKey, Units] = field(default_factory=dict)
    released: dict[tuple[str, int], int] = field(default_factory=dict)
    newly_released: dict[tuple[str, int], int] = field(default_factory=dict)
    changed: set[SaleKey] = field(default_factory=set)

    def of(self, sale: SaleKey) -> Right:
        """As HQ knows it; it is there to be changed."""
        if sale not in self.rights:
            device, epoch, seq = sale
            at_hq = self.released.get((device, epoch), 0) >= seq
            self.rights[sale] = Right(POOL if at_hq else lease_holder(device, epoch))
        return self.rights[sale]

    def move(self, sale: SaleKey, holder: str) -> None:
        right = self.of(sale)
        right.moved = right.moved or holder != POOL
        right.holder, right.claimed = holder, 0
        self.changed.add(sale)

    def lend(self, sale: SaleKey, holder: str) -> None:
        """HQ grants it: whatever is told of it from now on is new."""
        self.move(sale, holder)
        self.of(sale).retold = False

    def claim(self, sale: SaleKey, holder: str, next_seq: int) -> None:
        """Where it lies now, as the terminal there says: of grants alone HQ cannot know in which order they came."""
        self.move(sale, holder)
        self.of(sale).claimed, self.of(sale).retold = next_seq, True

    def hear(self, sale: SaleKey, holder: str, so_far: dict[str, Any] | None) -> None:
        """A terminal tells a restored HQ that it was granted the right once, with `so_far`."""
        right = self.of(sale)
        if right.claimed and right.holder != holder:
            right.retold = True
        elif right.hear(so_far) and not right.claimed:
            self.move(sale, holder)
        self.changed.add(sale)

    def release_through(self, device: str, epoch: int, seq: int) -> None:
        """Every own sale up to `seq` whose right is there by birth comes to HQ; one that was granted stays."""
        if seq <= self.released.get((device, epoch), 0):
            return
        self.released[device, epoch] = self.newly_released[device, epoch] = seq
        for (who, when, number), right in self.rights.items():
            here = (who, when) == (device, epoch) and number <= seq and not right.moved
            if here and right.holder == lease_holder(device, epoch):
                self.move((who, when, number), POOL)


def units_back(so_far: Mapping[str, Any] | None) -> dict[int, int]:
    """How many units of each line came back."""
    return {} if so_far is None else {line["no"]: line["back"] for line in so_far["lines"]}


def _covers(one: Units, other: Units) -> bool:
    return all(back <= one.get(no, 0) for no, back in other.items())


def key_of(sale: OperationKey) -> SaleKey:
    return sale.device, sale.epoch, sale.seq


def sold_by(operations: Iterable[Operation], sales: Collection[SaleKey]) -> dict[SaleKey, Units]:
    """Of these `sales`, the units of those that are made by these very operations and are not stored yet."""
    made = ((op, (op.device, op.epoch, op.seq)) for op in operations if op.kind is Kind.SALE)
    read = {sale: _units(operation) for operation, sale in made if sale in sales}
    return {sale: units for sale, units in read.items() if units is not None}


def named_sales(operations: Iterable[Operation]) -> set[SaleKey]:
    """The sales that these operations refund, undo or release."""
    found = set()
    for operation in operations:
        if operation.kind in (Kind.REFUND, Kind.VOID) and (sale := refunded_sale(operation)):
            found.add(key_of(sale))
        if operation.kind is Kind.RELEASE and (detail := read_release(operation)):
            found |= {key_of(sale) for sale in detail.sales}
    return found


def refunded_sale(operation: Operation) -> OperationKey | None:
    """None: it names none that can be read, as a refund without a receipt."""
    try:
        return OperationKey.model_validate(operation.detail.get("sale"))
    except ValidationError:
        return None


def read_release(operation: Operation) -> ReleaseDetail | None:
    try:
        return ReleaseDetail.model_validate(dict(operation.detail))
    except ValidationError:
        return None


def load_rights(connection: Connection, sales: Iterable[SaleKey], *devices: tuple[str, int]) -> RefundRights:
    """The rights to these sales, locked, and how far these and the selling terminals have released theirs."""
    wanted = sorted(set(sales))
    found = RefundRights()
    for device, epoch in sorted({*devices, *((device, epoch) for device, epoch, _ in wanted)}):
        found.released[device, epoch] = connection.scalar(_RELEASED, {"device": device, "epoch": epoch}) or 0
    for some in chunks(wanted):
        table = schema.refund_right.c
        query = select(schema.refund_right).where(or_(*(_is(table, sale) for sale in some)))
        for row in connection.execute(query.order_by(table.device, table.epoch, table.seq).with_for_update()):
            so_far = json.loads(row.so_far) if row.so_far else None
            right = Right(row.holder, so_far, bool(row.moved), row.claimed, bool(row.retold))
            found.rights[row.device, row.epoch, row.seq] = right
        found.sold |= _sold(connection, some)
    return found


def _is(table: Any, sale: SaleKey) -> Any:
    return and_(table.device == sale[0], table.epoch == sale[1], table.seq == sale[2])


def _sold(connection: Connection, sales: Iterable[SaleKey]) -> dict[SaleKey, Units]:
    table = schema.operation.c
    query = select(table.device, table.epoch, table.seq, table.data).where(or_(*(_is(table, sale) for sale in sales)))
    read = {(device, epoch, seq): units_sold(data) for device, epoch, seq, data in connection.execute(query)}
    return {sale: units for sale, units in read.items() if units is not None}


def units_sold(data: bytes) -> Units | None:
    """Units by line of the sale with these bytes; a weighed line is one unit. None: no sale that can be read."""
    try:
        return _units(Operation.decode(data))
    except OperationError:
        return None


def _units(operation: Operation) -> Units | None:
    try:
        lines = SaleDetail.read(operation.detail).basket.lines
    except SaleDetailError:
        return None
    return {line.no: 1 if line.grams is not None else abs(line.quantity) for line in lines}


def save_rights(connection: Connection, rights: RefundRights) -> None:
    """Write back what has moved or was refunded, and how far terminals have released theirs."""
    table = schema.refund_right
    for (device, epoch), through in sorted(rights.newly_released.items()):
        where = (table.c.device == device) & (table.c.epoch == epoch) & (table.c.seq <= through)
        mine = (table.c.holder == lease_holder(device, epoch)) & (table.c.moved == 0)
        connection.execute(update(table).where(where, mine).values(holder=POOL))
        seller = (schema.terminal.c.device == device) & (schema.terminal.c.epoch == epoch)
        connection.execute(update(schema.terminal).where(seller).values(released_through=through))
    for device, epoch, seq in sorted(rights.changed):
        right = rights.rights[device, epoch, seq]
        where = (table.c.device == device) & (table.c.epoch == epoch) & (table.c.seq == seq)
        connection.execute(delete(table).where(where))
        so_far = None if right.so_far is None else json.dumps(right.so_far)
        row = {"device": device, "epoch": epoch, "seq": seq, "holder": right.holder, "so_far": so_far}
        marks = {"moved": int(right.moved), "claimed": right.claimed, "retold": int(right.retold)}
        connection.execute(insert(table).values(**row, **marks))
