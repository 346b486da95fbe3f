"""A virtual PN532: answers the frames of a host with emulated cards, as the chip does over a serial line. Pure."""

from __future__ import annotations

from collections.abc import Callable

from drivers.card_reader.pn532_frames import ACK, DATA_MAX, FROM_CHIP, FROM_HOST, SYNTAX_ERROR, Pn532Parser, frame
from drivers.virtual.cards.card import Card, Mute
from drivers.virtual.cards.eeprom import Pulled

WAKE = b"\x55"
FIRMWARE = bytes([0x32, 0x01, 0x06, 0x07])
ATS_HEAD = bytes([0x78, 0x80, 0x70, 0x02])  # frames of 256 bytes, and timing
PART_MAX = DATA_MAX - 3
MORE = 0x40
TIMEOUT, RELEASED, WRONG_CONTEXT = 0x01, 0x29, 0x27
STORAGE_RID = bytes.fromhex("A000000306")


class VirtualPn532:
    """`hear` takes what the host sends and gives what the chip sends. `card` is what lies in the field.

    It sleeps until it is woken, and then wants SAMConfiguration first. `looked` counts the answers to the question for
    cards, `noise` damages the next answer.
    """

    def __init__(self) -> None:
        self.card: Card | None = None
        self.looked = 0
        self.noise = False
        self._parser = Pn532Parser()
        self._awake = self._set_up = False
        self._listed: Card | None = None
        self._asked = self._rest = self._last = b""

    def hear(self, data: bytes) -> bytes:
        """What the chip answers to these bytes."""
        if not self._awake:
            if WAKE not in data:
                return b""
            self._awake = True
        sent = b""
        for found in self._parser.feed(data):
            if found.kind == "nack":
                sent += self._last
            elif found.kind == "data" and found.data[:1] == bytes([FROM_HOST]):
                answer = self._obey(found.data[1:])
                sent += ACK + (b"" if answer is None else self._sent(answer))
        return sent

    def reset(self) -> None:
        """Lose power for a moment: it sleeps again."""
        self._awake = self._set_up = False
        self._release()

    def _sent(self, answer: bytes) -> bytes:
        self._last = frame(answer)
        if self.noise:
            self.noise = False
            return self._last[:-2] + bytes([self._last[-2] ^ 0x01]) + self._last[-1:]
        return self._last

    def _obey(self, command: bytes) -> bytes | None:
        """The answer to one command, None for one that never ends."""
        code, data = command[:1], command[1:]
        known: dict[bytes, Callable[[bytes], bytes | None]] = {
            b"\x02": lambda _: FIRMWARE,
            b"\x14": self._configure,
            b"\x32": self._field,
            b"\x4a": self._list,
            b"\x40": self._exchange,
            b"\x00": self._diagnose,
        }
        if code not in known or not (self._set_up or code == b"\x14"):
            return bytes([SYNTAX_ERROR])
        body = known[code](data)
        return None if body is None else bytes([FROM_CHIP, code[0] + 1]) + body

    def _configure(self, data: bytes) -> bytes:
        self._set_up = True
        return b""

    def _field(self, data: bytes) -> bytes:
        if data[:2] == b"\x01\x00":
            self._release()
        return b""

    def _list(self, data: bytes) -> bytes:
        self.looked += 1
        self._release()
        card = self._listed = self.card
        if card is None:
            return b"\x00"
        storage = STORAGE_RID in card.atr
        sak = _sak(card.atr) if storage else 0x20
        told = bytes([1, 1, 0x00, 0x44, sak, len(card.uid)]) + card.uid
        historical = card.atr[4:-1]
        return told if storage else told + bytes([1 + len(ATS_HEAD) + len(historical)]) + ATS_HEAD + historical

    def _release(self) -> None:
        if self._listed is not None:
            self._listed.power_off()
        self._listed, self._asked, self._rest = None, b"", b""

    def _diagnose(self, data: bytes) -> bytes:
        if data != b"\x06":
            return b"\x00" + data[1:]
        self.looked += 1
        return bytes([WRONG_CONTEXT if self._listed is None else 0 if self._listed is self.card else TIMEOUT])

    def _exchange(self, data: bytes) -> bytes | None:
        if self._listed is None:
            return bytes([WRONG_CONTEXT])
        if self._listed is not self.card:
            return bytes([TIMEOUT])
        if len(data) > 1 or not self._rest:
            self._asked += data[1:]
            if data[0] & MORE:
                return b"\x00"
            apdu, self._asked = self._asked, b""
            try:
                self._rest = self._listed.answer(apdu)
            except Mute:
                return None
            except Pulled:
                self.card = None
                return bytes([TIMEOUT])
        part, self._rest = self._rest[:PART_MAX], self._rest[PART_MAX:]
        return bytes([MORE if self._rest else 0]) + part


def _sak(atr: bytes) -> int:
    """PC/SC part 3 names a storage card by two bytes of its ATR; MIFARE Classic is the usual one."""
    return {0x0002: 0x18, 0x0003: 0x00, 0x0026: 0x09}.get(int.from_bytes(atr[13:15], "big"), 0x08)
