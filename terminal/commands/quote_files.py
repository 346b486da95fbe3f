"""The files that `stillpoint quote` reads: a programme, a basket, a member, and the moment on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from loyalty import Basket, DocumentError, Fault, Line, Lot, MemberFacts, Programme, TillState
from loyalty.checks import MAX_LINES, MAX_MONEY, MAX_POINTS, MAX_QUANTITY, MAX_UTC_MS
from loyalty.document import MAX_BYTES, parse
from loyalty.points import ASSURANCE
from loyalty.section import GTIN, GTIN_SHAPE, Section
from terminal.errors import TerminalError

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FileError(TerminalError):
    """A file or option that cannot be used; `sentences` say all that is wrong, one line each, with the way out."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Purchase:
    """A basket and where it is bought. `zone` None: the programme's."""

    basket: Basket
    zone: str | None
    cutoff_hours: int


@dataclass(frozen=True)
class Buyer:
    member: MemberFacts
    state: TillState


def load(path: Path, read: Callable[[object], T]) -> T:
    """The content of a JSON file by `read`. Raises FileError naming the file and everything that is wrong in it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError([f"{path}: cannot be read ({error.strerror}): check the name"]) from error
    try:
        return read(parse(data))
    except DocumentError as error:
        raise FileError([f"{path}: {fault}" for fault in error.faults]) from error


def read_purchase(value: object) -> Purchase:
    """{"lines": [{"gtin", "quantity", "unit_price", "category"}]} and optionally zone, cutoff_hours, removed, points.

    Raises DocumentError.
    """
    faults: list[Fault] = []
    section = Section(value, "$", faults)
    purchase = Purchase(
        basket=Basket(
            lines=tuple(_line(no, entry) for no, entry in enumerate(section.sections("lines", 0, MAX_LINES), 1)),
            removed=section.identifiers("removed") if section.has("removed") else frozenset(),
            points=section.integer("points", 0, MAX_POINTS) if section.has("points") else 0,
        ),
        zone=section.zone("zone") if section.has("zone") else None,
        cutoff_hours=section.integer("cutoff_hours", 0, 12) if section.has("cutoff_hours") else 4,
    )
    _finish(section, faults)
    return purchase


def _line(no: int, entry: Section) -> Line:
    line = Line(
        no=no,
        gtin=entry.text("gtin", GTIN, GTIN_SHAPE),
        quantity=entry.integer("quantity", 1, MAX_QUANTITY),
        unit_price=entry.integer("unit_price", 0, MAX_MONEY),
        category=entry.identifier("category"),
    )
    entry.close()
    return line


def buyer_reader(programme: Programme) -> Callable[[object], Buyer]:
    """Reads {"id", "tier"} and optionally birthday, lots, assurance, copyable_used, for a member of `programme`."""

    def read(value: object) -> Buyer:
        faults: list[Fault] = []
        section = Section(value, "$", faults)
        lots = section.sections("lots", 0, 1000) if section.has("lots") else []
        birthday = section.day("birthday").isoformat() if section.has("birthday") else None
        member = MemberFacts(
            section.identifier("id"), section.choice("tier", [tier.id for tier in programme.tiers]), birthday
        )
        state = TillState(
            lots=tuple(_lot(entry) for entry in lots),
            assurance=section.choice("assurance", ASSURANCE) if section.has("assurance") else "P1",
            copyable_used=section.integer("copyable_used", 0, MAX_POINTS) if section.has("copyable_used") else 0,
        )
        _finish(section, faults)
        return Buyer(member, state)

    return read


def _lot(entry: Section) -> Lot:
    lot = Lot(
        id=entry.identifier("id"),
        points=entry.integer("points", 0, MAX_POINTS),
        earned_on=entry.day("earned_on").isoformat(),
        expires_on=entry.day("expires_on").isoformat() if entry.has("expires_on") else None,
    )
    entry.close()
    return lot


def _finish(section: Section, faults: list[Fault]) -> None:
    section.close()
    if faults:
        raise DocumentError(faults)


def read_at(text: str) -> int:
    """UTC milliseconds of ISO time with a zone, or of a number of milliseconds. Raises FileError."""
    utc_ms = _utc_ms(text)
    if utc_ms is None or not 0 <= utc_ms <= MAX_UTC_MS:
        remedy = "use a time from 1970 to 2100 with its zone, such as 2026-03-01T12:00:00+08:00, or milliseconds"
        raise FileError([f"--at is {text[:60]!r}: {remedy}"])
    return utc_ms


def _utc_ms(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,16}", text):
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (instant - _EPOCH) // timedelta(milliseconds=1) if instant.tzinfo else None
