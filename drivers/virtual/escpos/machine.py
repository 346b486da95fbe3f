"""The virtual printer itself: bytes in, status bytes and pictures out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import segno
from PIL import Image

from drivers.receipt import Align
from drivers.virtual.escpos.commands import Command, CommandParser
from drivers.virtual.escpos.letters import Chinese, decoded, unfinished
from drivers.virtual.escpos.paper import Paper
from drivers.virtual.escpos.real_time import RealTimeFilter
from drivers.virtual.escpos.typesetter import Style, Typesetter

BUFFER_BYTES = 4096
QR_DATA_MAX = 7089
ALIGN: tuple[Align, ...] = ("left", "center", "right")
LOW_DOTS = 1600


@dataclass
class Qr:
    """What GS ( k has set for the next code."""

    size: int = 3
    level: str = "L"
    data: bytes = b""


class Machine:
    """A printer with paper, a cover and a drawer. `on_piece` gets each piece that is cut off, `on_kick` each pulse.

    Without paper or with the cover open it prints nothing and keeps at most 4 kB, as printers do; it answers real-time
    questions all the same. Not safe for several threads.
    """

    def __init__(
        self,
        columns: int = 48,
        chinese: Chinese = "gb18030",
        on_piece: Callable[[Image.Image], None] = lambda _: None,
        on_kick: Callable[[], None] = lambda: None,
    ) -> None:
        self.paper = Paper(columns * 12)
        self.cover_open = False
        self.paper_low = False
        self.jammed = False
        self._chinese_letters: Chinese = chinese
        self._on_piece, self._on_kick = on_piece, on_kick
        self._real_time = RealTimeFilter(self._status, on_kick)
        self._parser = CommandParser()
        self._setter = Typesetter(self.paper)
        self._waiting = b""
        self._answers = b""
        self._letters = b""
        self._chinese, self._page = True, 0
        self._qr = Qr()
        self._commands: Mapping[bytes, Callable[[bytes], None]] = {
            b"\n": lambda _: self._setter.end_line(),
            b"\x18": lambda _: self._setter.drop(),
            b"\x1b@": lambda _: self._reset(),
            b"\x1ba": lambda data: self._align(data[0]),
            b"\x1bE": lambda data: self._set(bold=bool(data[0] & 1)),
            b"\x1b-": lambda data: self._set(underline=data[0] & 0x0F in (1, 2)),
            b"\x1b!": lambda data: self._mode(data[0]),
            b"\x1bt": lambda data: self._to_page(data[0]),
            b"\x1bd": lambda data: self._rows(data[0]),
            b"\x1bJ": lambda data: self.paper.feed(data[0]),
            b"\x1b2": lambda _: self._set(spacing=30),
            b"\x1b3": lambda data: self._set(spacing=data[0]),
            b"\x1bp": lambda _: self._on_kick(),
            b"\x1c&": lambda _: self._to_chinese(True),
            b"\x1c.": lambda _: self._to_chinese(False),
            b"\x1d!": lambda data: self._set(width=(data[0] >> 4 & 7) + 1, height=(data[0] & 7) + 1),
            b"\x1dB": lambda data: self._set(inverted=bool(data[0] & 1)),
            b"\x1dV": lambda data: self._cut(),
            b"\x1dr": lambda data: self._answer(data[0]),
            b"\x1dv": self._raster,
            b"\x1d(": self._code,
        }

    @property
    def prints(self) -> bool:
        return not (self.cover_open or self.no_paper or self.jammed)

    @property
    def no_paper(self) -> bool:
        return self.paper.left == 0

    def feed(self, data: bytes) -> int:
        """Take bytes from the cable; how many were taken. A printer that cannot print takes a buffer full."""
        room = len(data) if self.prints else max(0, BUFFER_BYTES - len(self._waiting))
        self._waiting += self._real_time.feed(data[:room])
        self.work()
        return min(room, len(data))

    def work(self) -> None:
        """Print what waits, as far as there is paper; to be called when paper was put in or the cover shut."""
        while self._waiting and self.prints:
            portion, self._waiting = self._waiting[:64], self._waiting[64:]
            for item in self._parser.feed(portion):
                self._do(item)

    def changed(self) -> None:
        """Somebody put in paper, took it out or moved the cover: tell it by automatic status, and print what waits."""
        paper = (0x03 if self._low else 0) | (0x0C if self.no_paper else 0)
        first = 0x10 | 0x08 * (not self.prints) | 0x20 * self.cover_open
        self._answers += bytes((first, 0x08 * self.jammed, paper, 0))
        self.work()

    def answers(self) -> bytes:
        """What it has said since it was asked last."""
        said, self._answers = self._answers, b""
        return said

    def power_off(self) -> None:
        """Switch it off: what it had not printed is lost."""
        self._waiting = self._answers = b""
        self._parser = CommandParser()
        self._reset()

    def _do(self, item: bytes | Command) -> None:
        if isinstance(item, bytes):
            self._text(item)
            return
        self._text(b"", last=True)
        do = self._commands.get(item.name)
        if do is not None:
            do(item.data)
        if self.paper.full:
            self._cut()

    def _text(self, data: bytes, last: bool = False) -> None:
        """A letter may come in two portions; a command ends it."""
        chinese = self._chinese_letters if self._chinese else None
        data = self._letters + data
        kept = 0 if last else unfinished(data, chinese)
        self._letters = data[len(data) - kept :]
        for letter, columns in decoded(data[: len(data) - kept], chinese, self._page):
            self._setter.put(letter, columns)

    def _reset(self) -> None:
        self._setter.drop()
        self._setter.style = Style()
        self._chinese, self._page, self._letters = True, 0, b""
        self._qr = Qr()

    def _set(self, **style: bool | int) -> None:
        for name, value in style.items():
            setattr(self._setter.style, name, value)

    def _align(self, number: int) -> None:
        self._setter.style.align = ALIGN[number % 48 % 3]

    def _mode(self, bits: int) -> None:
        self._set(
            bold=bool(bits & 8), height=2 if bits & 16 else 1, width=2 if bits & 32 else 1, underline=bool(bits & 128)
        )

    def _to_page(self, page: int) -> None:
        self._page = page

    def _to_chinese(self, on: bool) -> None:
        self._chinese = on

    def _rows(self, count: int) -> None:
        if self._setter.begun:
            self._setter.end_line()
        self.paper.feed(count * self._setter.style.spacing)

    def _cut(self) -> None:
        piece = self.paper.cut()
        if piece is not None:
            self._on_piece(piece)

    def _answer(self, question: int) -> None:
        paper = (0x03 if self._low else 0) | (0x0C if self.no_paper else 0)
        self._answers += bytes((paper if question % 48 == 1 else 0,))

    def _raster(self, data: bytes) -> None:
        width, height = int.from_bytes(data[2:4], "little"), int.from_bytes(data[4:6], "little")
        if data and width and height:
            image = Image.frombytes("1", (8 * width, height), bytes(byte ^ 0xFF for byte in data[6:])).convert("L")
            self._setter.picture(image)

    def _code(self, data: bytes) -> None:
        """GS ( k for QR codes: size, level, data, print."""
        if data[:1] != b"k" or data[3:4] != b"1":
            return
        match data[4:5]:
            case b"C":
                self._qr.size = max(1, min(16, data[5] if len(data) > 5 else 3))
            case b"E":
                self._qr.level = "LMQH"[data[5] % 48 % 4 if len(data) > 5 else 0]
            case b"P":
                self._qr.data = data[6 : 6 + QR_DATA_MAX]
            case b"Q":
                self._print_code()

    def _print_code(self) -> None:
        qr = self._qr
        try:
            matrix = segno.make(qr.data, error=qr.level, micro=False, boost_error=False).matrix
        except ValueError:
            return
        code = Image.new("L", (len(matrix), len(matrix)), 255)
        code.putdata([0 if dark else 255 for row in matrix for dark in row])
        self._setter.picture(code.resize((len(matrix) * qr.size,) * 2, Image.Resampling.NEAREST))

    @property
    def _low(self) -> bool:
        return self.paper_low or (self.paper.left is not None and self.paper.left < LOW_DOTS)

    def _status(self, question: int) -> None:
        """The answer to DLE EOT."""
        offline = not self.prints
        bits = {
            1: 0x08 * offline,
            2: 0x04 * self.cover_open | 0x20 * self.no_paper | 0x40 * self.jammed,
            3: 0x08 * self.jammed,
            4: 0x0C * self._low | 0x60 * self.no_paper,
        }
        self._answers += bytes((0x12 | bits[question],))
