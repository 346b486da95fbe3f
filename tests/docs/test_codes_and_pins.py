"""docs/codes-and-pins.md: sizes and limits are those of the code."""

from __future__ import annotations

from cards import certificate, member_code, pin
from cards.pin_attempts import DAY_MS, MINUTE_MS, USUAL
from cards.pin_cost import FLOOR, LEAST_MS, MIB, MOST_MS
from cards.uid import UID_BYTES
from tests.docs.tables import DOCS, table

PAGE = (DOCS / "codes-and-pins.md").read_text("utf-8")
FIELDS = table("codes-and-pins.md", "| bytes | what |")
WRONG = table("codes-and-pins.md", "| wrong guesses since the last right one | what happens |")
LIMITS = table("codes-and-pins.md", "| limit | what is counted |")


def test_the_bytes_of_a_code_are_those_shown() -> None:
    sizes = [int(size) for size, _ in FIELDS]
    assert sizes == [1, 1, 8, 4, 2, 5, 64]
    assert sum(sizes) == member_code.TOKEN_BYTES
    assert f"base45 of {member_code.TOKEN_BYTES} bytes" in PAGE


def test_the_bytes_of_a_certificate_are_those_shown() -> None:
    least = certificate.MOST_BYTES - max(UID_BYTES) + min(UID_BYTES)
    assert f"{least} to {certificate.MOST_BYTES} bytes" in PAGE


def test_waits_and_the_lock_are_those_shown() -> None:
    assert [(int(wrong), said.split()[0]) for wrong, said in WRONG] == [(3, "60"), (5, "15"), (10, "locked,")]
    assert USUAL.waits == ((3, 60 * 1000), (5, 15 * MINUTE_MS))
    assert USUAL.locked == 10


def test_limits_are_those_shown() -> None:
    assert [limit for limit, _ in LIMITS] == ["5 in 24 hours", "20 in 15 minutes, 100 in 24 hours"]
    assert USUAL.offline_day == 5
    assert USUAL.terminal == ((20, 15 * MINUTE_MS), (100, DAY_MS))


def test_what_is_said_of_pins_holds() -> None:
    assert f"{pin.USUAL.least} to {pin.USUAL.most} digits" in PAGE
    assert f"{LEAST_MS} to {MOST_MS} ms" in PAGE
    assert f"{FLOOR.memory_kib // MIB} MiB and {FLOOR.passes} passes" in PAGE
