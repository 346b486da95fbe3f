"""One code as it was read: its text, its AIM identifier, and whether it may be used at all. Pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Fault = Literal["scan_noisy", "scan_too_long", "scan_unended"]
FORGET_MS = 1000  # what has no end after so much silence is left out, and what still comes of it, up to its end, too
ANEW_MS = 10_000  # after so much silence nothing of it comes any more: the next byte or stroke begins a code

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424: symbology and modifier before the code
_NOISE = re.compile(r"[^ -~\x1d\x1e\x04\u00a0-\U0010ffff]")  # GS, RS and EOT are part of GS1 and ISO/IEC 15434 codes


class Code(NamedTuple):
    """`aim` is the identifier that stood before the text, such as "]C1", or "" where there was none."""

    text: str
    aim: str = ""

    def __repr__(self) -> str:
        """Without the text: it may be anybody's."""
        return f"Code(aim={self.aim!r})"


def read_code(text: str, chars_max: int, strip_aim: bool = True) -> Code | Fault | None:
    """The code that `text` is, the fault that it has, or None for nothing.

    A text with noise in it or longer than `chars_max` is a fault as a whole: a damaged number must not become another
    number. With `strip_aim` the identifier goes from the text into `aim`; without it the text stays as it is.
    """
    if len(text) > chars_max:
        return "scan_too_long"
    if _NOISE.search(text):
        return "scan_noisy"
    found = _AIM.match(text) if strip_aim else None
    code = Code(text[found.end() :], found[0]) if found else Code(text)
    return code if code.text else None
