"""Setting letters into the line that a virtual printer prints next."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw, ImageFont

from drivers.printer.raster import CELL, FONTS
from drivers.receipt import Align
from drivers.virtual.escpos.paper import HEIGHT_MAX, Paper

SPACING = 30
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass
class Style:
    """How the next letters look, since the printer's last reset."""

    align: Align = "left"
    width: int = 1
    height: int = 1
    bold: bool = False
    underline: bool = False
    inverted: bool = False
    spacing: int = SPACING


@dataclass
class Typesetter:
    """Letters gather in a line; one that does not fit begins the next."""

    paper: Paper
    style: Style = field(default_factory=Style)

    def __post_init__(self) -> None:
        self._font = _font()
        self._letters: list[Image.Image] = []
        self._width = 0

    @property
    def begun(self) -> bool:
        """Whether there are letters in the line."""
        return bool(self._letters)

    def put(self, letter: str, columns: int) -> None:
        """Set one letter, two columns wide if it is a wide one."""
        image = self._drawn(letter, columns)
        if self._width + image.width > self.paper.dots:
            self.end_line()
        self._letters.append(image)
        self._width += image.width

    def end_line(self) -> None:
        """Print the line; an empty one is an empty row."""
        high = max((letter.height for letter in self._letters), default=0)
        line = Image.new("L", (self.paper.dots, max(high, self.style.spacing)), 255)
        blank = max(0, self.paper.dots - self._width)
        left = {"left": 0, "center": blank // 2, "right": blank}[self.style.align]
        for letter in self._letters:
            line.paste(letter, (left, high - letter.height))
            left += letter.width
        self.drop()
        self.paper.put(line)

    def drop(self) -> None:
        """Forget the line."""
        self._letters, self._width = [], 0

    def picture(self, image: Image.Image) -> None:
        """Print a picture at its place in the line's alignment, after what was set so far."""
        if self._letters:
            self.end_line()
        blank = max(0, self.paper.dots - image.width)
        strip = Image.new("L", (self.paper.dots, min(image.height, HEIGHT_MAX)), 255)
        strip.paste(image, ({"left": 0, "center": blank // 2, "right": blank}[self.style.align], 0))
        self.paper.put(strip)

    def _drawn(self, letter: str, columns: int) -> Image.Image:
        style, (wide, high) = self.style, CELL
        cell = Image.new("L", (wide * columns, high), 255)
        pen = ImageDraw.Draw(cell)
        for shift in (0, 1) if style.bold else (0,):  # bold is struck twice
            pen.text((wide * columns / 2 + shift, high - 4), letter, font=self._font, fill=0, anchor="ms")
        if style.underline:
            pen.line((0, high - 1, cell.width, high - 1), fill=0)
        cell = cell.point(lambda level: 255 if level > 150 else 0)
        if style.width > 1 or style.height > 1:
            cell = cell.resize((cell.width * style.width, cell.height * style.height), Image.Resampling.NEAREST)
        return ImageChops.invert(cell) if style.inverted else cell


def _font() -> Font:
    """A system font, or Pillow's own, which has no Chinese letters."""
    for place, index in FONTS:
        try:
            return ImageFont.truetype(str(place), CELL[1] - 2, index=index)
        except OSError:
            continue
    return ImageFont.load_default(CELL[1] - 4)
