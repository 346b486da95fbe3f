"""NTAG 424 DNA's commands for files: settings, counters, reading and writing (NT4H2421Gx, 10.7 and 10.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.virtual.cards.channel import BAD_LENGTH, DENIED, NOT_AUTHENTICATED, Mode, Refused
from drivers.virtual.cards.file_settings import FREE, KEYS, FileSettings
from drivers.virtual.cards.ntag424_files import part
from drivers.virtual.cards.ntag424_iso import HEADER_BYTES

if TYPE_CHECKING:
    from drivers.virtual.cards.ntag424 import Ntag424


def read_mode(card: Ntag424, header: bytes) -> Mode:
    """Protection of a read. Raises Refused when nobody, or somebody else, may read the file."""
    file = _file(card, header)
    if card.channel is None and card.files.mirrors(file):
        return Mode.PLAIN
    return _mode(card, file, card.files.readers(file))


def write_mode(card: Ntag424, header: bytes) -> Mode:
    """The same for a write."""
    file = _file(card, header)
    return _mode(card, file, card.files.writers(file))


def settings_mode(card: Ntag424, header: bytes) -> Mode:
    """ChangeFileSettings is enciphered in a session; without one it is open where the file says so."""
    change = card.files.settings(_file(card, header)).change
    _granted(card, change)
    return Mode.FULL


def counters_mode(card: Ntag424, header: bytes) -> Mode:
    """GetFileCounters is enciphered in a session; without one it is open where the file says so."""
    mirror = card.files.settings(_file(card, header)).mirror
    if mirror is None:
        raise Refused(DENIED)
    _granted(card, mirror.counter)
    return Mode.FULL


def read_data(card: Ntag424, header: bytes, body: bytes) -> bytes:
    if body:
        raise Refused(BAD_LENGTH)
    file, offset, length = _numbers(header)
    stored = part(card.files.stored(file), offset, length)
    if card.channel is not None:
        return stored
    return part(card.files.seen(file, card.chip_uid, card.key), offset, length)


def write_data(card: Ntag424, header: bytes, body: bytes) -> bytes:
    file, offset, length = _numbers(header)
    if not length or length != len(body):
        raise Refused(BAD_LENGTH)
    card.files.write(file, offset, body, HEADER_BYTES + len(header), write_mode(card, header))
    return b""


def get_file_settings(card: Ntag424, header: bytes, _: bytes) -> bytes:
    return card.files.described(_file(card, header))


def change_file_settings(card: Ntag424, header: bytes, body: bytes) -> bytes:
    card.files.change(_file(card, header), FileSettings.parse(body))
    return b""


def get_file_counters(card: Ntag424, header: bytes, _: bytes) -> bytes:
    return card.files.counter(header[0]).to_bytes(3, "little") + bytes(2)


def _file(card: Ntag424, header: bytes) -> int:
    if not card.in_application:
        raise Refused(DENIED)
    return card.files.number(header[0])


def _mode(card: Ntag424, file: int, allowed: tuple[int, ...]) -> Mode:
    if card.channel is not None and card.channel.key_no in allowed:
        return card.files.settings(file).mode
    if FREE in allowed:
        return Mode.PLAIN
    raise Refused(NOT_AUTHENTICATED if set(allowed) & set(KEYS) else DENIED)


def _granted(card: Ntag424, right: int) -> None:
    if right != FREE and (card.channel is None or card.channel.key_no != right):
        raise Refused(NOT_AUTHENTICATED if right in KEYS else DENIED)


def _numbers(header: bytes) -> tuple[int, int, int]:
    """File, offset and length."""
    return header[0], int.from_bytes(header[1:4], "little"), int.from_bytes(header[4:7], "little")
