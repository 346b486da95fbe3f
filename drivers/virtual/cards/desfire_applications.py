"""DESFire's commands for the card, its applications and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.virtual.cards.aes import crc32, xor
from drivers.virtual.cards.channel import (
    ABORTED,
    BAD_INTEGRITY,
    BAD_LENGTH,
    BAD_PARAMETER,
    DENIED,
    EXISTS,
    NO_SUCH_APPLICATION,
    STATUS_OK,
    Mode,
    Refused,
)
from drivers.virtual.cards.desfire_memory import AID_BYTES, KEY_BYTES, KEYS_MAX, PICC, new_application, place
from drivers.virtual.cards.ev1 import KEY_NUMBER
from drivers.virtual.cards.native import RANDOM_UID

if TYPE_CHECKING:
    from drivers.virtual.cards.desfire import Desfire
    from drivers.virtual.cards.native import Answer

MASTER = 0
AES_KEYS = 0x80
KEY_COUNT_MASK = 0x3F
SAME_KEY, FROZEN = 0xE, 0xF
CHANGE_MASTER, CHANGE_SETTINGS = 0x01, 0x08
HARDWARE = bytes.fromhex("04010112001A05")  # EV2, 8 KiB
SOFTWARE = bytes.fromhex("04010102011A05")
MADE = bytes.fromhex("BA555502304019")  # batch number, week and year of production


def select(card: Desfire, data: bytes) -> Answer:
    """SelectApplication, 5A: ends a session and forgets what was not committed."""
    if len(data) != AID_BYTES:
        raise Refused(BAD_LENGTH)
    if f"{place(data)}settings" not in card.eeprom:
        raise Refused(NO_SUCH_APPLICATION)
    card.enter(data)
    return STATUS_OK, b""


def get_version(card: Desfire, data: bytes) -> Answer:
    """Three parts, in plain. In a session the emulation refuses it."""
    if card.channel is not None:
        raise Refused(ABORTED)
    if data:
        raise Refused(BAD_LENGTH)
    made = (bytes(7) if card.random_uid else card.chip_uid) + MADE
    return card.go_on(HARDWARE, lambda _: card.go_on(SOFTWARE, lambda _: (STATUS_OK, made)))


def create_application(card: Desfire, header: bytes, body: bytes) -> bytes:
    """AID, key settings, number of keys: of AES alone, zeros all. Other kinds and ISO names are not emulated."""
    _need_card_level(card)
    card.need_master_unless_free()
    aid, settings, count = header[:AID_BYTES], header[3], header[4] & KEY_COUNT_MASK
    if body:
        raise Refused(BAD_LENGTH)
    if aid == PICC or header[4] & ~KEY_COUNT_MASK != AES_KEYS or not 1 <= count <= KEYS_MAX:
        raise Refused(BAD_PARAMETER)
    if f"{place(aid)}settings" in card.eeprom:
        raise Refused(EXISTS)
    card.eeprom.replace_all(new_application(aid, settings, [bytes(KEY_BYTES)] * count))
    return b""


def delete_application(card: Desfire, header: bytes, _: bytes) -> bytes:
    """By the card's master key at its level, or by the application's own; then the card is selected."""
    if f"{place(header)}settings" not in card.eeprom:
        raise Refused(NO_SUCH_APPLICATION)
    if card.aid not in {PICC, header}:
        raise Refused(DENIED)
    card.need_key(MASTER)
    card.eeprom.remove(*card.eeprom.names(place(header)))
    if card.aid == header:
        card.enter(PICC)
    return b""


def application_ids(card: Desfire, _: bytes, __: bytes) -> bytes:
    _need_card_level(card)
    card.need_master_unless_listed()
    names = [name.split("/")[1] for name in card.eeprom.names("app/") if name.endswith("/settings")]
    return b"".join(map(bytes.fromhex, names))


def format_card(card: Desfire, _: bytes, __: bytes) -> bytes:
    """All applications go, with their files. The master key stays."""
    _need_card_level(card)
    card.need_key(MASTER)
    card.eeprom.remove(*card.eeprom.names("app/"))
    return b""


def get_key_settings(card: Desfire, _: bytes, __: bytes) -> bytes:
    card.need_master_unless_listed()
    return card.eeprom[card.region("settings")] + bytes([AES_KEYS | card.key_count()])


def change_key_settings(card: Desfire, _: bytes, body: bytes) -> bytes:
    card.need_key(MASTER)
    if len(body) != 1:
        raise Refused(BAD_LENGTH)
    if not card.settings & CHANGE_SETTINGS:
        raise Refused(DENIED)
    card.eeprom.replace(card.region("settings"), body)
    return b""


def get_key_version(card: Desfire, header: bytes, _: bytes) -> bytes:
    card.key(header[0])
    return card.eeprom[card.region(f"key.{header[0]}")][KEY_BYTES:]


def change_key(card: Desfire, header: bytes, body: bytes) -> bytes:
    """The key of the session changes itself and ends it; another comes XORed with the one it replaces."""
    number = header[0] & KEY_NUMBER
    old = card.key(number)
    _may_change(card, number)
    own = card.channel is not None and card.channel.key_no == number
    if len(body) != (17 if own else 21):
        raise Refused(BAD_LENGTH)
    new, version = body[:KEY_BYTES], body[KEY_BYTES : KEY_BYTES + 1]
    if not own:
        new = xor(new, old)
        if crc32(new) != body[KEY_BYTES + 1 :]:
            raise Refused(BAD_INTEGRITY)
    card.eeprom.replace(card.region(f"key.{number}"), new + version)
    if own:
        card.channel = None
    return b""


def get_card_uid(card: Desfire, _: bytes, __: bytes) -> bytes:
    card.need_key(None)
    return card.chip_uid


def read_sig(card: Desfire, header: bytes, _: bytes) -> bytes:
    if header != b"\x00":
        raise Refused(BAD_PARAMETER)
    return card.eeprom["signature"]


def set_configuration(card: Desfire, header: bytes, body: bytes) -> bytes:
    """Only the option that makes the UID random, which cannot be taken back."""
    _need_card_level(card)
    card.need_key(MASTER)
    if header != b"\x00" or len(body) != 1 or body[0] & ~RANDOM_UID:
        raise Refused(BAD_PARAMETER)
    card.eeprom.replace("config", bytes([card.eeprom["config"][0] | body[0]]))
    return b""


def key_mode(card: Desfire, _: bytes) -> Mode:
    """What changes keys or shows the UID is enciphered, and nothing without a session."""
    card.need_key(None)
    return Mode.FULL


def _may_change(card: Desfire, number: int) -> None:
    """By the key settings: the master key by itself if it may change; another by whom the high nibble names."""
    changer = card.settings >> 4
    if number == MASTER:
        if not card.settings & CHANGE_MASTER:
            raise Refused(DENIED)
        card.need_key(MASTER)
    elif changer == FROZEN:
        raise Refused(DENIED)
    else:
        card.need_key(number if changer == SAME_KEY else changer)


def _need_card_level(card: Desfire) -> None:
    if card.aid != PICC:
        raise Refused(DENIED)
