"""Speaking with a PN532: a command, its acknowledgement and its answer, sent again where the line was noisy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from drivers.card_reader.pn532_frames import (
    ACK,
    DATA_MAX,
    FROM_CHIP,
    FROM_HOST,
    NACK,
    SYNTAX_ERROR,
    WAKE_UP,
    Pn532Frame,
    Pn532Parser,
    frame,
)
from drivers.card_reader.pn532_target import Target, read_target
from drivers.errors import CardGone, CardMute

DIAGNOSE, GET_FIRMWARE_VERSION, SAM_CONFIGURATION, RF_CONFIGURATION = 0x00, 0x02, 0x14, 0x32
IN_DATA_EXCHANGE, IN_LIST_PASSIVE_TARGET = 0x40, 0x4A
NORMAL_MODE = bytes([0x01, 0x00, 0x00])
CARD_PRESENCE = bytes([0x06])
FIELD_OFF = bytes([0x01, 0x00])
TWO_TRIES = bytes([0x05, 0xFF, 0x01, 0x01])  # of InListPassiveTarget; it would wait for a card for ever
ONE_TYPE_A = bytes([0x01, 0x00])
MORE = 0x40  # in the number of a target, and in a status byte: the data goes on
ERROR = 0x3F
PART_MAX = DATA_MAX - 3
ANSWER_BYTES_MAX = 65_538
ANSWER_S, DRAIN_S = 1.0, 0.1
ACK_S = 0.5  # the chip takes 15 ms at most; a busy machine looks later
TRIES = 3
CHUNK_BYTES = 512
# UM0701-02, 7.1: errors of the chip itself; all others are of the card or of the air between
CHIP_FAULTS = frozenset({0x07, 0x09, 0x0D, 0x0E, 0x10, 0x26, 0x2D})


class ChipSilent(Exception):
    """The chip does not answer, or not as a PN532 does."""


class ChipFailed(Exception):
    """The chip answers that it cannot; `error` is its number."""

    def __init__(self, error: int) -> None:
        super().__init__(f"error 0x{error:02X}")
        self.error = error


class Port(Protocol):
    """The serial line: `read` gives what came, nothing after a short time."""

    @property
    def in_waiting(self) -> int: ...

    def read(self, size: int) -> bytes: ...

    def write(self, data: bytes) -> object: ...


class Pn532:
    """One chip on one line; for one thread. `beat` is called while it waits.

    Every method raises ChipSilent and whatever the port raises.
    """

    def __init__(self, port: Port, beat: Callable[[], None], now: Callable[[], float] = time.monotonic) -> None:
        self._port, self._beat, self._now = port, beat, now
        self._parser = Pn532Parser()
        self._frames: list[Pn532Frame] = []
        self._dropped = 0

    def wake(self) -> tuple[int, int, int]:
        """Wake the chip and set it up; gives the kind of chip (0x32 is a PN532) and its firmware's two numbers."""
        self._port.write(ACK + WAKE_UP)
        self.command(SAM_CONFIGURATION, NORMAL_MODE)
        told = self.command(GET_FIRMWARE_VERSION)
        if len(told) < 3:
            raise ChipSilent
        self.command(RF_CONFIGURATION, TWO_TRIES)
        return told[0], told[1], told[2]

    def find(self) -> Target | None:
        """The card in the field, started anew."""
        self.command(RF_CONFIGURATION, FIELD_OFF)
        return read_target(self.command(IN_LIST_PASSIVE_TARGET, ONE_TYPE_A))

    def is_there(self, target: Target) -> bool:
        """Whether `target` is in the field still. One that speaks APDUs is asked without being started anew."""
        if target.speaks_apdus:
            return self.command(DIAGNOSE, CARD_PRESENCE)[:1] == b"\0"
        found = self.find()
        return found is not None and found.uid == target.uid

    def exchange(self, target: Target, apdu: bytes, limit_s: float) -> bytes:
        """The answer of `target`, put together from its parts. Raises CardGone, CardMute and ChipFailed."""
        until, status, answer = self._now() + limit_s, 0, b""
        parts = [apdu[at : at + PART_MAX] for at in range(0, len(apdu), PART_MAX)]
        for left, part in zip(reversed(range(len(parts))), parts, strict=True):
            number = target.number | (MORE if left else 0)
            status, answer = self._part(bytes([number]) + part, until)
        while status & MORE:
            status, data = self._part(bytes([target.number]), until)
            answer += data
            if len(answer) > ANSWER_BYTES_MAX or not data:
                raise CardMute("the card's answer does not end")
        return answer

    def command(self, code: int, data: bytes = b"", limit_s: float = ANSWER_S) -> bytes:
        """The answer to one command, without its code."""
        for _ in range(1 if code == IN_DATA_EXCHANGE else TRIES):  # a card must hear no command twice
            self._frames.clear()
            self._dropped = self._parser.dropped
            self._port.write(frame(bytes([FROM_HOST, code]) + data))
            told = self._next(lambda found: found.kind == "ack" or _answers(found, code), self._now() + ACK_S)
            if told is not None and told.kind == "ack":
                told = self._next(lambda found: _answers(found, code), self._now() + limit_s)
                if told is None:
                    raise ChipSilent
            if told is not None:
                if told.data[:1] == bytes([SYNTAX_ERROR]):
                    raise ChipSilent
                return told.data[2:]
        raise ChipSilent

    def _part(self, data: bytes, until: float) -> tuple[int, bytes]:
        """Status and data of one exchange with the card."""
        try:
            body = self.command(IN_DATA_EXCHANGE, data, max(0.0, until - self._now()))
        except ChipSilent:
            self._give_up()
            raise CardMute("the card does not answer in time") from None
        if not body:
            raise ChipSilent
        error = body[0] & ERROR
        if error in CHIP_FAULTS:
            raise ChipFailed(error)
        if error:
            raise CardGone(f"the card was lost (0x{error:02X})")
        return body[0], body[1:]

    def _give_up(self) -> None:
        """An ACK ends what the chip is at (UM0701-02, 6.2.1.3); what it had sent before that is left out."""
        self._port.write(ACK)
        self._next(lambda _: False, self._now() + DRAIN_S)
        self._frames.clear()

    def _next(self, wanted: Callable[[Pn532Frame], bool], until: float) -> Pn532Frame | None:
        """The next frame that is `wanted`. An answer that came damaged is asked for once more."""
        asked = False
        while True:
            while self._frames:
                found = self._frames.pop(0)
                if wanted(found):
                    return found
            if self._now() >= until:
                return None
            self._beat()
            if not self._receive() and self._parser.dropped > self._dropped and not asked:
                asked = True
                self._port.write(NACK)

    def _receive(self) -> bool:
        """Take in what came; False when nothing did for a while, so that no frame is under way."""
        data = self._port.read(1)
        if not data:
            self._frames += self._parser.idle()
            return False
        self._frames += self._parser.feed(data + self._port.read(min(self._port.in_waiting, CHUNK_BYTES)))
        return True


def _answers(found: Pn532Frame, code: int) -> bool:
    return found.data[:2] == bytes([FROM_CHIP, code + 1]) or found.data[:1] == bytes([SYNTAX_ERROR])
