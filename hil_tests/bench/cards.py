"""Cards for the bench's readers: one that tells its UID, with faults; and any card that answers APDUs."""

from __future__ import annotations

from dataclasses import dataclass, field

from hil_tests.bench.vscard import Pulled

# PC/SC part 3: a contactless storage card, RID A000000306, MIFARE Classic 1K
STORAGE_CARD_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
GET_UID = bytes.fromhex("FFCA000000")
SUCCESS, UNKNOWN_INSTRUCTION = b"\x90\x00", b"\x6d\x00"


@dataclass
class UidCard:
    """`pull_at` counts commands from 1: at that one the card is taken away. One that is `mute` never answers."""

    uid: bytes
    pull_at: int = 0
    mute: bool = False
    atr: bytes = STORAGE_CARD_ATR
    seen: list[bytes] = field(default_factory=list)

    def answer(self, apdu: bytes) -> bytes | None:
        """What the card says to `apdu`. Raises Pulled."""
        self.seen.append(apdu)
        if len(self.seen) == self.pull_at:
            raise Pulled
        if self.mute:
            return None
        return self.uid + SUCCESS if apdu == GET_UID else UNKNOWN_INSTRUCTION
