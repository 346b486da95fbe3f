"""What a printer prints, as data: lines from top to bottom. How they look is for the printer to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

LINES_MAX = 200
WORDS_CHARS_MAX = 500
CELLS_MAX = 6
QR_CHARS_MAX = 500

Align = Literal["left", "center", "right"]
# No control characters: a printer would obey them.
Words = Annotated[str, Field(max_length=WORDS_CHARS_MAX, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Times = Annotated[int, Field(ge=1, le=4)]


@dataclass(frozen=True, slots=True)
class Text:
    """Words that are broken to the paper's width. `width` and `height` are how many times larger the letters are."""

    text: Words
    align: Align = "left"
    width: Times = 1
    height: Times = 1
    bold: bool = False
    line: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """Words in a column. With `share` 0 it is as wide as its words, and `least` narrow letters wide, so that it
    stays in line with those above and below; the others share what is left, by their shares.
    """

    text: Words
    align: Align = "left"
    share: Annotated[int, Field(ge=0, le=100)] = 0
    least: Annotated[int, Field(ge=0, le=32)] = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells side by side with a blank between them, such as name, number and price."""

    cells: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=CELLS_MAX)]
    bold: bool = False
    line: Literal["columns"] = "columns"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    style: Literal["single", "double", "dotted"] = "single"
    line: Literal["rule"] = "rule"


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, its modules `size` dots wide; a smaller size is taken where the paper is too narrow."""

    data: Annotated[str, Field(min_length=1, max_length=QR_CHARS_MAX, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
    size: Annotated[int, Field(ge=2, le=12)] = 6
    level: Literal["L", "M", "Q", "H"] = "M"
    align: Align = "center"
    line: Literal["qr"] = "qr"


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: Annotated[int, Field(ge=1, le=20)] = 1
    line: Literal["feed"] = "feed"


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of a piece of paper; a receipt is cut at its end without it, too."""

    line: Literal["cut"] = "cut"


Line = Annotated[Text | Columns | Rule | Qr | Feed | Cut, Field(discriminator="line")]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The lines of one receipt."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=LINES_MAX)]
