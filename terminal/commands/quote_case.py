"""All that a quote needs, from files of their own or from one case, with everything that is wrong said at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from loyalty import Basket, DocumentError, Fault, MemberFacts, Moment, Programme, TillState, read_programme
from loyalty.checks import MAX_POINTS
from loyalty.document import did_you_mean, shown
from loyalty.section import Section
from loyalty.what_if import choose
from terminal.commands.quote_files import Buyer, FileError, buyer_reader, load, read_at, read_purchase
from terminal.commands.quote_state import state_reader

T = TypeVar("T")
PARTS = ("programme", "basket", "member", "state")
BESIDE = ("about", "options", "expect", "never")  # of an example: for who reads it, and for the test that runs it
MOST_DIGITS = 16
_CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_NO_PROGRAMME = "--programme is missing: name the programme document, or a whole case with --case"
_NO_BASKET = "--basket is missing: name a file with lines, or a whole case with --case"


@dataclass(frozen=True)
class Options:
    """What the command line names: files by the part that they hold, a case of several parts, and choices."""

    files: dict[str, Path]
    case: Path | None = None
    at: str | None = None
    without: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    points: str | None = None


@dataclass(frozen=True)
class Case:
    """The inputs of `price`. `before` is the basket as its file has it, `basket` the one with the choices made."""

    programme: Programme
    before: Basket
    basket: Basket
    member: MemberFacts | None
    at: Moment
    state: TillState
    basket_file: Path


@dataclass(frozen=True)
class _Part:
    """One document; `key` is its place in a case, or empty."""

    path: Path
    value: object
    key: str = ""


def read_case(options: Options, now_ms: int) -> Case:
    """The case that the options name, at `now_ms` (UTC) where they name no time. Raises FileError with all faults."""
    reading = _Reading(options)
    programme = reading.part("programme", read_programme, _NO_PROGRAMME)
    purchase = reading.part("basket", read_purchase, _NO_BASKET)
    buyer = reading.part("member", buyer_reader(programme)) or Buyer(None, TillState())
    state = reading.part("state", state_reader(buyer.state)) or buyer.state
    at_ms = reading.time(now_ms)
    points = reading.choices(programme)
    if reading.sentences or programme is None or purchase is None:
        raise FileError(reading.sentences)
    return Case(
        programme=programme,
        before=purchase.basket,
        basket=choose(purchase.basket, without=options.without, coupons=options.coupons, points=points),
        member=buyer.member,
        at=Moment(at_ms, purchase.zone or programme.zone, purchase.cutoff_hours),
        state=state,
        basket_file=reading.parts["basket"].path,
    )


class _Reading:
    """Reads part by part; what is wrong is noted in `sentences`, one line each, and reading goes on."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.sentences: list[str] = []
        self.parts: dict[str, _Part] = {}
        self.case_at: object = None
        self.is_broken = False  # a file that cannot be read may have held anything
        case = self._loaded(options.case) if options.case else None
        if case:
            self._take_apart(case)
        loaded = {key: self._loaded(path) for key, path in options.files.items()}
        self.parts |= {key: part for key, part in loaded.items() if part}

    def part(self, key: str, read: Callable[[object], T], missing: str = "") -> T | None:
        """What `read` makes of this part; None where it is not there, or where something in it is wrong."""
        part = self.parts.get(key)
        if part is None:
            if missing and not self.is_broken:
                self.sentences.append(missing)
            return None
        try:
            return read(part.value)
        except DocumentError as error:
            self._note(part, error.faults)
            return None

    def time(self, now_ms: int) -> int:
        """The moment in UTC milliseconds: that of the options, else of the case, else `now_ms`."""
        try:
            if self.options.at is not None:
                return read_at(self.options.at)
            return now_ms if self.case_at is None else read_at(str(self.case_at))
        except FileError as error:
            about = "--at" if self.options.at is not None else f"{self.options.case}: at"
            self.sentences += [sentence.replace("--at", about, 1) for sentence in error.sentences]
            return now_ms

    def choices(self, programme: Programme | None) -> int | None:
        """Judge the choices; the points to use, if any are named."""
        known = [offer.id for offer in programme.offers] if programme else []
        for offer in self.options.without:
            if programme and offer not in known:
                self.sentences.append(f"--without is {shown(offer)}: {did_you_mean(offer, known)}")
        for code in self.options.coupons:
            if not _CODE.fullmatch(code):
                remedy = "use 1 to 64 letters, digits, dots, colons, dashes or underscores"
                self.sentences.append(f"--coupon is {shown(code)}: {remedy}")
        text = self.options.points
        if text is None:
            return None
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) <= MAX_POINTS:
            return int(text)
        self.sentences.append(f"--points is {shown(text)}: use a whole number from 0 to {MAX_POINTS}")
        return None

    def _take_apart(self, case: _Part) -> None:
        faults: list[Fault] = []
        section = Section(case.value, "$", faults)
        values = case.value if isinstance(case.value, dict) else {}
        self.parts = {key: _Part(case.path, values[key], key) for key in PARTS if section.has(key)}
        self.case_at = values["at"] if section.has("at") else None
        for key in BESIDE:
            section.has(key)
        section.close()
        self._note(case, faults)

    def _loaded(self, path: Path) -> _Part | None:
        """The value in a file; None, after noting why, where it cannot be read."""
        try:
            return _Part(path, load(path, _as_it_is))
        except FileError as error:
            self.sentences += error.sentences
            self.is_broken = True
            return None

    def _note(self, part: _Part, faults: Sequence[Fault]) -> None:
        placed = [replace(fault, path=_place(part.key, fault.path)) for fault in faults]
        self.sentences += [f"{part.path}: {fault}" for fault in placed]


def _place(key: str, path: str) -> str:
    return f"{key}.{path}".removesuffix(".$") if key else path


def _as_it_is(value: object) -> object:
    return value
