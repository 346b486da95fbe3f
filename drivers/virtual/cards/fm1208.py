"""A CPU card with FMCOS, Fudan's FM1208, as far as proving goes: select, challenge, internal and external login.

From public descriptions of FMCOS 2.0, none of it proven against a real card: keys of 8 bytes are DES and of 16 bytes
two-key triple DES, a challenge of 4 bytes is filled with zeros to 8, an internal login enciphers 8 bytes by ECB (P1
00), and an external one that fails answers 63Cx with the tries that are left, then 6983 for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import ECB

from drivers.virtual.cards.card import (
    OK,
    UNKNOWN_CLASS,
    UNKNOWN_INSTRUCTION,
    WRONG_LENGTH,
    Card,
    Chance,
    Command,
)
from drivers.virtual.cards.eeprom import Eeprom

BLOCK = 8
TRIES = 5
MASTER_FILE = bytes.fromhex("3F00")
MASTER_NAME = b"1PAY.SYS.DDF01"
MASTER_INFO = bytes.fromhex("6F15840E") + MASTER_NAME + bytes.fromhex("A503880101")
NOT_FOUND = b"\x6a\x82"
NO_KEY = b"\x94\x03"
LOCKED = b"\x69\x83"
NO_CHALLENGE = b"\x69\x84"
WRONG_PLACE = b"\x6a\x86"


def delivered(uid: bytes, internal: Mapping[int, bytes], external: Mapping[int, bytes]) -> Eeprom:
    """The memory of a card: keys for either direction by number. Raises ValueError."""
    keys = {f"internal.{number}": key for number, key in internal.items()}
    keys |= {f"external.{number}": key for number, key in external.items()}
    if len(uid) != 4 or any(len(key) not in {BLOCK, 2 * BLOCK} for key in keys.values()):
        raise ValueError("an FM1208 has a UID of 4 bytes and keys of 8 or 16 bytes")
    return Eeprom({"uid": uid, **keys, **{f"tries.{number}": bytes([TRIES]) for number in external}})


class Fm1208(Card):
    """The card in a reader's field."""

    kind = "fm1208"
    atr = bytes.fromhex("3B8B800120900000000000B0AC2842CC")

    def __init__(self, eeprom: Eeprom, chance: Chance) -> None:
        super().__init__(eeprom)
        self._chance = chance
        self._challenge: bytes | None = None
        self.trusted: set[int] = set()  # external keys that somebody proved

    @property
    def uid(self) -> bytes:
        return self.eeprom["uid"]

    def power_off(self) -> None:
        self._challenge = None
        self.trusted.clear()

    def command(self, command: Command) -> bytes:
        if command.cla != 0x00:
            return UNKNOWN_CLASS
        challenge, self._challenge = self._challenge, None
        if command.ins == 0x82:
            return self._external(command, challenge)
        known = {0xA4: self._select, 0x84: self._draw, 0x88: self._internal}.get(command.ins)
        return UNKNOWN_INSTRUCTION if known is None else known(command)

    def _select(self, command: Command) -> bytes:
        if command.data not in {b"", MASTER_FILE, MASTER_NAME}:
            return NOT_FOUND
        self.trusted.clear()
        return MASTER_INFO + OK

    def _draw(self, command: Command) -> bytes:
        """GET CHALLENGE of 4 or 8 bytes; it holds for the next command alone."""
        if command.le not in {4, 8}:
            return WRONG_LENGTH
        self._challenge = self._chance(command.le)
        return self._challenge + OK

    def _internal(self, command: Command) -> bytes:
        key = f"internal.{command.p2}"
        if command.p1 != 0:
            return WRONG_PLACE
        if key not in self.eeprom:
            return NO_KEY
        if len(command.data) != BLOCK:
            return WRONG_LENGTH
        return encipher(self.eeprom[key], command.data) + OK

    def _external(self, command: Command, challenge: bytes | None) -> bytes:
        """The try is counted before the proof is looked at: pulling the card gains nothing."""
        key, tries = f"external.{command.p2}", f"tries.{command.p2}"
        if key not in self.eeprom:
            return NO_KEY
        if challenge is None:
            return NO_CHALLENGE
        if len(command.data) != BLOCK:
            return WRONG_LENGTH
        left = self.eeprom[tries][0]
        if left == 0:
            return LOCKED
        self.eeprom.replace(tries, bytes([left - 1]))
        if not compare_digest(encipher(self.eeprom[key], challenge.ljust(BLOCK, b"\x00")), command.data):
            return bytes([0x63, 0xC0 | left - 1])
        self.eeprom.replace(tries, bytes([TRIES]))
        self.trusted.add(command.p2)
        return OK


def encipher(key: bytes, data: bytes) -> bytes:
    """Blocks of 8 bytes by ECB; a DES key is a triple one whose parts are the same."""
    whole = key * 3 if len(key) == BLOCK else key + key[:BLOCK]
    cipher = Cipher(TripleDES(whole), ECB()).encryptor()
    return cipher.update(data) + cipher.finalize()
