"""From a receipt to ESC/POS, by python-escpos; in pieces, between which a printer can be asked how it is.

The library takes a third of a second to load: this module is for drivers of printers alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from escpos.printer import Dummy

from drivers.options import PaperOptions
from drivers.printer.layout import Row, rows
from drivers.printer.letters import letters_of
from drivers.printer.raster import (
    BAND_ROWS,
    CELL,
    PITCH,
    QR_QUIET,
    bands,
    font_of,
    qr_image,
    qr_matrix,
    qr_size,
    row_image,
)
from drivers.receipt import Cut, Feed, Line, Qr, Receipt

CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
START = b"\x1b@"
ASK_IN_ORDER = b"\x1dr\x01"  # GS r 1: answered when all that was sent before it has been printed


class Composer:
    """Makes the bytes of receipts for one printer."""

    def __init__(self, options: PaperOptions) -> None:
        self._options = options
        self._letters = letters_of(options.encoding)
        self._font = font_of(options.font) if options.encoding == "raster" else None
        self._escpos = Dummy()
        self._dots = options.columns * CELL[0]

    def receipt(self, receipt: Receipt) -> Iterator[bytes]:
        """The receipt from the printer's reset to the cut, each piece a whole number of commands.

        Drawing takes its time, so it goes piece by piece. Raises ValueError for what cannot be printed: a code with
        more in it than a QR code holds.
        """
        yield START + self._coding()
        for line in receipt.lines:
            yield from self._line(line)
        if not isinstance(receipt.lines[-1], Cut):
            yield from self._line(Cut())

    def recovery(self) -> list[bytes]:
        """What brings a printer to its senses that was cut off within a receipt, and parts that from the next one.

        Blanks fill up a picture or a code that waits for the rest of itself; otherwise a printer passes over them.
        """
        longest = BAND_ROWS * ((self._dots + 7) // 8)
        return [bytes(longest), START, *self._line(Cut())]

    def drawer(self, prints: bool) -> bytes:
        """The pulse to the drawer at the printer's socket.

        A printer that does not print keeps the usual order (ESC p) until it does, and the drawer would open at any
        time; the real-time order (DLE DC4) is obeyed at once.
        """
        if prints:
            return self._made("cashdraw", self._options.drawer_pin)
        return b"\x10\x14\x01" + bytes((self._options.drawer_pin == 5, 1))

    def _line(self, line: Line) -> Iterator[bytes]:
        match line:
            case Qr():
                yield from self._qr(line)
            case Feed():
                yield b"\x1bd" + bytes((line.lines,))
            case Cut():
                yield self._cut()
            case _:
                for row in rows(line, self._letters, self._options.columns):
                    yield from self._row(row)

    def _row(self, row: Row) -> Iterator[bytes]:
        if self._font is not None:
            yield from bands(row_image(row, self._dots, self._font))
            return
        style = self._made("set", align=row.align, bold=row.bold, custom_size=True, width=row.width, height=row.height)
        spacing, usual = (b"\x1b3" + bytes((PITCH * row.height,)), b"\x1b2") if row.height > 1 else (b"", b"")
        yield style + spacing + self._letters.encode(row.text) + b"\n" + usual

    def _qr(self, qr: Qr) -> Iterator[bytes]:
        matrix = qr_matrix(qr)
        size = qr_size(qr, len(matrix), self._dots)
        if self._options.qr == "raster":
            yield from bands(qr_image(matrix, size, qr.align, self._dots))
            return
        align = self._made("set", align=qr.align)
        white = b"\x1bJ" + bytes((QR_QUIET * size,))
        yield align + white + self._made("qr", qr.data, ec="LMQH".index(qr.level), size=size, native=True) + b"\n"

    def _coding(self) -> bytes:
        encoding, page = self._options.encoding, self._options.code_page
        if encoding in ("gb18030", "big5"):
            return CHINESE_ON
        if encoding == "raster":
            return b""
        number = page if page is not None else int(self._escpos.profile.get_code_pages()[encoding.upper()])
        return CHINESE_OFF + b"\x1bt" + bytes((number,))

    def _cut(self) -> bytes:
        if self._options.cut == "none":
            return b"\x1bd\x06"
        return self._made("cut", mode={"partial": "PART", "full": "FULL"}[self._options.cut])

    def _made(self, command: str, *arguments: Any, **named: Any) -> bytes:
        """What the library would send for one of its commands."""
        self._escpos.clear()
        getattr(self._escpos, command)(*arguments, **named)
        made: bytes = self._escpos.output
        return made
