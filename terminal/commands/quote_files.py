"""The files that `stillpoint quote` and others read: a basket, a member, and the moment on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from loyalty import Basket, DocumentError, Fault, Line, MemberFacts, Programme, TillState
from loyalty.basket import LineKind
from loyalty.checks import MAX_GRAMS, MAX_LINES, MAX_MONEY, MAX_POINTS, MAX_QUANTITY, MAX_UTC_MS
from loyalty.document import MAX_BYTES, parse
from loyalty.section import GTIN, GTIN_SHAPE, Section
from terminal.commands.quote_state import finish, read_holdings
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
    """Who buys (None: a guest), and what the till knows of the rights."""

    member: MemberFacts | None
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
    """{"lines": [{"gtin", "quantity", "unit_price", "category"}]} and optionally zone, cutoff_hours, removed, points,
    coupons; of a line optionally kind and grams.

    Raises DocumentError.
    """
    faults: list[Fault] = []
    section = Section(value, "$", faults)
    purchase = Purchase(
        basket=Basket(
            lines=tuple(_line(no, entry) for no, entry in enumerate(section.sections("lines", 0, MAX_LINES), 1)),
            removed=section.identifiers("removed") if section.has("removed") else frozenset(),
            points=section.integer("points", 0, MAX_POINTS) if section.has("points") else 0,
            coupons=_in_order(value, section.identifiers("coupons")) if section.has("coupons") else (),
        ),
        zone=section.zone("zone") if section.has("zone") else None,
        cutoff_hours=section.integer("cutoff_hours", 0, 12) if section.has("cutoff_hours") else 4,
    )
    finish(section, faults)
    return purchase


def _in_order(value: object, coupons: frozenset[str]) -> tuple[str, ...]:
    """The codes as they are listed: of two coupons for one offer the first counts."""
    listed = value["coupons"] if coupons and isinstance(value, dict) else ()
    return tuple(dict.fromkeys(listed))


def _line(no: int, entry: Section) -> Line:
    kind = LineKind(entry.choice("kind", LineKind) or LineKind.GOODS) if entry.has("kind") else LineKind.GOODS
    grams = entry.integer("grams", 1, MAX_GRAMS) if entry.has("grams") else None
    line = Line(
        no=no,
        gtin=entry.text("gtin", GTIN, GTIN_SHAPE),
        quantity=entry.integer("quantity", 1, MAX_QUANTITY) if entry.has("quantity") or grams is None else 1,
        unit_price=entry.integer("unit_price", -MAX_MONEY if kind is LineKind.DEPOSIT else 0, MAX_MONEY),
        category=entry.identifier("category"),
        kind=kind,
        grams=grams,
    )
    if grams is not None and line.quantity != 1:
        entry.fault("quantity", "leave it out: a weighed line is one unit")
    entry.close()
    return line


def buyer_reader(programme: Programme | None) -> Callable[[object], Buyer]:
    """Reads {"id", "tier"} and optionally birthday, birthday_changed_on, groups, purchases, qualifying and, of the
    state of the till, lots, assurance and copyable_used.

    The tier is one of `programme`; where that is None, because it cannot be read, any.
    """

    def read(value: object) -> Buyer:
        faults: list[Fault] = []
        section = Section(value, "$", faults)
        buyer = Buyer(_member(section, programme), read_holdings(section, TillState(assurance="P1")))
        finish(section, faults)
        return buyer

    return read


def _member(section: Section, programme: Programme | None) -> MemberFacts:
    changed = section.day("birthday_changed_on").isoformat() if section.has("birthday_changed_on") else None
    return MemberFacts(
        id=section.identifier("id"),
        tier=section.choice("tier", [tier.id for tier in programme.tiers]) if programme else section.identifier("tier"),
        birthday=section.day("birthday").isoformat() if section.has("birthday") else None,
        birthday_changed_on=changed,
        groups=section.identifiers("groups") if section.has("groups") else frozenset(),
        purchases=section.integer("purchases", 0) if section.has("purchases") else None,
        qualifying=section.integer("qualifying", 0) if section.has("qualifying") else None,
    )


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
