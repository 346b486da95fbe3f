"""The file that says what a member holds when goods come back; what it leaves out is as the sale left it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from loyalty import Fault, Lot, Programme
from loyalty.checks import MAX_POINTS
from loyalty.document import DocumentError
from loyalty.refund_held import held_after
from loyalty.refund_sale import Known, SoldSale
from loyalty.section import Section
from loyalty.standing import Pending, Standing
from terminal.commands.refund_value import MAX_LOTS, read_value

T = TypeVar("T")
_OFFER = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def standing_reader(sale: SoldSale, programme: Programme) -> Callable[[object], tuple[Standing, Known]]:
    """Reads {"lease", "pool", "pending", "debt", "value", "stamps", "expired"}, each optional.

    `lease`, `pool` and `pending` are lots of points: here, at HQ, and waiting until `active_on`. `value` are lots of
    stored value, also of gift cards; `expired` is how many points of the sale have expired.
    """
    standing, known = held_after(sale, programme)

    def read(value: object) -> tuple[Standing, Known]:
        faults: list[Fault] = []
        section = Section(value, "$", faults)
        stamps = (
            section.keyed_integers("stamps", _OFFER, "a key is the id of an offer") if section.has("stamps") else {}
        )
        points = Standing(
            pending=_each(section, "pending", _pending, standing.pending),
            lease=_each(section, "lease", _lot, standing.lease),
            pool=_each(section, "pool", _lot, standing.pool),
            debt=section.integer("debt", 0, MAX_POINTS) if section.has("debt") else standing.debt,
        )
        rest = Known(
            value=read_value(section, "value") if section.has("value") else known.value,
            stamps={**known.stamps, **stamps},
            expired=section.integer("expired", 0, MAX_POINTS) if section.has("expired") else known.expired,
        )
        section.close()
        if faults:
            raise DocumentError(faults)
        return points, rest

    return read


def _each(section: Section, key: str, read: Callable[[Section], T], default: tuple[T, ...]) -> tuple[T, ...]:
    if not section.has(key):
        return default
    found = []
    for entry in section.sections(key, 0, MAX_LOTS):
        found.append(read(entry))
        entry.close()
    return tuple(found)


def _lot(entry: Section) -> Lot:
    return Lot(
        id=entry.identifier("id"),
        points=entry.integer("points", 0, MAX_POINTS),
        earned_on=entry.day("earned_on").isoformat(),
        expires_on=entry.day("expires_on").isoformat() if entry.has("expires_on") else None,
    )


def _pending(entry: Section) -> Pending:
    return Pending(_lot(entry), entry.day("active_on").isoformat())
