"""Faults as a wrapper around any card: pulled, mute, slow, torn while it is written, and answers that were altered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from drivers.virtual.cards.card import GET_DATA, READER_CLASS, Card, Command, Mute
from drivers.virtual.cards.eeprom import Pulled

NUMBER_MAX = 1_000_000


@dataclass(frozen=True)
class Fault:
    """What goes wrong. Commands and writes count from 1 since the tap; the reader's own question for the UID does not.

    pull_at: the card is gone before this command reaches it; 0 is at the question for the UID
    lose_at: the card does this command, and is gone before its answer is heard
    mute_at: from this command on there is no answer
    wrong_mac_at: the last byte of this answer's data, where a MAC ends, is altered
    slow_ms: every answer takes that long
    torn_write, torn_bytes: power is lost during this write to the memory, after so many of its bytes
    """

    pull_at: int | None = None
    lose_at: int | None = None
    mute_at: int | None = None
    wrong_mac_at: int | None = None
    slow_ms: int = 0
    torn_write: int | None = None
    torn_bytes: int = 0

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Fault:
        """From an order. Raises ValueError for what is no fault."""
        names = [field.name for field in fields(cls)]
        for name, number in value.items():
            if name not in names:
                raise ValueError(f"no fault named {str(name)[:40]!r}; there are {', '.join(names)}")
            if type(number) is not int or not 0 <= number <= NUMBER_MAX:
                raise ValueError(f"{name} must be a number from 0 to {NUMBER_MAX}")
        return cls(**value)


class Faulty(Card):
    """A card at one tap, with the fault of that tap; what an earlier tap had in store for its memory is off."""

    def __init__(self, card: Card, fault: Fault) -> None:
        super().__init__(card.eeprom)
        self._card = card
        self._fault = fault
        self._heard = 0
        self.kind, self.atr, self.delay_ms = card.kind, card.atr, fault.slow_ms
        card.eeprom.cut(fault.torn_write, fault.torn_bytes)

    @property
    def uid(self) -> bytes:
        return self._card.uid

    def power_off(self) -> None:
        self._card.power_off()

    def answer(self, apdu: bytes) -> bytes:
        fault = self._fault
        if is_uid_question(apdu):
            if fault.pull_at == 0:
                raise Pulled("the card was pulled as it was seen")
            return self._card.answer(apdu)
        self._heard += 1
        if fault.pull_at is not None and self._heard >= fault.pull_at:
            raise Pulled(f"the card was pulled before command {self._heard}")
        if fault.mute_at is not None and self._heard >= fault.mute_at:
            raise Mute(f"the card does not answer command {self._heard}")
        answer = self._card.answer(apdu)
        if self._heard == fault.lose_at:
            raise Pulled(f"the card was pulled before the answer to command {self._heard}")
        return _altered(answer) if self._heard == fault.wrong_mac_at else answer

    def command(self, command: Command) -> bytes:
        return self._card.command(command)


def is_uid_question(apdu: bytes) -> bool:
    """Whether it is the reader's own question, PC/SC part 3: FF CA 00 00."""
    return apdu[:2] == bytes([READER_CLASS, GET_DATA])


def _altered(answer: bytes) -> bytes:
    if len(answer) < 3:
        return answer
    return answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:]
