"""Cards that speak NXP's native commands wrapped in ISO/IEC 7816-4 (class 90, status 91xx): dispatch and EV2 login."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, ClassVar

from drivers.virtual.cards.aes import decipher, encipher, rotated
from drivers.virtual.cards.card import UNKNOWN_CLASS, Card, Chance, Command
from drivers.virtual.cards.channel import (
    ABORTED,
    BAD_LENGTH,
    BAD_PARAMETER,
    MORE,
    NOT_AUTHENTICATED,
    STATUS_OK,
    UNKNOWN_COMMAND,
    Channel,
    Mode,
    Refused,
)
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.ev2 import Ev2Channel, session_keys

NATIVE_CLASS = 0x90
CHALLENGE_BYTES = 16
RANDOM_UID = 0x02  # in the first byte of `config`
TI_BYTES = 4
CAPABILITIES = bytes(6)
CAPABILITIES_MAX = 6
BUSY = b"\x69\x85"

Answer = tuple[int, bytes]  # status and data
Continuation = Callable[[bytes], Answer]  # what happens to the data of the next AF


@dataclass(frozen=True)
class Native:
    """A command: the bytes of its header, how it is protected in a session, and what it does with header and data.

    `mode` may depend on the file that the header names; it is called as mode(card, header).
    """

    header_bytes: int
    mode: Mode | Callable[[Any, bytes], Mode]
    run: Callable[[Any, bytes, bytes], bytes]


class NativeCard(Card):
    """Any error ends the authentication, as on the real card (NT4H2421Gx, 9.1.9).

    The memory's `uid` is the chip's; where its `config` says so, another one is shown after each power-up.
    """

    commands: ClassVar[Mapping[int, Native]]
    logins: ClassVar[Mapping[int, Callable[[Any, bytes], Answer]]]

    def __init__(self, eeprom: Eeprom, chance: Chance) -> None:
        super().__init__(eeprom)
        self.chance = chance
        self.channel: Channel | None = None
        self._going: Continuation | None = None
        self._shown = self._drawn()

    @property
    def uid(self) -> bytes:
        return self._shown

    @property
    def chip_uid(self) -> bytes:
        """The real number, also of a card that shows random ones."""
        return self.eeprom["uid"]

    @property
    def random_uid(self) -> bool:
        return bool(self.eeprom["config"][0] & RANDOM_UID)

    @abstractmethod
    def key(self, number: int) -> bytes:
        """Raises Refused(NO_SUCH_KEY)."""

    def may_log_in(self, number: int) -> None:
        """Raises Refused when this key cannot be tried now."""

    def logged_in(self, number: int, success: bool) -> None:
        """An authentication with this key came to its end."""

    def iso(self, command: Command) -> bytes:
        """A command of class 00."""
        return UNKNOWN_CLASS

    def power_off(self) -> None:
        self.channel = None
        self._going = None
        self._shown = self._drawn()

    def command(self, command: Command) -> bytes:
        if command.cla == NATIVE_CLASS:
            status, data = self._native(command)
            return data + bytes([0x91, status])
        if self._going is not None:
            self._going = None
            return BUSY
        return self.iso(command)

    def _native(self, command: Command) -> Answer:
        going, self._going = self._going, None
        try:
            if command.ins == MORE and going is not None:
                return going(command.data)
            if going is not None or command.ins == MORE:
                raise Refused(ABORTED)
            login = self.logins.get(command.ins)
            return login(self, command.data) if login else self._run(command.ins, command.data)
        except Refused as refused:
            self.channel = None
            return refused.status, b""

    def _run(self, ins: int, data: bytes) -> Answer:
        native = self.commands.get(ins)
        if native is None:
            raise Refused(UNKNOWN_COMMAND)
        header, body = data[: native.header_bytes], data[native.header_bytes :]
        if len(header) < native.header_bytes:
            raise Refused(BAD_LENGTH)
        mode = native.mode(self, header) if callable(native.mode) else native.mode
        if self.channel is not None:
            body = self.channel.open(mode, ins, header, body)
        answer = native.run(self, header, body)
        return self.send(ins, mode, answer)

    def send(self, ins: int, mode: Mode, answer: bytes) -> Answer:
        """The whole answer to a command, protected if there is (still) a session."""
        return STATUS_OK, answer if self.channel is None else self.channel.seal(mode, answer)

    def _drawn(self) -> bytes:
        return b"\x08" + self.chance(3) if self.random_uid else self.chip_uid

    def go_on(self, answer: bytes, then: Continuation) -> Answer:
        """Send a part, and have `then` deal with the next AF."""
        self._going = then
        return MORE, answer


def ev2_first(card: NativeCard, data: bytes) -> Answer:
    """AuthenticateEV2First, 71: key number, length of the reader's capabilities, capabilities."""
    if len(data) < 2 or len(data) != 2 + data[1]:
        raise Refused(BAD_LENGTH)
    if data[1] > CAPABILITIES_MAX:
        raise Refused(BAD_PARAMETER)
    capabilities = data[2:].ljust(CAPABILITIES_MAX, b"\x00")

    def enter(rnd_a: bytes, keys: tuple[bytes, bytes]) -> bytes:
        ti = card.chance(TI_BYTES)
        card.channel = Ev2Channel(data[0], keys, ti)
        return ti + rotated(rnd_a) + CAPABILITIES + capabilities

    return _challenge(card, data[0], enter)


def ev2_non_first(card: NativeCard, data: bytes) -> Answer:
    """AuthenticateEV2NonFirst, 77: the key number. Transaction identifier and counter go on."""
    before = card.channel
    if len(data) != 1:
        raise Refused(BAD_LENGTH)
    if not isinstance(before, Ev2Channel):
        raise Refused(NOT_AUTHENTICATED)

    def enter(rnd_a: bytes, keys: tuple[bytes, bytes]) -> bytes:
        card.channel = Ev2Channel(data[0], keys, before.ti, before.counter)
        return rotated(rnd_a)

    return _challenge(card, data[0], enter)


def _challenge(card: NativeCard, number: int, enter: Callable[[bytes, tuple[bytes, bytes]], bytes]) -> Answer:
    """The three passes. Every message is enciphered with a start value of zero."""
    key = card.key(number)
    card.may_log_in(number)
    card.channel = None
    rnd_b = card.chance(CHALLENGE_BYTES)

    def prove(data: bytes) -> Answer:
        if len(data) != 2 * CHALLENGE_BYTES:
            raise Refused(BAD_LENGTH)
        plain = decipher(key, data)
        rnd_a, proof = plain[:CHALLENGE_BYTES], plain[CHALLENGE_BYTES:]
        success = compare_digest(proof, rotated(rnd_b))
        card.logged_in(number, success)
        if not success:
            raise Refused(NOT_AUTHENTICATED)
        return STATUS_OK, encipher(key, enter(rnd_a, session_keys(key, rnd_a, rnd_b)))

    return card.go_on(encipher(key, rnd_b), prove)
