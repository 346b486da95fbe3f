"""A device that types into a FIFO, with the kernel's event structs and evdev's own reader; only the opening is ours."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from evdev.eventio import EventIO

from drivers.card_reader.wedge import WedgeCardReader
from drivers.errors import DeviceLost
from drivers.evdev.codes import (
    EV_KEY,
    EV_SYN,
    KEY_BACKSPACE,
    KEY_ENTER,
    KEY_ESC,
    KEY_KPENTER,
    KEY_LEFTCTRL,
    KEY_LEFTSHIFT,
    KEY_RIGHTALT,
    KEY_RIGHTBRACE,
    PAD_ARROWS,
    PAD_DIGITS,
    SYN_DROPPED,
)
from drivers.evdev.held import HeldInput
from drivers.evdev.identity import Wanted
from drivers.evdev.layouts import LAYOUTS, Layout
from drivers.keypad.hid import HidKeypad
from drivers.options import HidKeypadOptions, HidScannerOptions, WedgeOptions
from drivers.scanner.hid import HidScanner

KEY_F13 = 183
ROWS = {*range(2, 54), 57, 86}  # the keys of letters, digits and signs, and the space
CHUNK_BYTES = 150 * 24  # whole events, and less than a pipe takes at once
SCANNER_US, HAND_US = 2_000, 150_000
PATH = "/dev/input/by-id/usb-bed-event-kbd"
Keys = tuple[int, ...]  # the modifiers that are held, then the key


def keys_of(text: str, layout: Layout) -> Iterator[Keys]:
    """The keys that type `text`, none of the pad among them; GS is Ctrl+]."""
    tables: tuple[tuple[Keys, dict[str, int]], ...] = (
        ((), {character: code for code, character in layout.plain.items() if code in ROWS}),
        ((KEY_LEFTSHIFT,), {character: code for code, character in layout.shifted.items() if code in ROWS}),
        ((KEY_RIGHTALT,), {character: code for code, character in layout.altgr.items()}),
    )
    for character in text:
        if character == "\x1d":
            yield KEY_LEFTCTRL, KEY_RIGHTBRACE
        else:
            yield next((*held, table[character]) for held, table in tables if character in table)


class EventFifo(EventIO):
    """evdev's reader on a FIFO."""

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def close(self) -> None:
        os.close(self.fd)


class TypingDevice:
    """The device at the other end. `open` is the driver's door; `fault` is what opening fails with, if it fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._plugs = 0
        self._end = -1
        self._at_us = 1_000_000
        self.fault: DeviceLost | None = None
        self.plug()

    def open(self, wanted: Wanted) -> HeldInput:
        if self.fault is not None:
            raise self.fault
        if self._end < 0:
            raise DeviceLost("input_absent", input=str(wanted))
        return HeldInput(EventFifo(self._path), str(wanted))

    @property
    def _path(self) -> Path:
        """Another node after each replug, so that whoever holds the old one sees its end."""
        return self._folder / f"event{self._plugs}"

    def plug(self) -> None:
        self._plugs += 1
        os.mkfifo(self._path)
        self._end = os.open(self._path, os.O_RDWR)

    def unplug(self) -> None:
        if self._end >= 0:
            os.close(self._end)
            self._end = -1

    def press(self, *presses: Keys, gap_us: int = SCANNER_US) -> None:
        """Press and let go each of `presses`, with this time between two."""
        events: list[tuple[int, int, int, int]] = []
        for keys in presses:
            self._at_us += gap_us
            for value, codes in ((1, keys), (0, keys[::-1])):
                for code in codes:
                    events += [(self._at_us, EV_KEY, code, value), (self._at_us, EV_SYN, 0, 0)]
        self.send(events)

    def drop(self) -> None:
        """The kernel's queue ran over."""
        self.send([(self._at_us, EV_SYN, SYN_DROPPED, 0), (self._at_us, EV_SYN, 0, 0)])

    def send(self, events: Iterable[tuple[int, int, int, int]]) -> None:
        """Events as (time in microseconds, type, code, value)."""
        data = b"".join(struct.pack("@llHHi", *divmod(at_us, 1_000_000), *event) for at_us, *event in events)
        while data:
            chunk, data = data[:CHUNK_BYTES], data[CHUNK_BYTES:]
            os.write(self._end, chunk)


class FifoBed:
    """What the beds below have in common: the cable."""

    def __init__(self, folder: Path) -> None:
        self.device = TypingDevice(folder)
        self.driver: HidScanner | HidKeypad | WedgeCardReader

    def unplug(self) -> None:
        self.device.unplug()

    def plug(self) -> None:
        self.device.plug()

    def close(self) -> None:
        with contextlib.closing(self.driver):
            self.unplug()


class FifoScannerBed(FifoBed):
    """`end` is the key that the scanner sends after a code; None for one that sends nothing."""

    def __init__(self, folder: Path, options: HidScannerOptions, end: int | None = KEY_ENTER) -> None:
        super().__init__(folder)
        self.layout = LAYOUTS[options.layout]
        self._end: tuple[Keys, ...] = () if end is None else ((end,),)
        self.driver = HidScanner("counter", options, self.device.open)

    def scan(self, text: str) -> None:
        self.device.press(*keys_of(text, self.layout), *self._end)

    def scan_damaged(self) -> None:
        self.device.press(*keys_of("690", self.layout), (KEY_F13,), *keys_of("1234567892", self.layout), *self._end)


class FifoKeypadBed(FifoBed):
    def __init__(self, folder: Path, arrows: bool) -> None:
        super().__init__(folder)
        digits = {name: code for code, name in PAD_DIGITS.items()}
        if arrows:
            digits |= {name: code for code, name in PAD_ARROWS.items()}
        self._codes = {**digits, "enter": KEY_KPENTER, "back": KEY_BACKSPACE, "clear": KEY_ESC}
        self.driver = HidKeypad("counter", HidKeypadOptions(input=PATH), self.device.open)

    def press(self, key: str) -> None:
        self.device.press((self._codes[key],), gap_us=HAND_US)


class FifoCardReaderBed(FifoBed):
    def __init__(self, folder: Path, options: WedgeOptions) -> None:
        super().__init__(folder)
        self.driver = WedgeCardReader("counter", options, self.device.open)

    def tap(self, uid: str) -> None:
        self.type(uid)

    def type(self, text: str) -> None:
        """Type what the reader types for a card, and Enter."""
        self.device.press(*keys_of(text, LAYOUTS["us"]), (KEY_ENTER,))

    def remove(self) -> None:
        """The reader types nothing when a card goes."""
