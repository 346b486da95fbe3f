"""How letters reach a printer: which bytes they are, and how many columns they take."""

from __future__ import annotations

import unicodedata
from typing import Literal, Protocol

Encoding = Literal[
    "gb18030", "big5", "raster", "cp437", "cp850", "cp852", "cp858", "cp860", "cp863", "cp865", "cp866", "cp1252"
]
CODECS = {"gb18030": "gb18030", "big5": "cp950"}  # Microsoft's Big5 is the one that printers have
UNKNOWN = "?"
_INVISIBLE = {"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Zl", "Zp"}
# Signs that the printers' own fonts lack, and what stands for them there.
_SAME = str.maketrans({"¥": "￥", "\u00a0": " ", "\u202f": " ", "−": "-", "–": "—"})
_SAME_NARROW = str.maketrans({"￥": "¥", "\u00a0": " ", "\u202f": " ", "−": "-", "—": "-", "–": "-", "…": "..."})


class Letters(Protocol):
    """One way to write text."""

    def clean(self, text: str) -> str:
        """`text` as it will be seen: what cannot be printed is left out, or replaced by a question mark."""

    def width(self, text: str) -> int:
        """Columns that the cleaned `text` takes."""

    def encode(self, text: str) -> bytes:
        """The bytes of the cleaned `text`."""


class WideLetters:
    """GB18030 or Big5: a letter of one byte takes one column, any other takes two, Greek and quotes too."""

    def __init__(self, codec: str) -> None:
        self._codec = codec

    def clean(self, text: str) -> str:
        return "".join(map(self._printable, _visible(text).translate(_SAME)))

    def width(self, text: str) -> int:
        return sum(1 if ord(letter) < 0x80 else 2 for letter in text)

    def encode(self, text: str) -> bytes:
        return text.encode(self._codec)

    def _printable(self, letter: str) -> str:
        """Printers know the letters of two bytes; of GB18030's four bytes at most Chinese characters."""
        try:
            length = len(letter.encode(self._codec))
        except UnicodeEncodeError:
            return UNKNOWN
        return letter if length <= 2 or unicodedata.category(letter) == "Lo" else UNKNOWN


class NarrowLetters:
    """A code page of 256 letters, each one column wide."""

    def __init__(self, codec: str) -> None:
        self._codec = codec

    def clean(self, text: str) -> str:
        plain = _visible(text).translate(_SAME_NARROW)
        return plain.encode(self._codec, "replace").decode(self._codec)

    def width(self, text: str) -> int:
        return len(text)

    def encode(self, text: str) -> bytes:
        return text.encode(self._codec)


class DrawnLetters:
    """Letters that are drawn here and sent as a picture: any that the font has."""

    def clean(self, text: str) -> str:
        return _visible(text)

    def width(self, text: str) -> int:
        return sum(map(letter_columns, text))

    def encode(self, text: str) -> bytes:
        return text.encode("ascii", "replace")


def letter_columns(letter: str) -> int:
    """Columns of a drawn letter: two if Unicode calls it wide (UAX #11)."""
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def letters_of(encoding: Encoding) -> Letters:
    if encoding == "raster":
        return DrawnLetters()
    return WideLetters(CODECS[encoding]) if encoding in CODECS else NarrowLetters(encoding)


def _visible(text: str) -> str:
    """Composed, and without what has no width or changes the direction: a printer cannot draw it."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _INVISIBLE)
