"""Readers of what wires and input devices bring: streams in pieces, after which the next thing must still be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import get_args

from cards import crc
from cards.atr import Kind, card_type
from cards.errors import ProofFailed
from cards.ev1_session import STATUS_OK, without_crc
from cards.sun import SunError
from cards.tamper import tamper_status
from drivers.card_reader.pn532_frames import ACK, DATA_MAX, NACK, Pn532Frame, Pn532Parser, frame
from drivers.card_reader.pn532_target import read_target
from drivers.card_reader.reader_identity import CHANNEL_ID, SERIAL_CHARS_MAX, VENDOR_IFD_SERIAL_NO, ask_identity
from drivers.card_reader.typed_uid import Format, Order, TypedUid
from drivers.card_reader.uid import uid_of
from drivers.printer.status_bytes import StatusParser
from drivers.scanner import ssi
from drivers.scanner.code import ANEW_MS, Code
from drivers.scanner.lines import LineParser, Suffix
from drivers.scanner.ssi import DECODER, Op
from drivers.scanner.ssi_host import SsiHost
from tests.contracts.beds.played import PlayedPcsc
from tests.fuzz.readers import Reader

WATER = b"6901234567892"
CHARS_MAX = 30
PN532_WHOLE = b"\xd5\x03\x32"
ENDS = {"lf": b"\n", "crlf": b"\r\n"}
PASSIVE_TARGET = bytes.fromhex("D54B010100440007" + "04A1B2C3D4E5F6" + "067577810280")
STATUS_BYTES = bytes.fromhex("12 16 1000000F 14000C0F 72")


def stream_readers() -> Iterator[Reader]:
    """What none of them may do is to lose the next thing, to grow, or to raise; most never refuse."""
    frames = (ACK + frame(PASSIVE_TARGET), NACK + frame(bytes(DATA_MAX)) + b"\0\0\xff\x01")
    yield Reader("pn532 stream", tuple(b"\x07" + each for each in frames), _pn532, ())
    yield Reader("pn532 target", (PASSIVE_TARGET[1:], PASSIVE_TARGET), _target, ())
    decoded = ssi.frame(Op.DECODE_DATA, DECODER, 0, b"\x0b" + WATER)
    yield Reader("ssi stream", (b"\x05" + decoded + decoded, b"\x40\x04\xd0\x04\x00\xff\x28"), _ssi, ())
    for suffix in get_args(Suffix):
        lines = (b"\x04]E0" + WATER + b"\r\n" + WATER, b"\x40]C1011234\x1d21ab\n")
        yield Reader(f"serial stream, {suffix}", lines, partial(_lines, suffix), ())
    yield Reader("printer's status", (b"\x03" + STATUS_BYTES,), _status, ())
    yield Reader("seal", (b"CO", b"OO"), tamper_status, (SunError,))
    yield Reader("kind of a card", (bytes.fromhex("3B8180018080"),), _kind, ())
    yield Reader("uid of an answer", (bytes.fromhex("04A1B2C3D4E5F69000"),), _uid, ())
    yield Reader("ev1 data with its crc", (b"text" + crc.crc32(b"text" + STATUS_OK) + bytes(8),), _crc, (ProofFailed,))
    named = b"OMNIKEY 5022 [Reader] (0A1) 00 00"
    yield Reader("reader's identity", (b"\x05" + named, b"\x08\x07\x01\x20\x00 (77) 01 00"), _identity, ())
    yield Reader("typed uid", (b"04A1B2C3D4E5F6", b"2747000000", b"04:A1:B2:C3"), _typed_uid, ())


def portions(data: bytes) -> list[bytes]:
    """A stream in pieces: its first byte says how long they are."""
    size = 1 + (data[0] % 64 if data else 0)
    return [data[at : at + size] for at in range(1, len(data), size)]


def _bounded(code: Code) -> bool:
    return 1 <= len(code.text) <= CHARS_MAX and not set(code.text) & {chr(c) for c in range(32) if c not in {4, 29, 30}}


def _pn532(data: bytes) -> object:
    parser = Pn532Parser()
    for piece in portions(data):
        assert all(len(found.data) <= DATA_MAX for found in parser.feed(piece))
        assert len(parser._held) <= DATA_MAX + 10
    parser.idle()
    assert parser.feed(frame(PN532_WHOLE)) == [Pn532Frame("data", PN532_WHOLE)]
    return parser.dropped


def _target(data: bytes) -> object:
    target = read_target(data)
    assert target is None or (4 <= len(target.uid) <= 10 and len(target.atr) <= 33)
    return target


def _ssi(data: bytes) -> object:
    host = SsiHost(CHARS_MAX)
    for piece in portions(data):
        assert all(map(_bounded, host.feed(piece)))
        assert len(host.take_answer()) <= 6 * (len(piece) + 260)
    assert all(map(_bounded, host.silent(len(data))))
    host.silent(ANEW_MS)
    host.take_answer()
    return _next_code(host.feed, ssi.frame(Op.DECODE_DATA, DECODER, 0, b"\x0b" + WATER), "]E0")


def _lines(suffix: Suffix, data: bytes) -> object:
    parser = LineParser(suffix, CHARS_MAX)
    for piece in portions(data):
        assert all(map(_bounded, parser.feed(piece)))
    parser.silent(ANEW_MS)
    return _next_code(parser.feed, WATER + ENDS.get(suffix, b"\r"), "")


def _next_code(feed: Callable[[bytes], list[Code]], code: bytes, aim: str) -> object:
    assert feed(code) == [Code(WATER.decode(), aim)]
    return None


def _status(data: bytes) -> object:
    parser = StatusParser()
    said = [each for piece in portions(data) for each in parser.feed(piece)]
    assert said == list(StatusParser().feed(data[1:]))
    return len(said)


def _kind(data: bytes) -> object:
    assert card_type(data).kind in Kind
    return None


def _uid(data: bytes) -> object:
    uid = uid_of(data)
    assert uid is None or 4 <= len(uid) <= 10
    return uid


def _crc(data: bytes) -> object:
    return without_crc(data)


def _typed_uid(data: bytes) -> object:
    text = data.decode("latin-1")
    for kind in get_args(Format):
        for order in get_args(Order):
            uid = TypedUid(kind, None, order, "").read(text)
            assert uid is None or 4 <= len(uid) <= 10
    return None


def _identity(data: bytes) -> object:
    """What a reader is called, what it tells of its number and its address, all of it anything."""
    at = data[0] % 16 if data else 0
    name, pcsc = data[at:128].decode("utf-8", "replace"), PlayedPcsc()
    pcsc.attributes[name] = {VENDOR_IFD_SERIAL_NO: data, CHANNEL_ID: data[1:5]}
    told = ask_identity(pcsc, name)
    assert str(told).isprintable()
    assert len(told.serial) <= max(SERIAL_CHARS_MAX, len(name))
    return told
