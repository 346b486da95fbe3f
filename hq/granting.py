"""The grant stream of each terminal: numbered densely, kept as it was given, recalls included (Leases 1, 6 and 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, select, tuple_, update

from hq import schema, terminals
from hq.accounts import lease_holder
from hq.bulk import insert_all
from hq.chunks import chunks
from hq.database import read_setting
from hq.placing import Placed
from hq.restoring import owes_report
from hq.terminals import Terminal
from protocol.lease import Grant, GrantPage, Whereabouts

PAGE_GRANTS = 500
COUNTER_MS = 10 * 60 * 1000  # as long as a sale may take at the counter


class Stream:
    """What one terminal is given in this transaction; its row is locked."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._placed: list[Placed] = []

    @property
    def next_number(self) -> int:
        return self.terminal.granted + len(self._placed) + 1

    @property
    def lot_name(self) -> str:
        """Of a fresh lot of value in the next grant. No restored HQ gives a name again that it has forgotten."""
        generation = self.terminal.generation_reported  # HQ's own: before that it places nothing
        time = f"{generation}-" if generation > 1 else ""
        return f"{self.terminal.device}.{self.terminal.epoch}.g{time}{self.next_number}"

    def give(self, placed: Placed) -> None:
        if not placed.empty:
            self._placed.append(placed)

    def save(self, connection: Connection, now_ms: int, *, asked: bool = False) -> None:
        """`asked`: somebody at the counter waits for what is given."""
        who = self.terminal
        if not self._placed:
            return
        grants = [placed.grant(number) for number, placed in enumerate(self._placed, who.granted + 1)]
        write(connection, who, grants, now_ms, asked=asked)


def write(
    connection: Connection, who: Terminal, grants: Collection[Grant], now_ms: int, *, asked: bool = False
) -> None:
    """Keep grants that follow the last one, verbatim."""
    rows = [
        {
            "device": who.device,
            "epoch": who.epoch,
            "number": grant.number,
            "member": grant.member,
            "body": grant.model_dump_json(),
            "made_ms": now_ms,
            "unanswered": len(grant.recalls),
            "asked": int(asked),
        }
        for grant in grants
    ]
    insert_all(connection, schema.granted, rows)
    terminals.change(connection, who, granted=max(grant.number for grant in grants))


def page(connection: Connection, device: str, epoch: int, after: int, held_by: Whereabouts | None = None) -> GrantPage:
    """At most PAGE_GRANTS grants after number `after`; none before the terminal has told a restored HQ what it has."""
    table, who = schema.granted.c, terminals.lock(connection, device, epoch)
    if owes_report(who, int(read_setting(connection, "generation"))):
        return GrantPage(device=device, epoch=epoch, grants=(), head=who.granted, held_by=held_by)
    query = select(table.body).where(table.device == device, table.epoch == epoch)
    bodies = connection.scalars(query.where(table.number > after).order_by(table.number).limit(PAGE_GRANTS))
    grants = tuple(map(Grant.model_validate_json, bodies))
    return GrantPage(device=device, epoch=epoch, grants=grants, head=who.granted, held_by=held_by)


def on_the_way(connection: Connection, to: Terminal, member: str | None, after: int) -> list[Grant]:
    """Grants about this member that the terminal has not applied yet."""
    table = schema.granted.c
    mine = table.member == member if member else table.member.is_(None)
    query = select(table.body).where(table.device == to.device, table.epoch == to.epoch, mine, table.number > after)
    return list(map(Grant.model_validate_json, connection.scalars(query.order_by(table.number))))


def recalled(connection: Connection, who: Terminal, members: Iterable[str | None]) -> set[str | None]:
    """Of `members` (None: nobody) those of whom this terminal has a recall that it has not answered."""
    table, wanted = schema.granted.c, set(members)
    query = select(table.member).where(table.device == who.device, table.epoch == who.epoch, table.unanswered > 0)
    return wanted & set(connection.scalars(query))


def waiting_for(
    connection: Connection, terminals: Sequence[Terminal], now_ms: int
) -> tuple[dict[str, set[str | None]], dict[str, set[str | None]]]:
    """By holder, for those that have any: members of whom it was given something at the counter a moment ago, who are
    not to be recalled; and members of whom it has a recall that it has not answered."""
    table = schema.granted.c
    asked = (table.asked == 1) & (table.made_ms > now_ms - COUNTER_MS)
    return _members_where(connection, terminals, asked), _members_where(connection, terminals, table.unanswered > 0)


def _members_where(
    connection: Connection, terminals: Sequence[Terminal], condition: ColumnElement[bool]
) -> dict[str, set[str | None]]:
    table, found = schema.granted.c, defaultdict[str, set[str | None]](set)
    for some in chunks(terminals):
        mine = tuple_(table.device, table.epoch).in_([(one.device, one.epoch) for one in some])
        for device, epoch, member in connection.execute(
            select(table.device, table.epoch, table.member).where(mine, condition)
        ):
            found[lease_holder(device, epoch)].add(member)
    return dict(found)


def answered(connection: Connection, device: str, epoch: int, numbers: Iterable[int]) -> None:
    """The terminal has answered recalls of these grants, one for each time a number is named."""
    table = schema.granted
    for number in numbers:
        where = (table.c.device == device) & (table.c.epoch == epoch) & (table.c.number == number)
        left = {"unanswered": table.c.unanswered - 1}
        connection.execute(update(table).where(where, table.c.unanswered > 0).values(**left))
