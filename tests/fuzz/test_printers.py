"""Printers say anything, and anything is sent to the virtual one: nothing raises, nothing grows without bound."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from drivers.printer.status_bytes import AUTOMATIC_BYTES, StatusParser
from drivers.virtual.escpos.commands import DATA_BYTES_MAX, LIST_BYTES_MAX, CommandParser
from drivers.virtual.escpos.machine import Machine
from drivers.virtual.escpos.real_time import RealTimeFilter

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
# Bytes that mean something come more often than by chance.
TELLING = bytes((0x1B, 0x1C, 0x1D, 0x10, 0x04, 0x14, 0x0A, 0, 1, 3, 0x31, 0x30, 0xFF, 0x81, *b"@!aEdJtp*vVr(kPQC&."))


def streams(seed: str) -> Iterator[list[bytes]]:
    """Streams in portions, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(TRIES):
        data = bytes(chance.choice(TELLING) if chance.random() < 0.7 else chance.randrange(256) for _ in range(80))
        cuts = sorted(chance.randrange(len(data)) for _ in range(3))
        yield [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def test_a_printer_may_say_anything() -> None:
    for portions in streams("status"):
        parser = StatusParser()
        said = [each for portion in portions for each in parser.feed(portion)]
        assert said == list(StatusParser().feed(b"".join(portions)))
        assert len(said) <= 80
        assert parser._rest < AUTOMATIC_BYTES


def test_the_stream_to_a_printer_is_cut_the_same_in_any_portions() -> None:
    for portions in streams("commands"):
        parser = CommandParser()
        found = [each for portion in portions for each in parser.feed(portion)]
        whole = list(CommandParser().feed(b"".join(portions)))
        assert [each for each in found if not isinstance(each, bytes)] == [
            each for each in whole if not isinstance(each, bytes)
        ]
        assert b"".join(each for each in found if isinstance(each, bytes)) == b"".join(
            each for each in whole if isinstance(each, bytes)
        )
        assert len(parser._rest) <= DATA_BYTES_MAX + LIST_BYTES_MAX


def obeyed(portions: list[bytes]) -> tuple[bytes, list[int]]:
    """What is left of a stream, and the questions (0 for the drawer) that were taken out of it."""
    asked: list[int] = []
    orders = RealTimeFilter(asked.append, lambda: asked.append(0))
    return b"".join(orders.feed(portion) for portion in portions), asked


def test_real_time_orders_are_found_in_any_portions() -> None:
    for portions in streams("real time"):
        assert obeyed(portions) == obeyed([b"".join(portions)])


@pytest.mark.parametrize("columns", [24, 48])
def test_the_virtual_printer_lives_through_anything(columns: int) -> None:
    pieces = []
    machine = Machine(columns, on_piece=pieces.append)
    for number, portions in enumerate(streams(f"machine {columns}")):
        machine.cover_open = number % 7 == 0
        for portion in portions:
            assert 0 <= machine.feed(portion) <= len(portion)
        machine.changed()
        assert len(machine.answers()) < 1000
        pieces.clear()
    machine.cover_open = machine.jammed = False
    machine.power_off()
    machine.feed(b"\x1b@alive\n\x1dV\x00")
    assert len(pieces) == 1
