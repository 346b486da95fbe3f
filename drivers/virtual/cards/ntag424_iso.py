"""The commands of ISO/IEC 7816-4 that NTAG 424 DNA knows: select, read and update (NT4H2421Gx, 10.9). Never protected.

In an authenticated session reading and updating are refused, and the session ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.virtual.cards.card import OK, UNKNOWN_CLASS, UNKNOWN_INSTRUCTION, WRONG_LENGTH, Command
from drivers.virtual.cards.channel import NO_SUCH_FILE, Mode, Refused
from drivers.virtual.cards.file_settings import FREE
from drivers.virtual.cards.ntag424_files import CAPABILITY, NDEF, PROPRIETARY

if TYPE_CHECKING:
    from drivers.virtual.cards.ntag424 import Ntag424

HEADER_BYTES = 5  # class to Lc
NOT_ALLOWED = b"\x69\x82"
NO_FILE = b"\x69\x85"
NOT_FOUND = b"\x6a\x82"
WRONG_PLACE = b"\x6a\x86"
MASTER_FILE_NAME = bytes.fromhex("D2760000850100")
APPLICATION_NAME = bytes.fromhex("D2760000850101")
MASTER_FILE_IDS = (b"", bytes.fromhex("3F00"))
APPLICATION_ID = bytes.fromhex("E110")
FILE_IDS = {bytes.fromhex("E103"): CAPABILITY, bytes.fromhex("E104"): NDEF, bytes.fromhex("E105"): PROPRIETARY}
SHORT_IDS = {0x03: CAPABILITY, 0x04: NDEF, 0x05: PROPRIETARY}


class _No(Exception):
    """Refused with this status word."""


def iso(card: Ntag424, command: Command) -> bytes:
    """The answer to a command of class 00."""
    if command.cla != 0x00:
        return UNKNOWN_CLASS
    known = {0xA4: _select, 0xB0: _read_binary, 0xD6: _update_binary}.get(command.ins)
    if known is None:
        return UNKNOWN_INSTRUCTION
    try:
        return known(card, command)
    except _No as no:
        status: bytes = no.args[0]
    except Refused as refused:
        status = NOT_FOUND if refused.status == NO_SUCH_FILE else NOT_ALLOWED
    card.channel = None
    return status


def _select(card: Ntag424, command: Command) -> bytes:
    if command.p1 not in {0, 1, 2, 4} or command.p2 not in {0x00, 0x0C}:
        raise _No(WRONG_PLACE)
    name = command.data
    if command.p1 == 4:
        levels = {MASTER_FILE_NAME: False, APPLICATION_NAME: True}
        if name not in levels:
            raise _No(NOT_FOUND)
        card.enter(application=levels[name])
    elif command.p1 in {0, 1} and name == APPLICATION_ID:
        card.enter(application=True)
    elif command.p1 == 0 and name in MASTER_FILE_IDS:
        card.enter(application=False)
    elif command.p1 in {0, 2} and name in FILE_IDS and card.in_application:
        card.selected = FILE_IDS[name]
    else:
        raise _No(NOT_FOUND)
    return OK


def _read_binary(card: Ntag424, command: Command) -> bytes:
    file, offset = _target(card, command)
    if FREE not in card.files.readers(file) and not card.files.mirrors(file):
        raise _No(NOT_ALLOWED)
    if offset >= len(card.files.stored(file)):
        raise _No(WRONG_PLACE)
    data = card.files.seen(file, card.chip_uid, card.key)
    return data[offset : offset + (command.le or 256)] + OK


def _update_binary(card: Ntag424, command: Command) -> bytes:
    file, offset = _target(card, command)
    if FREE not in card.files.writers(file):
        raise _No(NOT_ALLOWED)
    if not command.data:
        raise _No(WRONG_LENGTH)
    if offset + len(command.data) > len(card.files.stored(file)):
        raise _No(WRONG_LENGTH)
    card.files.write(file, offset, command.data, HEADER_BYTES, Mode.PLAIN)
    return OK


def _target(card: Ntag424, command: Command) -> tuple[int, int]:
    """File and offset: a short file identifier in P1 selects, too."""
    if card.channel is not None:
        raise _No(NOT_ALLOWED)
    if not card.in_application:
        raise _No(NO_FILE)
    offset = command.p1 << 8 | command.p2
    if command.p1 & 0x80:
        short = command.p1 & 0x1F
        offset = command.p2
        if short and short not in SHORT_IDS:
            raise _No(NOT_FOUND)
        card.selected = SHORT_IDS[short] if short else card.selected
    if card.selected is None:
        raise _No(NO_FILE)
    return card.selected, offset
