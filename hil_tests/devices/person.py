"""Beds whose hands are a person's: what has to be done is asked on the terminal."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import segno

from drivers.base import Driver, Pattern, Tune
from hil_tests.devices.named import Named
from hil_tests.devices.terminal import Ask, ask_on_terminal, writing

SOUNDS: Mapping[Tune, str] = {"ok": "one short sound", "refused": "two long sounds", "attention": "three short sounds"}


class PersonBed:
    """The cable of a device that stands on the bench. A test that is left out by hand is skipped, and says at what."""

    driver: Driver

    def __init__(self, device: Named, ask: Ask = ask_on_terminal) -> None:
        self.device, self.ask = device, ask
        self.driver = device.made()
        self._plugged = True

    def do(self, sentence: str) -> str:
        """What the person answers."""
        answer = self.ask(sentence)
        if answer == "-":
            pytest.skip(f"left out by hand: {sentence}")
        return answer

    def is_so(self, question: str) -> bool:
        return self.do(f"{question} y or n.").startswith("y")

    def number(self, question: str) -> int:
        """A number; what is none is asked again."""
        answer = self.do(question)
        while not answer.isdecimal():
            answer = self.do(f"{answer[:20]!r} is no number. {question}")
        return int(answer)

    def unplug(self) -> None:
        self.do(f"Pull the cable of the {self.device.kind} ({self.device.driver}).")
        self._plugged = False

    def plug(self) -> None:
        self.ask(f"Plug the {self.device.kind} ({self.device.driver}) in.")
        self._plugged = True

    def close(self) -> None:
        """Leave the device as the next test wants it."""
        self.driver.close()
        if not self._plugged:
            self.plug()


class PersonPinBed(PersonBed):
    """What hangs on a board's own pins has no cable that anybody could pull, or that its driver could miss."""

    def unplug(self) -> None:
        pytest.skip("nobody can pull the pins of a board")


class PersonCardReaderBed(PersonBed):
    """Only the cards that bench.toml names can be tapped; what asks for others is skipped."""

    def tap(self, uid: str) -> None:
        if uid not in self.device.cards:
            pytest.skip(f"no card {uid} on this bench")
        self.do(f"Lay the card {uid} on the reader and leave it there.")

    def remove(self) -> None:
        self.do("Take the card away.")


class PersonScannerBed(PersonBed):
    """Codes are shown as QR on the terminal."""

    def scan(self, text: str) -> None:
        with writing() as terminal:
            segno.make(text, error="m", micro=False).terminal(out=terminal, compact=True)
        self.do("Scan this code once.")

    def scan_damaged(self) -> None:
        pytest.skip("nobody can make a real scanner send damage")


class PersonKeypadBed(PersonBed):
    def press(self, key: str) -> None:
        self.do(f"Press {key} on the pad.")


class PersonLightBed(PersonPinBed):
    def sees(self, pattern: Pattern) -> bool:
        return self.is_so(f"Does the light show {pattern!r}?")


class PersonBuzzerBed(PersonPinBed):
    """A tune begins as soon as the person has said that it is quiet."""

    def silent(self) -> bool:
        return self.is_so("Is the buzzer quiet? Listen on when you have answered.")

    def heard(self, tune: Tune) -> bool:
        return self.is_so(f"Did you hear {SOUNDS[tune]} since then, and no more?")


class PersonButtonBed(PersonPinBed):
    def press(self) -> None:
        self.do("Press the button once and let it go.")
