"""Beds whose hands are a person's: what has to be done is asked on the terminal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import segno

from drivers.base import Pattern
from hil_tests.devices.named import Named

Ask = Callable[[str], str]


def ask_on_terminal(sentence: str) -> str:
    """What the person types before Enter."""
    with open("/dev/tty", "r+") as terminal:
        terminal.write(f"\n>> {sentence} Then press Enter. ")
        terminal.flush()
        return terminal.readline().strip()


class PersonBed:
    """The cable of a device that stands on the bench."""

    def __init__(self, device: Named, ask: Ask = ask_on_terminal) -> None:
        self.device, self.ask = device, ask
        self.driver = device.made()

    def unplug(self) -> None:
        self.ask(f"Pull the cable of the {self.device.kind} ({self.device.driver}).")

    def plug(self) -> None:
        self.ask(f"Plug the {self.device.kind} ({self.device.driver}) in.")

    def close(self) -> None:
        self.driver.close()


class PersonCardReaderBed(PersonBed):
    """Only the cards that bench.toml names can be tapped; what asks for others is skipped."""

    def tap(self, uid: str) -> None:
        if uid not in self.device.cards:
            pytest.skip(f"no card {uid} on this bench")
        self.ask(f"Lay the card {uid} on the reader and leave it there.")

    def remove(self) -> None:
        self.ask("Take the card away.")


class PersonScannerBed(PersonBed):
    """Codes are shown as QR on the terminal."""

    def scan(self, text: str) -> None:
        with open("/dev/tty", "w") as terminal:
            segno.make(text, error="m").terminal(out=terminal, compact=True)
        self.ask("Scan this code once.")

    def scan_damaged(self) -> None:
        pytest.skip("nobody can make a real scanner send damage")


class PersonKeypadBed(PersonBed):
    def press(self, key: str) -> None:
        self.ask(f"Press {key} on the pad.")


class PersonLightBed(PersonBed):
    def sees(self, pattern: Pattern) -> bool:
        return self.ask(f"Does the light show {pattern!r}? y or n.").startswith("y")
