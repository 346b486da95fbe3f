"""Letters as bytes and columns, by what a printer has."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.printer.letters import Encoding, letters_of

LIMITS = settings(
    derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
ENCODINGS: list[Encoding] = ["gb18030", "big5", "raster", "cp437", "cp858", "cp866"]


@pytest.mark.parametrize(
    ("encoding", "text", "seen", "columns"),
    [
        ("gb18030", "茶 ¥5", "茶 ￥5", 6),
        ("gb18030", "naïve α", "na?ve α", 8),
        ("gb18030", "王䶮", "王䶮", 4),
        ("gb18030", "😀a\u200bb", "?ab", 3),
        ("big5", "繁體 ¥5", "繁體 ￥5", 8),
        ("big5", "简", "?", 1),
        ("cp858", "Käse €5 茶", "Käse €5 ?", 9),
        ("cp437", "5 € − 3…", "5 ? - 3...", 10),
        ("cp866", "Чай", "Чай", 3),
        ("raster", "茶 € 😀", "茶 € 😀", 7),
        ("raster", "e\u0301\u202e", "é", 1),
    ],
)
def test_what_is_seen_and_how_wide(encoding: Encoding, text: str, seen: str, columns: int) -> None:
    letters = letters_of(encoding)
    assert letters.clean(text) == seen
    assert letters.width(seen) == columns


@pytest.mark.parametrize("encoding", ENCODINGS)
@LIMITS
@given(text=st.text(max_size=80))
def test_any_text_can_be_printed_and_orders_nothing(encoding: Encoding, text: str) -> None:
    letters = letters_of(encoding)
    cleaned = letters.clean(text)
    assert letters.clean(cleaned) == cleaned
    assert min(letters.encode(cleaned), default=0x20) >= 0x20
