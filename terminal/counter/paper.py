"""What becomes of a receipt's paper: printed by itself once, again when it is asked for, and no sale waits for it.

The commit comes first. Who dies between commit and print has printed nothing and cannot know it: from then on the paper
is unknown, nothing is printed by itself, and what is asked for is a copy, so that no sale has two originals.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from loyalty import TenderKind
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.shop import Shop

log = logging.getLogger(__name__)
# "none": nobody asked for it yet; "waiting": it is with the printer; the others as drivers.base has them.
Fate = Literal["none", "waiting", "printed", "not_printed", "unknown"]
JOB_LETTERS = 32
CASH = TenderKind.CASH.value


@dataclass(frozen=True)
class Slip:
    """A receipt on its way to paper: its value, and how its words, times and sums are written. `job` names the print;
    a name is printed at most once."""

    job: str
    receipt: Mapping[str, Any] = field(repr=False)
    language: str
    zone: str
    currency: str
    copy: bool = False


@dataclass(frozen=True)
class PaperRules:
    """Whether there is a printer, and what prints by itself: sales of the counter, and what a POS books."""

    printer: bool = False
    counter: bool = True
    pos: bool = False
    language: str = "zh-CN"


@dataclass(frozen=True)
class PaperOutlets:
    """Where it goes. Each returns at once and raises nothing; what came of a print is told to `Paper.ended`."""

    print: Callable[[Slip], object] = lambda _slip: None
    drawer: Callable[[], object] = lambda: None
    done: Callable[[], object] = lambda: None
    attention: Callable[[], object] = lambda: None
    new_job: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class _Sheet:
    """The newest receipt of which something is known."""

    number: str
    fate: Fate
    job: str = ""
    language: str = ""


@dataclass
class Paper:
    """Of one till; on its one thread."""

    rules: PaperRules = field(default_factory=PaperRules)
    outlets: PaperOutlets = field(default_factory=PaperOutlets)
    _sheet: _Sheet | None = None

    def booked(self, shop: Shop, receipt: Mapping[str, Any], language: str | None = None, *, pos: bool = False) -> None:
        """What this call committed, just now; never what was answered before. The drawer opens where cash moves.

        Raises nothing: it is a fact, whatever becomes of its paper.
        """
        if pos and not self.rules.pos:
            return
        try:
            self._booked(shop, receipt, language, pos)
        except Exception:  # BLE001: no fault of the paper undoes what was committed, or hides it from who asked
            log.exception("the receipt %s could not be printed", receipt.get("number"))

    def restored(self, receipt: Mapping[str, Any]) -> None:
        """The till came back with this sale as its last: nobody knows what became of its paper."""
        if self.rules.counter:
            self._sheet = _Sheet(receipt["number"], "unknown")

    def ended(self, job: str, fate: Fate) -> None:
        """What became of a print."""
        if self._sheet is not None and self._sheet.job == job:
            self._sheet = replace(self._sheet, fate=fate)

    def again(self, shop: Shop) -> None:
        """Print the newest receipt of this terminal: as a copy, unless it is certain that no other was printed.

        Raises Refusal paper_no_printer, paper_nothing, or paper_waiting while it is with the printer.
        """
        if not self.rules.printer:
            raise Refusal("paper_no_printer")
        receipt = shop.ledger.newest_receipt()
        if receipt is None:
            raise Refusal("paper_nothing", 404)
        number = receipt["number"]
        if self._sheet is None or self._sheet.number != number:
            self._sheet = _Sheet(number, "unknown")
        if self._sheet.fate == "waiting":
            raise Refusal("paper_waiting", 409, number=number)
        copy = self._sheet.fate in ("printed", "unknown")
        self._sheet = replace(self._sheet, language=self._sheet.language or self._language(shop, receipt))
        self._print(shop, receipt, self.outlets.new_job(), copy=copy)

    def view(self) -> dict[str, Any] | None:
        """For the counter: None without a printer; `trouble` says what should be done about the newest receipt."""
        if not self.rules.printer:
            return None
        if self._sheet is None:
            return {"fate": "none", "trouble": None}
        trouble = _trouble(self._sheet)
        return {"fate": self._sheet.fate, "trouble": trouble.view() if trouble else None}

    def _booked(self, shop: Shop, receipt: Mapping[str, Any], language: str | None, pos: bool) -> None:
        if takes_cash(receipt):
            self.outlets.drawer()
        self.outlets.done()
        self._sheet = _Sheet(receipt["number"], "none", language=language or self._language(shop, receipt))
        if self.rules.printer and (pos or self.rules.counter):
            self._print(shop, receipt, original_job(receipt["number"]))

    def _print(self, shop: Shop, receipt: Mapping[str, Any], job: str, *, copy: bool = False) -> None:
        assert self._sheet is not None
        self._sheet = replace(self._sheet, fate="waiting", job=job)
        currency, zone = shop.programme().currency, shop.store().zone
        self.outlets.print(Slip(job, receipt, self._sheet.language, zone, currency, copy))

    def _language(self, shop: Shop, receipt: Mapping[str, Any]) -> str:
        """The member's, or the terminal's."""
        known = receipt.get("member")
        member = shop.directory.member(known["id"]) if known else None
        return member.language if member is not None else self.rules.language


def _trouble(sheet: _Sheet) -> Phrase | None:
    if sheet.fate == "not_printed":
        return Phrase("paper_not_printed", {"number": sheet.number})
    return Phrase("paper_unknown", {"number": sheet.number}) if sheet.fate == "unknown" else None


def takes_cash(receipt: Mapping[str, Any]) -> bool:
    """Whether coins or notes change hands."""
    ways = [*receipt.get("tenders", ()), *filter(None, [receipt.get("collected")])]
    return receipt.get("by") == CASH or any(way["kind"] == CASH and way["amount"] for way in ways)


def original_job(number: str) -> str:
    """The name of a receipt's first print: the same at every try."""
    return hashlib.sha256(number.encode()).hexdigest()[:JOB_LETTERS]
