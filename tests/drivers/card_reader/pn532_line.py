"""A line to a virtual PN532 in memory, with a clock that moves only while nothing comes."""

from __future__ import annotations

from collections.abc import Callable

from drivers.card_reader.pn532_chip import Pn532
from drivers.virtual.pn532_chip import VirtualPn532

STEP_S = 0.05


class Line:
    """`bend` changes what the chip sends, `heard` is what the host sent; `now` is the time."""

    def __init__(self, chip: VirtualPn532, bend: Callable[[bytes], bytes] = lambda sent: sent) -> None:
        self.chip, self.bend = chip, bend
        self.now = 0.0
        self.beats = 0
        self.heard: list[bytes] = []
        self._waiting = b""

    @property
    def in_waiting(self) -> int:
        return len(self._waiting)

    def read(self, size: int) -> bytes:
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        if not data:
            self.now += STEP_S
        return data

    def write(self, data: bytes) -> None:
        self.heard.append(data)
        self._waiting += self.bend(self.chip.hear(data))

    def beat(self) -> None:
        self.beats += 1


def on_line(line: Line) -> Pn532:
    return Pn532(line, line.beat, lambda: line.now)


def awake(line: Line) -> Pn532:
    """A chip that was woken over this line."""
    chip = on_line(line)
    chip.wake()
    line.heard.clear()
    return chip
