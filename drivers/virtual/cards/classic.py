"""MIFARE Classic 1K as a PC/SC reader shows it: by commands of class FF (PC/SC part 3, 3.2.2; NXP MF1S50YYX).

The cipher between card and reader is the reader's affair and not emulated. Readers of ACS know FF D7 for values, with
the most significant byte first (ACR122U and ACR1252U manuals); those of OMNIKEY know FF D4 and FF D8, with the least
significant first. Not certain: the status word of a refusal, 6300 at ACS and 6982 at OMNIKEY here; and that a torn
write leaves its first bytes, where a real card may leave anything in the block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from drivers.virtual.cards.card import OK, UNKNOWN_CLASS, WRONG_LENGTH, Card, Command
from drivers.virtual.cards.classic_access import BITS_AT, BLOCK_BYTES, KEY_BYTES, TRAILER, Access, trailer
from drivers.virtual.cards.classic_values import WORD, value_block, value_of
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.uid_only import STORAGE_ATR

SECTORS = range(16)
BLOCKS = range(64)
KEY_TYPES: Mapping[int, str] = {0x60: "A", 0x61: "B"}
NEW_KEY = b"\xff" * KEY_BYTES
STORE, INCREMENT, DECREMENT, RESTORE = 0x00, 0x01, 0x02, 0x03
READ, WRITE, UP, DOWN = range(4)
NOT_LOADED = b"\x69\x88"
Reader = Literal["acs", "omnikey"]


def delivered(uid: bytes, keys: Mapping[int, tuple[bytes, bytes]]) -> Eeprom:
    """The memory of a card: keys A and B by sector, FFFFFFFFFFFF where none is given. Raises ValueError."""
    if len(uid) not in {4, 7} or any(
        sector not in SECTORS or any(len(key) != KEY_BYTES for key in pair) for sector, pair in keys.items()
    ):
        raise ValueError("a MIFARE Classic has a UID of 4 or 7 bytes, sectors 0 to 15 and keys of 6 bytes")
    check = bytes([uid[0] ^ uid[1] ^ uid[2] ^ uid[3]]) if len(uid) == 4 else b""
    maker = (uid + check + bytes.fromhex("0804006263646566676869"))[:BLOCK_BYTES]
    blocks = b"".join(bytes(3 * BLOCK_BYTES) + trailer(*keys.get(s, (NEW_KEY, NEW_KEY))) for s in SECTORS)
    return Eeprom({"uid": uid, "blocks": maker.ljust(BLOCK_BYTES, b"\x00") + blocks[BLOCK_BYTES:]})


class Refusal(Exception):
    """The card, or the reader for it, says no."""


class Classic(Card):
    """The card at a reader of ACS. `loaded` are the keys that the reader was given; they go with its power."""

    kind = "classic"
    atr = STORAGE_ATR
    reader: Reader = "acs"
    refusal = b"\x63\x00"

    def __init__(self, eeprom: Eeprom) -> None:
        super().__init__(eeprom)
        self.loaded: dict[int, bytes] = {}
        self._open: tuple[int, str] | None = None  # sector and key

    @property
    def uid(self) -> bytes:
        return self.eeprom["uid"]

    def power_off(self) -> None:
        self.loaded.clear()
        self._open = None

    def command(self, command: Command) -> bytes:
        """It knows no command of ISO/IEC 7816-4."""
        return UNKNOWN_CLASS

    def reader_command(self, command: Command) -> bytes:
        known: dict[int, Callable[[Command], bytes]] = {
            0x82: self._load_key,
            0x86: self._authenticate,
            0xB0: self._read,
            0xD6: self._update,
            **self._value_commands(),
        }
        act = known.get(command.ins)
        if act is None:
            return super().reader_command(command)
        try:
            return act(command)
        except Refusal:
            return self.refusal

    def _value_commands(self) -> dict[int, Callable[[Command], bytes]]:
        return {0xB1: self._read_value, 0xD7: self._value}

    def _load_key(self, command: Command) -> bytes:
        if len(command.data) != KEY_BYTES:
            return WRONG_LENGTH
        self.loaded[command.p2] = command.data
        return OK

    def _authenticate(self, command: Command) -> bytes:
        """Data: version 01, 00, block, kind of key, number of the loaded key."""
        if len(command.data) != 5:
            return WRONG_LENGTH
        _, _, block, kind, number = command.data
        if number not in self.loaded:
            return NOT_LOADED
        self._open = None
        letter = KEY_TYPES.get(kind)
        if letter is None or block not in BLOCKS:
            raise Refusal
        keys = self._block(block // 4 * 4 + TRAILER)
        if self.loaded[number] != (keys[:KEY_BYTES] if letter == "A" else keys[-KEY_BYTES:]):
            raise Refusal
        self._open = block // 4, letter
        return OK

    def _read(self, command: Command) -> bytes:
        """One block. Nobody reads key A; key B only where the access bits make it data."""
        block = command.p2
        access, letter = self._access(block)
        data = self._block(block)
        if block % 4 != TRAILER:
            if letter not in access.data(block % 4)[READ]:
                raise Refusal
        else:
            _, bits, _, key_b, _ = access.trailer
            middle = data[BITS_AT:-KEY_BYTES] if letter in bits else bytes(4)
            data = bytes(KEY_BYTES) + middle + (data[-KEY_BYTES:] if letter in key_b else bytes(KEY_BYTES))
        return data[: command.le or BLOCK_BYTES] + OK

    def _update(self, command: Command) -> bytes:
        block = command.p2
        if len(command.data) != BLOCK_BYTES:
            return WRONG_LENGTH
        access, letter = self._access(block)
        if block % 4 == TRAILER:
            return self._update_trailer(block, command.data, access, letter)
        if block == 0 or letter not in access.data(block % 4)[WRITE]:
            raise Refusal
        self._program(block, command.data)
        return OK

    def _update_trailer(self, block: int, new: bytes, access: Access, letter: str) -> bytes:
        """What the key may not write stays as it is; a key that may write nothing is refused."""
        key_a, _, bits, _, key_b = access.trailer
        old, ends = self._block(block), (KEY_BYTES, BLOCK_BYTES - KEY_BYTES)
        if letter not in key_a + bits + key_b:
            raise Refusal
        first, middle, last = (new if letter in right else old for right in (key_a, bits, key_b))
        self._program(block, first[: ends[0]] + middle[ends[0] : ends[1]] + last[ends[1] :])
        return OK

    def _read_value(self, command: Command) -> bytes:
        value, _ = self._value_at(command.p2, READ)
        return value.to_bytes(WORD, "big", signed=True) + OK

    def _value(self, command: Command) -> bytes:
        """Data: what to do, then a number of four bytes, or for a copy the block to copy to."""
        operation, rest = command.data[:1], command.data[1:]
        if operation == bytes([RESTORE]) and len(rest) == 1:
            return self._restore(command.p2, rest[0])
        if operation not in {bytes([each]) for each in (STORE, INCREMENT, DECREMENT)} or len(rest) != WORD:
            raise Refusal
        number = int.from_bytes(rest, "big", signed=True)
        if operation[0] == STORE:
            return self._store(command.p2, number)
        return self._changed(command.p2, operation[0], number)

    def _store(self, block: int, number: int) -> bytes:
        access, letter = self._access(block)
        if block % 4 == TRAILER or block == 0 or letter not in access.data(block % 4)[WRITE]:
            raise Refusal
        self._program(block, value_block(number, block))
        return OK

    def _changed(self, block: int, operation: int, number: int) -> bytes:
        value, address = self._value_at(block, UP if operation == INCREMENT else DOWN)
        try:
            new = value_block(value + number if operation == INCREMENT else value - number, address)
        except OverflowError as error:
            raise Refusal from error
        self._program(block, new)
        return OK

    def _restore(self, source: int, target: int) -> bytes:
        """Copy a value within its sector."""
        value, address = self._value_at(source, DOWN)
        access, letter = self._access(target)
        if target % 4 == TRAILER or target == 0 or letter not in access.data(target % 4)[DOWN]:
            raise Refusal
        self._program(target, value_block(value, address))
        return OK

    def _value_at(self, block: int, right: int) -> tuple[int, int]:
        """Value and address of a value block that the open key may use so."""
        access, letter = self._access(block)
        if block % 4 == TRAILER or block == 0 or letter not in access.data(block % 4)[right]:
            raise Refusal
        data = self._block(block)
        value = value_of(data)
        if value is None:
            raise Refusal
        return value, data[12]

    def _access(self, block: int) -> tuple[Access, str]:
        """The rights in the block's sector and the key that is open there."""
        if self._open is None or block // 4 != self._open[0]:
            raise Refusal
        access = Access.parse(self._block(block // 4 * 4 + TRAILER))
        if access is None or (self._open[1] == "B" and access.key_b_is_data):
            raise Refusal
        return access, self._open[1]

    def _block(self, number: int) -> bytes:
        return self.eeprom["blocks"][number * BLOCK_BYTES : (number + 1) * BLOCK_BYTES]

    def _program(self, number: int, data: bytes) -> None:
        self.eeprom.program("blocks", number * BLOCK_BYTES, data, protected=False)


class ClassicAtOmnikey(Classic):
    """The same card at a reader of OMNIKEY."""

    kind = "classic_omnikey"
    reader = "omnikey"
    refusal = b"\x69\x82"

    def _value_commands(self) -> dict[int, Callable[[Command], bytes]]:
        return {0xD4: self._up, 0xD8: self._down}

    def _up(self, command: Command) -> bytes:
        return self._changed(command.p2, INCREMENT, _least_first(command))

    def _down(self, command: Command) -> bytes:
        return self._changed(command.p2, DECREMENT, _least_first(command))


def _least_first(command: Command) -> int:
    if len(command.data) != WORD:
        raise Refusal
    return int.from_bytes(command.data, "little", signed=True)
