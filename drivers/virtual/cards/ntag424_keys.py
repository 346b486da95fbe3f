"""NTAG 424 DNA's commands for keys and for what the card is (NT4H2421Gx, 10.5 and 10.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.virtual.cards.aes import crc32, xor
from drivers.virtual.cards.channel import (
    BAD_INTEGRITY,
    BAD_LENGTH,
    BAD_PARAMETER,
    NOT_AUTHENTICATED,
    STATUS_OK,
    Mode,
    Refused,
)
from drivers.virtual.cards.native import RANDOM_UID

if TYPE_CHECKING:
    from drivers.virtual.cards.native import Answer
    from drivers.virtual.cards.ntag424 import Ntag424

MASTER = 0
KEY_BYTES = 16
GET_VERSION = 0x60
READ_SIG = 0x3C
SIGNATURE_STATUS = 0x90  # in plain this answer alone ends by 9190 (AN12196, AN12343)
RANDOM_UID_OPTION = 0x00
HARDWARE = bytes.fromhex("04040230001105")
SOFTWARE = bytes.fromhex("04040201021105")
MADE = bytes.fromhex("CF5A2D4A800C19")  # batch number, key of the factory, week and year of production


def get_card_uid(card: Ntag424, _: bytes, __: bytes) -> bytes:
    _need_key(card)
    return card.chip_uid


def get_key_version(card: Ntag424, header: bytes, _: bytes) -> bytes:
    card.key(header[0])
    return card.eeprom[f"key.{header[0]}"][KEY_BYTES:]


def read_sig(card: Ntag424, header: bytes, _: bytes) -> bytes:
    """The originality signature; in plain where nobody is authenticated."""
    if header != b"\x00":
        raise Refused(BAD_PARAMETER)
    return card.eeprom["signature"]


def change_key(card: Ntag424, header: bytes, body: bytes) -> bytes:
    """The master key changes itself and ends its session; another comes XORed with the one it replaces."""
    _need_key(card, MASTER)
    number = header[0]
    old = card.key(number)
    if len(body) != (17 if number == MASTER else 21):
        raise Refused(BAD_LENGTH)
    new, version = body[:KEY_BYTES], body[KEY_BYTES : KEY_BYTES + 1]
    if number != MASTER:
        new = xor(new, old)
        if crc32(new) != body[KEY_BYTES + 1 :]:
            raise Refused(BAD_INTEGRITY)
    card.eeprom.replace(f"key.{number}", new + version)
    card.failures.forget(number)
    if number == MASTER:
        card.channel = None
    return b""


def set_configuration(card: Ntag424, header: bytes, body: bytes) -> bytes:
    """Only the option that makes the UID random, which cannot be taken back."""
    _need_key(card, MASTER)
    if header[0] != RANDOM_UID_OPTION or len(body) != 1 or body[0] & ~RANDOM_UID:
        raise Refused(BAD_PARAMETER)
    card.eeprom.replace("config", bytes([card.eeprom["config"][0] | body[0]]))
    return b""


def get_version(card: Ntag424, data: bytes) -> Answer:
    """Three parts; in a session the MAC over all of them comes with the last."""
    channel = card.channel
    if channel is not None:
        channel.open(Mode.MAC, GET_VERSION, b"", data)
    elif data:
        raise Refused(BAD_LENGTH)
    before = HARDWARE + SOFTWARE

    def third(_: bytes) -> Answer:
        whole = before + (bytes(7) if card.random_uid else card.chip_uid) + MADE
        sealed = whole if channel is None else channel.seal(Mode.MAC, whole)
        return STATUS_OK, sealed[len(before) :]

    return card.go_on(HARDWARE, lambda _: card.go_on(SOFTWARE, third))


def _need_key(card: Ntag424, number: int | None = None) -> None:
    """Raises Refused without a session, or without one of this key."""
    if card.channel is None or number not in {None, card.channel.key_no}:
        raise Refused(NOT_AUTHENTICATED)
