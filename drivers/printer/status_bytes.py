"""What a printer says of itself: real-time status (DLE EOT), answers in order (GS r) and automatic status (GS a).

Epson's reference tells them apart by fixed bits, so that they can come in any order: a real-time byte is 0xx1xx10,
the first of four automatic bytes 0xx1xx00, any other answer 0xx0xxxx.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Said = Literal["real_time", "in_order", "automatic"]
ASK: Mapping[int, bytes] = {n: b"\x10\x04" + bytes((n,)) for n in (1, 2, 3, 4)}
AUTOMATIC_BYTES = 4
_KIND_BITS, _REAL_TIME, _AUTOMATIC, _PLAIN_BITS = 0x93, 0x12, 0x10, 0x90


class StatusParser:
    """Fed with bytes in any portions. Anything that is none of the three, such as XON and XOFF, is passed over."""

    def __init__(self) -> None:
        self._rest = self._first = 0

    def feed(self, data: bytes) -> Iterator[tuple[Said, int]]:
        """What was said, with its byte; automatic status with its first, when all four have come."""
        for byte in data:
            plain = byte & _PLAIN_BITS == 0
            if self._rest and plain:
                self._rest -= 1
                if not self._rest:
                    yield "automatic", self._first
                continue
            self._rest = 0
            if byte & _KIND_BITS == _REAL_TIME:
                yield "real_time", byte
            elif byte & _KIND_BITS == _AUTOMATIC:
                self._rest, self._first = AUTOMATIC_BYTES - 1, byte
            elif plain:
                yield "in_order", byte


@dataclass(frozen=True)
class Condition:
    """How a printer is. Raw bytes come from DLE EOT 1 to 4."""

    offline: bool = False
    cover_open: bool = False
    no_paper: bool = False
    paper_low: bool = False
    jammed: bool = False
    hot: bool = False

    @classmethod
    def of(cls, said: Mapping[int, int]) -> Condition:
        """From the answer to each question; one that was not asked has nothing to tell."""
        printer, offline, error, paper = (said.get(n, 0) for n in (1, 2, 3, 4))
        return cls(
            offline=bool(printer & 0x08),
            cover_open=bool(offline & 0x04),
            no_paper=bool(offline & 0x20 or paper & 0x60),
            paper_low=bool(paper & 0x0C),
            jammed=bool(error & 0x2C),
            hot=bool(error & 0x40),
        )

    @property
    def prints(self) -> bool:
        """Whether a receipt can be begun."""
        return not (self.offline or self.cover_open or self.no_paper or self.jammed or self.hot)

    @property
    def code(self) -> str:
        """The status that says it, the cause before its effect."""
        for true, code in (
            (self.cover_open, "printer_cover_open"),
            (self.no_paper, "printer_no_paper"),
            (self.jammed, "printer_jammed"),
            (self.hot, "printer_hot"),
            (self.offline, "printer_offline"),
            (self.paper_low, "printer_paper_low"),
        ):
            if true:
                return code
        return "device_ready"
