"""The virtual printer: what it understands, what it answers, and what it draws."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
import zxingcpp
from PIL import Image

from drivers.virtual.escpos.commands import DATA_BYTES_MAX, Command, CommandParser
from drivers.virtual.escpos.machine import BUFFER_BYTES, Machine
from drivers.virtual.escpos.paper import HEIGHT_MAX, MARGIN

CUT = b"\x1dV\x00"
QR = b"\x1d(k\x03\x001C\x06" + b"\x1d(k\x03\x001E1" + b"\x1d(k\x08\x001P0hello" + b"\x1d(k\x03\x001Q0"


def printed(*portions: bytes, columns: int = 48) -> list[Image.Image]:
    pieces: list[Image.Image] = []
    machine = Machine(columns, on_piece=pieces.append)
    for portion in portions:
        assert machine.feed(portion) == len(portion)
    return pieces


def ink(piece: Image.Image) -> tuple[int, int, int, int]:
    """The box of what is black, from the paper's upper left corner."""
    box = piece.point(lambda level: 255 - level).getbbox()
    assert box is not None
    return box[0] - MARGIN, box[1] - MARGIN, box[2] - MARGIN, box[3] - MARGIN


def test_text_becomes_a_picture_as_wide_as_the_paper() -> None:
    (piece,) = printed(b"Hello\n" + CUT)
    assert piece.width == 576 + 2 * MARGIN
    left, top, right, bottom = ink(piece)
    assert (left < 12, right <= 5 * 12, top >= 0, bottom <= 30) == (True, True, True, True)


@pytest.mark.parametrize(("order", "least"), [(b"\x1ba\x00", 0), (b"\x1ba\x01", 250), (b"\x1ba\x02", 500)])
def test_alignment(order: bytes, least: int) -> None:
    left, *_ = ink(printed(order + b"Hello\n" + CUT)[0])
    assert least <= left < least + 40


def test_letters_grow_and_chinese_ones_are_wide() -> None:
    plain, large, chinese = (
        ink(printed(text + b"\n" + CUT)[0]) for text in (b"MM", b"\x1d!\x11MM", "茶茶".encode("gb18030"))
    )
    assert large[2] > 1.8 * plain[2]
    assert large[3] > 1.5 * plain[3]
    assert chinese[2] > 1.5 * plain[2]


def test_a_line_that_is_too_long_goes_on_below() -> None:
    assert ink(printed(b"x" * 49 + b"\n" + CUT)[0])[3] > 30


def test_a_letter_may_come_in_two_portions() -> None:
    data = "茶".encode("gb18030") + b"\n" + CUT
    whole = printed(data)[0]
    assert printed(*(data[at : at + 1] for at in range(len(data))))[0].tobytes() == whole.tobytes()


def test_a_code_can_be_read() -> None:
    assert [code.text for code in zxingcpp.read_barcodes(printed(QR + b"\n" + CUT)[0])] == ["hello"]


def test_a_picture_is_drawn_dot_for_dot() -> None:
    (piece,) = printed(b"\x1dv0\x00\x01\x00\x02\x00\xf0\x0f" + CUT)
    dots = piece.crop((MARGIN, MARGIN, MARGIN + 8, MARGIN + 2)).point(lambda level: 1 if level == 0 else 0)
    assert list(dots.tobytes()) == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_empty_paper_is_no_receipt() -> None:
    assert printed(b"\n\n" + CUT) == []


def test_it_answers_at_once_without_paper_and_prints_later() -> None:
    pieces: list[Image.Image] = []
    machine = Machine(on_piece=pieces.append)
    machine.paper.left = 0
    assert machine.feed(b"a\x10\x04\x02\n" + CUT + b"\x1dr\x01") == 11
    assert (machine.answers(), pieces) == (b"\x32", [])
    machine.paper.left = None
    machine.work()
    assert (machine.answers(), len(pieces)) == (b"\x00", 1)


@pytest.mark.parametrize(
    ("prepare", "answers"),
    [
        ("", b"\x12\x12\x12\x12"),
        ("cover_open", b"\x1a\x16\x12\x12"),
        ("jammed", b"\x1a\x52\x1a\x12"),
        ("paper_low", b"\x12\x12\x12\x1e"),
    ],
)
def test_its_status_is_epsons(prepare: str, answers: bytes) -> None:
    machine = Machine()
    if prepare:
        setattr(machine, prepare, True)
    machine.feed(b"".join(b"\x10\x04" + bytes((n,)) for n in (1, 2, 3, 4)))
    assert machine.answers() == answers


def test_a_drawer_opens_once_for_each_pulse_also_within_a_picture() -> None:
    kicks = itertools.count()
    machine = Machine(on_kick=lambda: next(kicks) and None)
    machine.feed(b"\x1bp\x00\x19\xff")
    machine.feed(b"\x10\x14")
    machine.feed(b"\x01\x00\x01")
    machine.feed(b"\x1dv0\x00\x05\x00\x01\x00\x10\x14\x01\x00\x01")
    assert next(kicks) == 3


def test_without_paper_it_takes_a_buffer_full() -> None:
    machine = Machine()
    machine.cover_open = True
    assert machine.feed(b"x" * 3 * BUFFER_BYTES) == BUFFER_BYTES
    assert machine.feed(b"x") == 0


def test_paper_without_a_cut_is_cut_before_it_fills_the_memory() -> None:
    pieces = printed(b"x\n" * (HEIGHT_MAX // 30 + 10))
    assert len(pieces) == 1
    assert pieces[0].height <= HEIGHT_MAX + 2 * MARGIN + 30


@pytest.mark.parametrize("data", [b"\x1b3\xff\x1bd\xff", b"\x1dv0\x00\x01\x00\xf0\xff" + b"\xaa" * 0xFFF0])
def test_one_order_cannot_fill_the_memory(data: bytes) -> None:
    tracemalloc.start()
    try:
        printed(b"x\n" + data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    pieces = printed(b"x\n" + data)
    assert sum(piece.height for piece in pieces) <= HEIGHT_MAX + 2 * MARGIN + 60
    assert peak < 32 * 1024 * 1024


@pytest.mark.parametrize(
    ("data", "items"),
    [
        (b"ab\x1ba\x01c", [b"ab", Command(b"\x1ba", b"\x01"), b"c"]),
        (b"\x1b\x01x", [Command(b"\x1b\x01"), b"x"]),
        (b"\x00\x07a", [b"a"]),
        (b"\x1dk\x02690\x00a", [Command(b"\x1dk", b"\x02690\x00"), b"a"]),
        (b"\x1dkI\x03abcd", [Command(b"\x1dk", b"I\x03abc"), b"d"]),
        (b"\x1b*\x21\x01\x00abcd", [Command(b"\x1b*", b"\x21\x01\x00abc"), b"d"]),
        (b"\x1bD\x08\x10\x00a", [Command(b"\x1bD", b"\x08\x10\x00"), b"a"]),
        (b"\x1dVB\x00a", [Command(b"\x1dV", b"B\x00"), b"a"]),
        (b"\x1b", []),
        (b"\x1dv0\x00\xff\xff\xff\xffa", [Command(b"\x1dv"), b"0", b"\xff\xff\xff\xffa"]),
    ],
)
def test_the_stream_is_cut_into_text_and_commands(data: bytes, items: list[bytes | Command]) -> None:
    assert list(CommandParser().feed(data)) == items
    assert DATA_BYTES_MAX < 0xFFFF * 0xFFFF
