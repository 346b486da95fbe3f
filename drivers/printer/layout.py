"""From words to rows that fit the paper: breaking, and columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from drivers.printer.letters import Letters
from drivers.receipt import Align, Cell, Columns, Rule, Text

RULES = {"single": "-", "double": "=", "dotted": "."}
GAP = 1
OPENING = "￥¥$€£（《「“([-+"  # no row ends with these
CLOSING = " ，。、：；！？）》」”,.:;!?)]%"  # and none begins with these


@dataclass(frozen=True)
class Row:
    """One row of cleaned text that fits; `width` and `height` are how many times larger its letters are."""

    text: str
    align: Align = "left"
    width: int = 1
    height: int = 1
    bold: bool = False


def rows(line: Text | Columns | Rule, letters: Letters, columns: int) -> Iterator[Row]:
    """The rows of one line on paper of so many columns. There is one at least."""
    match line:
        case Text():
            for words in broken(letters.clean(line.text), letters, max(2, columns // line.width)):
                yield Row(words, line.align, line.width, line.height, line.bold)
        case Columns():
            for text in _side_by_side(line.cells, letters, columns):
                yield Row(text, bold=line.bold)
        case Rule():
            yield Row(RULES[line.style] * columns)


def broken(text: str, letters: Letters, columns: int) -> list[str]:
    """`text` in rows of at most `columns`: between words, and anywhere between wide letters. `columns` is 2 or more."""
    found: list[str] = []
    row = ""
    for word in _words(text, letters):
        if letters.width(row + word.rstrip(" ")) > columns and row.strip(" "):
            found.append(row.rstrip(" "))
            row = ""
            word = word.lstrip(" ")
        row += word
        while letters.width(row.rstrip(" ")) > columns:
            head = _head(row, letters, columns)
            found.append(head)
            row = row[len(head) :]
    return [*found, row.rstrip(" ")]


def _words(text: str, letters: Letters) -> Iterator[str]:
    """Pieces that stay together: a word with the blanks behind it, or one wide letter with the mark that follows it."""
    piece = ""
    for letter in text:
        ends = piece.endswith(" ") and letter != " "
        wide = letters.width(letter) > 1 or (piece != "" and letters.width(piece[-1]) > 1)
        if piece and (ends or (wide and letter not in CLOSING and piece[-1] not in OPENING)):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _head(text: str, letters: Letters, columns: int) -> str:
    """As much of `text` as fits."""
    taken = 0
    for at, letter in enumerate(text):
        taken += letters.width(letter)
        if taken > columns:
            return text[:at]
    return text


def _side_by_side(cells: tuple[Cell, ...], letters: Letters, columns: int) -> Iterator[str]:
    texts = [letters.clean(cell.text) for cell in cells]
    widths = _widths(cells, [letters.width(text) for text in texts], columns)
    blocks = [broken(text, letters, width) for text, width in zip(texts, widths, strict=True)]
    for row in zip_longest(*blocks, fillvalue=""):
        placed = (_placed(*each, letters) for each in zip(row, widths, (cell.align for cell in cells), strict=True))
        yield (" " * GAP).join(placed).rstrip(" ")


def _widths(cells: tuple[Cell, ...], wanted: list[int], columns: int) -> list[int]:
    """How wide each cell is. Fixed ones get what they want while every cell keeps two columns."""
    left = columns - GAP * (len(cells) - 1)
    waiting = len(cells)
    widths = [0] * len(cells)
    for at, cell in enumerate(cells):
        if cell.share == 0:
            waiting -= 1
            widths[at] = max(2, min(max(wanted[at], cell.least), left - 2 * waiting))
            left -= widths[at]
    shares = sum(cell.share for cell in cells)
    for at, cell in enumerate(cells):
        if cell.share:
            waiting -= 1
            widths[at] = max(2, min(left * cell.share // shares, left - 2 * waiting))
            left, shares = left - widths[at], shares - cell.share
    return widths


def _placed(text: str, width: int, align: Align, letters: Letters) -> str:
    blank = max(0, width - letters.width(text))
    before = {"left": 0, "center": blank // 2, "right": blank}[align]
    return " " * before + text + " " * (blank - before)
