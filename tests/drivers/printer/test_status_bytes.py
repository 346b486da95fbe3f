"""Status bytes, by Epson's reference."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.printer.status_bytes import Condition, StatusParser

LIMITS = settings(
    derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x12", [("real_time", 0x12)]),
        (b"\x1a\x16\x72", [("real_time", 0x1A), ("real_time", 0x16), ("real_time", 0x72)]),
        (b"\x00\x0f", [("in_order", 0x00), ("in_order", 0x0F)]),
        (b"\x18\x00\x0c\x00", [("automatic", 0x18)]),
        (b"\x11\x13\xff", []),
        (b"\x18\x00\x12\x00", [("real_time", 0x12), ("in_order", 0x00)]),
        (b"\x10\x00\x00\x00\x03", [("automatic", 0x10), ("in_order", 0x03)]),
    ],
)
def test_each_byte_is_what_its_fixed_bits_say(data: bytes, said: list[tuple[str, int]]) -> None:
    assert list(StatusParser().feed(data)) == said
    parser = StatusParser()
    assert [each for byte in data for each in parser.feed(bytes((byte,)))] == said


@pytest.mark.parametrize(
    ("said", "code", "prints"),
    [
        ({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}, "device_ready", True),
        ({4: 0x1E}, "printer_paper_low", True),
        ({1: 0x1A, 2: 0x16}, "printer_cover_open", False),
        ({1: 0x1A, 2: 0x32, 4: 0x7E}, "printer_no_paper", False),
        ({4: 0x72}, "printer_no_paper", False),
        ({1: 0x1A, 2: 0x52, 3: 0x1A}, "printer_jammed", False),
        ({1: 0x1A, 3: 0x32}, "printer_jammed", False),
        ({1: 0x1A, 3: 0x52}, "printer_hot", False),
        ({1: 0x1A}, "printer_offline", False),
        ({}, "device_ready", True),
    ],
)
def test_the_cause_is_told_before_its_effect(said: dict[int, int], code: str, prints: bool) -> None:
    condition = Condition.of(said)
    assert (condition.code, condition.prints) == (code, prints)


@LIMITS
@given(st.lists(st.binary(max_size=20), max_size=10))
def test_portions_do_not_matter(portions: list[bytes]) -> None:
    parser = StatusParser()
    assert [each for portion in portions for each in parser.feed(portion)] == list(
        StatusParser().feed(b"".join(portions))
    )
