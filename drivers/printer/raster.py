"""Drawing rows of text and QR codes as dots, for printers that have no such letters or codes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from drivers.errors import DeviceLost
from drivers.printer.layout import Row
from drivers.printer.letters import DrawnLetters, letter_columns
from drivers.receipt import Align, Qr

CELL = (12, 24)  # dots of a narrow letter; a wide one has twice the width
PITCH = 30  # dots from row to row
BAND_ROWS = 24  # a picture is sent in bands, so that what is left of one after a broken line is little
QR_QUIET = 4  # modules of white around a code (ISO/IEC 18004)
FONTS = (
    (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 7),  # the monospaced face for Simplified Chinese
    (Path("/usr/share/fonts/opentype/noto/NotoSansMonoCJK-Regular.ttc"), 0),
    (Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"), 0),
    (Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"), 0),
)
Font = ImageFont.FreeTypeFont


def font_of(path: Path | None) -> Font:
    """The font at `path`, or the first that is installed. Raises DeviceLost with what to install."""
    for place, index in ((path, 0),) if path is not None else FONTS:
        try:
            return ImageFont.truetype(str(place), CELL[1] - 2, index=index)
        except OSError:
            continue
    raise DeviceLost("driver_unavailable", library=str(path) if path is not None else "fonts-noto-cjk")


def row_image(row: Row, dots: int, font: Font) -> Image.Image:
    """A row as black (0) on white, `dots` wide. Each letter stands in the middle of its cell."""
    wide, high = CELL
    text = Image.new("L", (max(1, DrawnLetters().width(row.text)) * wide, PITCH), 255)
    pen, left = ImageDraw.Draw(text), 0
    for letter in row.text:
        room = letter_columns(letter) * wide
        at = (left + room / 2, high - 3)
        for shift in (0, 1) if row.bold else (0,):  # bold is struck twice, as printers do it
            pen.text((at[0] + shift, at[1]), letter, font=font, fill=0, anchor="ms")
        left += room
    if row.width > 1 or row.height > 1:
        text = text.resize((text.width * row.width, text.height * row.height), Image.Resampling.LANCZOS)
    return placed(text.point(lambda level: 255 if level > 140 else 0), row.align, dots)


def qr_matrix(qr: Qr) -> list[bytes]:
    """The code's modules, 1 for dark. Raises ValueError when it holds too much."""
    mode = None if qr.data.isascii() else "byte"  # as printers hold it: UTF-8, not Shift JIS
    code = segno.make(qr.data, error=qr.level, mode=mode, encoding="utf-8", micro=False, boost_error=False)
    return [bytes(row) for row in code.matrix]


def qr_size(qr: Qr, modules: int, dots: int) -> int:
    """Dots of a module: as many as asked for, or as fit the paper with the white around. A code fits at least once."""
    return max(1, min(qr.size, dots // (modules + 2 * QR_QUIET)))


def qr_image(matrix: list[bytes], size: int, align: Align, dots: int) -> Image.Image:
    """The code with its white border on paper of that width."""
    side = len(matrix) + 2 * QR_QUIET
    code = Image.new("L", (side, side), 255)
    for y, modules in enumerate(matrix):
        for x, dark in enumerate(modules):
            if dark:
                code.putpixel((x + QR_QUIET, y + QR_QUIET), 0)
    return placed(code.resize((side * size, side * size), Image.Resampling.NEAREST), align, dots)


def placed(image: Image.Image, align: Align, dots: int) -> Image.Image:
    """`image` on paper of that width."""
    blank = max(0, dots - image.width)
    paper = Image.new("L", (dots, image.height), 255)
    paper.paste(image, ({"left": 0, "center": blank // 2, "right": blank}[align], 0))
    return paper


def bands(image: Image.Image) -> Iterator[bytes]:
    """The commands (GS v 0) that print `image`, band after band."""
    width = (image.width + 7) // 8
    for top in range(0, image.height, BAND_ROWS):
        band = image.crop((0, top, width * 8, min(top + BAND_ROWS, image.height)))
        black = band.point(lambda level: 0 if level > 127 else 255).convert("1")
        header = b"\x1dv0\0" + width.to_bytes(2, "little") + band.height.to_bytes(2, "little")
        yield header + harmless(black.tobytes())


def harmless(dots: bytes) -> bytes:
    """`dots` without what a printer would obey at once though it is part of a picture (DLE EOT, ENQ and DC4).

    One dot more in each such place is not seen; a drawer that opens because of a picture is.
    """
    for order in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        dots = dots.replace(order, bytes((0x10, order[1] | 0x08)))
    return dots
