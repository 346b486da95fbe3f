"""The bytes of a receipt."""

from __future__ import annotations

import pytest
from PIL import Image

from drivers.errors import DeviceLost
from drivers.options import PaperOptions
from drivers.printer.composer import Composer
from drivers.printer.raster import BAND_ROWS, bands, harmless
from drivers.receipt import Cut, Qr, Receipt, Text


def made(*lines: Text | Qr | Cut, **options: object) -> bytes:
    return b"".join(Composer(PaperOptions.model_validate(options)).receipt(Receipt(lines)))


def test_it_begins_with_a_reset_and_ends_with_one_cut() -> None:
    for lines in ((Text("a"),), (Text("a"), Cut())):
        data = made(*lines)
        assert data.startswith(b"\x1b@")
        assert data.count(b"\x1dV") == 1
    assert b"\x1dV" not in made(Text("a"), cut="none")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, b"\x1c&"),
        ({"encoding": "gb18030"}, "茶".encode("gb18030") + b"\n"),
        ({"encoding": "big5"}, "茶".encode("big5") + b"\n"),
        ({"encoding": "cp858"}, b"\x1c.\x1bt\x13"),
        ({"encoding": "cp858", "code_page": 77}, b"\x1bt\x4d"),
        ({"encoding": "raster"}, b"\x1dv0\x00\x48\x00\x18\x00"),
    ],
)
def test_letters_are_sent_as_the_printer_has_them(options: dict[str, object], expected: bytes) -> None:
    assert expected in made(Text("茶"), **options)


def test_a_code_is_drawn_by_the_printer_or_here() -> None:
    assert b"\x1d(k" in made(Qr("x"))
    assert b"\x1d(k" not in made(Qr("x"), qr="raster")
    assert b"\x1dv0" in made(Qr("x"), qr="raster")


@pytest.mark.parametrize(("pin", "socket"), [(2, 0), (5, 1)])
def test_the_drawer_opens_at_once_also_when_nothing_is_printed(pin: int, socket: int) -> None:
    composer = Composer(PaperOptions.model_validate({"drawer_pin": pin}))
    assert composer.drawer(True)[:3] == b"\x1bp" + bytes((socket,))
    assert composer.drawer(False) == b"\x10\x14\x01" + bytes((socket, 1))


def test_pictures_are_sent_in_low_bands() -> None:
    sent = list(bands(Image.new("L", (576, 2 * BAND_ROWS + 1), 0)))
    assert [len(band) for band in sent] == [8 + 72 * BAND_ROWS, 8 + 72 * BAND_ROWS, 8 + 72]
    assert set(sent[0][8:]) == {0xFF}


def test_a_picture_never_orders_anything() -> None:
    data = harmless(b"\x10\x04\x01" + b"\x10\x14\x01\x00\x01" + b"\x10\x05\x01" + b"\x10\x10\x04")
    assert data == b"\x10\x0c\x01" + b"\x10\x1c\x01\x00\x01" + b"\x10\x0d\x01" + b"\x10\x10\x0c"


def test_a_font_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceLost) as lost:
        Composer(PaperOptions.model_validate({"encoding": "raster", "font": "/no/such.ttf"}))
    assert lost.value.params == {"library": "/no/such.ttf"}
