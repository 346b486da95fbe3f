"""From the kernel's input events to key strokes with what was held meanwhile. Pure, streaming, bounded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drivers.evdev.codes import (
    ALTS,
    CTRLS,
    EV_KEY,
    EV_LED,
    EV_SYN,
    KEY_CAPSLOCK,
    KEY_LEFTALT,
    KEY_RIGHTALT,
    LED_CAPSL,
    MODIFIERS,
    PAD_DIGITS,
    PRESSED,
    RELEASED,
    SHIFTS,
    SYN_DROPPED,
    SYN_REPORT,
)

ALT_DIGITS_MAX = 4


class InputEvent(NamedTuple):
    """One `struct input_event`; `at_us` is the kernel's time in microseconds, by whatever clock."""

    kind: int
    code: int
    value: int
    at_us: int

    def __repr__(self) -> str:
        """Without the key: it may be of a PIN."""
        return f"InputEvent(kind={self.kind}, at_us={self.at_us})"


class Stroke(NamedTuple):
    """A key that went down. `number` is a character's number typed with Alt held, or "" (then `code` counts).

    `altgr` is the right Alt key, or Ctrl and the left Alt key together, as Windows has it.
    """

    code: int
    at_us: int
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    altgr: bool = False
    caps: bool = False
    number: str = ""

    def __repr__(self) -> str:
        """Without the key: it may be of a PIN."""
        return f"Stroke(at_us={self.at_us})"


class Gap(NamedTuple):
    """The kernel lost events here (SYN_DROPPED): what was being typed cannot be known any more."""

    at_us: int


class StrokeParser:
    """Feed it events as they come. Keys that the kernel repeats while they are held are left out.

    Keeps which modifiers are down and up to four digits, nothing else. `caps` is the state of Caps Lock at the start.
    """

    def __init__(self, caps: bool = False) -> None:
        self._caps = caps
        self._down: set[int] = set()
        self._number = ""
        self._lost = False

    def feed(self, events: Iterable[InputEvent]) -> list[Stroke | Gap]:
        """The strokes and gaps of `events`, in order."""
        found: list[Stroke | Gap] = []
        for event in events:
            if event.kind == EV_SYN:
                self._sync(event, found)
            elif self._lost:
                continue
            elif event.kind == EV_KEY:
                self._key(event, found)
            elif event.kind == EV_LED and event.code == LED_CAPSL:
                self._caps = bool(event.value)
        return found

    def _sync(self, event: InputEvent, found: list[Stroke | Gap]) -> None:
        """After a loss the kernel's queue starts anew behind the next report; nothing is taken to be held then."""
        if event.code == SYN_DROPPED and not self._lost:
            self._lost, self._number = True, ""
            self._down.clear()
            found.append(Gap(event.at_us))
        elif event.code == SYN_REPORT:
            self._lost = False

    def _key(self, event: InputEvent, found: list[Stroke | Gap]) -> None:
        if event.code in MODIFIERS:
            self._modifier(event, found)
        elif event.value == PRESSED and event.code == KEY_CAPSLOCK:
            self._caps = not self._caps
        elif event.value == PRESSED and self._alt_number(event.code):
            self._number += PAD_DIGITS[event.code]
        elif event.value == PRESSED:
            found.append(self._stroke(event))

    def _modifier(self, event: InputEvent, found: list[Stroke | Gap]) -> None:
        if event.value == PRESSED:
            self._down.add(event.code)
        elif event.value == RELEASED:
            self._down.discard(event.code)
            if event.code == KEY_LEFTALT and self._number:
                found.append(Stroke(0, event.at_us, number=self._number))
                self._number = ""

    def _alt_number(self, code: int) -> bool:
        return code in PAD_DIGITS and self._down == {KEY_LEFTALT} and len(self._number) < ALT_DIGITS_MAX

    def _stroke(self, event: InputEvent) -> Stroke:
        ctrl, left_alt = bool(self._down & CTRLS), KEY_LEFTALT in self._down
        windows = ctrl and left_alt
        return Stroke(
            event.code,
            event.at_us,
            shift=bool(self._down & SHIFTS),
            ctrl=ctrl and not windows,
            alt=bool(self._down & ALTS) and left_alt and not windows,
            altgr=windows or KEY_RIGHTALT in self._down,
            caps=self._caps,
        )
