"""A card that can only be seen, such as NTAG21x, EM4100 or any card that the reader does not speak with."""

from __future__ import annotations

from drivers.base import UID_BYTES_MAX
from drivers.card_reader.uid import UID_BYTES_MIN
from drivers.virtual.cards.card import UNKNOWN_INSTRUCTION, Card, Command
from drivers.virtual.cards.eeprom import Eeprom

# PC/SC part 3: a contactless storage card, RID A000000306, MIFARE Classic 1K
STORAGE_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")


def marked(uid: bytes) -> Eeprom:
    """The memory of such a card: 4 to 10 bytes of UID. Raises ValueError."""
    if not UID_BYTES_MIN <= len(uid) <= UID_BYTES_MAX:
        raise ValueError(f"a UID has {UID_BYTES_MIN} to {UID_BYTES_MAX} bytes")
    return Eeprom({"uid": uid})


class UidOnly(Card):
    """It tells its UID and knows no command."""

    kind = "uid"
    atr = STORAGE_ATR

    @property
    def uid(self) -> bytes:
        return self.eeprom["uid"]

    def power_off(self) -> None:
        """Nothing to forget."""

    def command(self, command: Command) -> bytes:
        return UNKNOWN_INSTRUCTION
