"""Known answers of stripes: whether a text is a track, and patterns for tracks against our own reading."""

from __future__ import annotations

from typing import Any

from terminal.bench.known_answers.given import Given
from terminal.bench.known_answers.judge import Agrees, Facts
from terminal.bench.known_answers.patterns import searched
from terminal.codes.magstripe import read_track

_PATTERN_MAX = 200
_NUMBER, _NAME, _REST = "6011000990139424", "MEMBER/TEST", "0000000000"
_FIRST = f"%B{_NUMBER}^{_NAME}^9912101{_REST}?"
_SECOND = f";{_NUMBER}=9912101{_REST}?"
_BENT = (  # the same change of both tracks: what is replaced, and by what
    (_NUMBER, ""),
    (_NUMBER, "6"),
    (_NUMBER, _NUMBER + "123"),
    (_NUMBER, _NUMBER + "1234"),
    (_NUMBER, _NUMBER + "A"),
    (_REST, ""),
    (_REST, "a b"),
    ("?", ""),
    ("?", "??"),
    ("%", ""),
    (";", ""),
    ("%B", "%A"),
    ("%B", "%Z"),
    ("%B", "%@"),
    ("%B", "%["),
    ("%B", "%b"),
    ("%B", "%"),
    ("%B", "x%B"),
    (_NAME, "M"),
    (_NAME, "MT"),
    (_NAME, "M" * 26),
    (_NAME, "M" * 27),
    (_NAME, "M^T"),
    ("^9912", "^^"),
    ("=9912", "=="),
    ("^9912101", "^^^"),
    ("=9912101", "==="),
    ("9912101" + _REST, "9912^" + _REST),
    ("9912101" + _REST, "9912=" + _REST),
    ("9912101" + _REST, "991210"),
    ("9912101" + _REST, "991"),
    ("9912101" + _REST, "99A2101"),
    ("9912101" + _REST, "991210A"),
)


def _text(given: Given) -> str:
    return given.text("track1" if "track1" in given else "track2")


def _pattern(given: Given) -> Agrees:
    """The fact that a pattern takes and leaves the given text and bent tracks of its kind as we do."""
    whole = _FIRST if "track1" in given else _SECOND
    texts = [_text(given), whole, *(whole.replace(old, new) for old, new in _BENT)]
    return Agrees(lambda pattern: _agrees(texts, pattern))


def _agrees(texts: list[str], pattern: Any) -> bool:
    if not isinstance(pattern, str) or len(pattern) > _PATTERN_MAX:
        return False
    return searched(pattern, texts) == [read_track(text) is not None for text in texts]


TRACKS: Facts = {
    "matches": lambda given: read_track(_text(given)) is not None,
    "regex": _pattern,
}
