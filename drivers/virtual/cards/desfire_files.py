"""DESFire's commands for files: standard ones, and backup ones that change as a whole with CommitTransaction.

A standard file has no protection against tearing: what was programmed before the power went stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.virtual.cards.channel import (
    BAD_LENGTH,
    BAD_PARAMETER,
    BEYOND_LIMIT,
    DENIED,
    EXISTS,
    NO_SUCH_FILE,
    NOT_AUTHENTICATED,
    Mode,
    Refused,
)
from drivers.virtual.cards.desfire_memory import BACKUP, FILES, FREE, NEVER, PICC, STANDARD, FileMeta

if TYPE_CHECKING:
    from drivers.virtual.cards.desfire import Desfire

SIZE_MAX = 8192


def create_standard(card: Desfire, header: bytes, body: bytes) -> bytes:
    return _create(card, STANDARD, header, body)


def create_backup(card: Desfire, header: bytes, body: bytes) -> bytes:
    return _create(card, BACKUP, header, body)


def delete_file(card: Desfire, header: bytes, _: bytes) -> bytes:
    file = _file(card, header)
    card.need_master_unless_free()
    card.eeprom.remove(card.region(f"file.{file}"), card.region(f"meta.{file}"))
    card.pending.pop(file, None)
    return b""


def file_ids(card: Desfire, _: bytes, __: bytes) -> bytes:
    _need_application(card)
    card.need_master_unless_listed()
    return bytes(number for number in FILES if card.region(f"file.{number}") in card.eeprom)


def read_mode(card: Desfire, header: bytes) -> Mode:
    meta = meta_of(card, _file(card, header))
    return _mode(card, meta, (meta.read, meta.read_write))


def write_mode(card: Desfire, header: bytes) -> Mode:
    meta = meta_of(card, _file(card, header))
    return _mode(card, meta, (meta.write, meta.read_write))


def settings_mode(card: Desfire, header: bytes) -> Mode:
    """ChangeFileSettings is enciphered unless the right to it is free."""
    change = meta_of(card, _file(card, header)).change
    if change == FREE:
        return Mode.PLAIN
    card.need_key(change)
    return Mode.FULL


def read_data(card: Desfire, header: bytes, body: bytes) -> bytes:
    if body:
        raise Refused(BAD_LENGTH)
    file, offset, length = _numbers(header)
    data = card.eeprom[card.region(f"file.{file}")]
    if offset >= len(data) or offset + length > len(data):
        raise Refused(BEYOND_LIMIT)
    return data[offset : offset + length] if length else data[offset:]


def write_data(card: Desfire, header: bytes, body: bytes) -> bytes:
    """A standard file is programmed at once, a backup file with the commit."""
    file, offset, length = _numbers(header)
    name = card.region(f"file.{file}")
    if not length or length != len(body):
        raise Refused(BAD_LENGTH)
    if offset + length > len(card.eeprom[name]):
        raise Refused(BEYOND_LIMIT)
    if meta_of(card, file).kind == STANDARD:
        card.eeprom.program(name, offset, body, protected=False)
    else:
        old = card.pending.get(file, card.eeprom[name])
        card.pending[file] = old[:offset] + body + old[offset + length :]
    return b""


def commit(card: Desfire, _: bytes, __: bytes) -> bytes:
    """All backup files that were written change in one step, or none does."""
    _need_application(card)
    if not card.pending:
        return b""
    card.eeprom.replace_all({card.region(f"file.{file}"): data for file, data in card.pending.items()})
    card.pending.clear()
    return b""


def abort(card: Desfire, _: bytes, __: bytes) -> bytes:
    _need_application(card)
    card.pending.clear()
    return b""


def file_settings(card: Desfire, header: bytes, _: bytes) -> bytes:
    file = _file(card, header)
    card.need_master_unless_listed()
    size = len(card.eeprom[card.region(f"file.{file}")])
    return card.eeprom[card.region(f"meta.{file}")] + size.to_bytes(3, "little")


def change_file_settings(card: Desfire, header: bytes, body: bytes) -> bytes:
    if len(body) != 3:
        raise Refused(BAD_LENGTH)
    file = _file(card, header)
    raw = bytes([meta_of(card, file).kind]) + body
    FileMeta.parse(raw, card.key_count())
    card.eeprom.replace(card.region(f"meta.{file}"), raw)
    return b""


def meta_of(card: Desfire, file: int) -> FileMeta:
    return FileMeta.parse(card.eeprom[card.region(f"meta.{file}")], card.key_count())


def _create(card: Desfire, kind: int, header: bytes, body: bytes) -> bytes:
    """Number, protection, access rights, size. Identifiers of ISO/IEC 7816-4 are not emulated."""
    _need_application(card)
    card.need_master_unless_free()
    file, size = header[0], int.from_bytes(header[4:7], "little")
    if body:
        raise Refused(BAD_LENGTH)
    if file not in FILES or not 0 < size <= SIZE_MAX:
        raise Refused(BAD_PARAMETER)
    if card.region(f"file.{file}") in card.eeprom:
        raise Refused(EXISTS)
    raw = bytes([kind]) + header[1:4]
    FileMeta.parse(raw, card.key_count())
    card.eeprom.replace_all({card.region(f"file.{file}"): bytes(size), card.region(f"meta.{file}"): raw})
    return b""


def _mode(card: Desfire, meta: FileMeta, allowed: tuple[int, ...]) -> Mode:
    if card.channel is not None and card.channel.key_no in allowed:
        return meta.mode
    if FREE in allowed:
        return Mode.PLAIN
    raise Refused(DENIED if set(allowed) == {NEVER} else NOT_AUTHENTICATED)


def _file(card: Desfire, header: bytes) -> int:
    _need_application(card)
    if card.region(f"file.{header[0]}") not in card.eeprom:
        raise Refused(NO_SUCH_FILE)
    return header[0]


def _need_application(card: Desfire) -> None:
    if card.aid == PICC:
        raise Refused(DENIED)


def _numbers(header: bytes) -> tuple[int, int, int]:
    """File, offset and length."""
    return header[0], int.from_bytes(header[1:4], "little"), int.from_bytes(header[4:7], "little")
