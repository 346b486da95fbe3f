"""Receipts of a test shop on their way to paper, and what stands on them as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drivers.receipt import Columns, Line, Qr, Text
from terminal.counter.desk import Desk
from terminal.counter.paper import Paper, PaperOutlets, PaperRules, Slip
from tests.terminal.counter.desks import Ids, desk_of
from tests.terminal.shops import TestShop


class Tray:
    """The outlets of a till's paper: what was given to the printer, and what else was done, in order."""

    def __init__(self, **rules: Any) -> None:
        self.slips: list[Slip] = []
        self.done: list[str] = []
        jobs = Ids()
        outlets = PaperOutlets(
            print=self._take,
            drawer=lambda: self.done.append("drawer"),
            done=lambda: self.done.append("ok"),
            attention=lambda: self.done.append("attention"),
            new_job=lambda: f"again-{jobs()}",
        )
        self.paper = Paper(PaperRules(**{"printer": True} | rules), outlets)

    def _take(self, slip: Slip) -> None:
        self.slips.append(slip)
        self.done.append("print")

    @property
    def newest(self) -> Slip:
        return self.slips[-1]

    def desk(self, test: TestShop, ids: Ids | None = None) -> Desk:
        """A till with this paper."""
        plain = desk_of(test, ids)
        return Desk(plain.shop, plain._new_intent, plain.attention, self.paper)


def texts(lines: Iterable[Line]) -> list[str]:
    """Each line as words with ` | ` between its cells."""
    return [text for line in lines if (text := _text(line))]


def _text(line: Line) -> str:
    match line:
        case Text(words):
            return words
        case Columns(cells):
            return " | ".join(cell.text for cell in cells)
        case Qr(data):
            return f"QR {data}"
        case _:
            return ""
