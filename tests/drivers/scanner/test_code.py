"""One code: its text, its identifier, its faults."""

from __future__ import annotations

import pytest

from drivers.scanner.code import Code, Fault, read_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("690", Code("690")),
        ("]E0690", Code("690", "]E0")),
        ("]C10106901234567892\x1d10AB", Code("0106901234567892\x1d10AB", "]C1")),
        ("会员 12", Code("会员 12")),
        ("[)>\x1e06\x1dX\x1e\x04", Code("[)>\x1e06\x1dX\x1e\x04")),
        ("]E0", None),
        ("", None),
        ("69\x000", "scan_noisy"),
        ("69\x7f0", "scan_noisy"),
        ("]E0" + "7" * 28, "scan_too_long"),
    ],
)
def test_what_a_text_is(text: str, code: Code | Fault | None) -> None:
    assert read_code(text, 30) == code


def test_a_long_text_is_one_code_or_none() -> None:
    assert read_code("7" * 20, 20) == Code("7" * 20)
    assert read_code("]E0" + "7" * 17, 20) == Code("7" * 17, "]E0")
