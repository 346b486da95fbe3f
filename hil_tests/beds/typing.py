"""Scanners, keypads and card readers that type, on real usbhid and evdev."""

from __future__ import annotations

import contextlib

from drivers.card_reader.wedge import WedgeCardReader
from drivers.evdev.codes import KEY_BACKSPACE, KEY_ENTER, KEY_ESC, KEY_KPENTER, PAD_DIGITS
from drivers.evdev.layouts import LAYOUTS
from drivers.keypad.hid import HidKeypad
from drivers.options import HidKeypadOptions, HidScannerOptions, WedgeOptions
from drivers.scanner.hid import HidScanner
from hil_tests.beds.gadget import GAP_S, TypingGadget
from tests.contracts.beds.fifo import KEY_F13, keys_of


class GadgetBed:
    """What the beds below have in common: the cable."""

    driver: HidScanner | HidKeypad | WedgeCardReader

    def __init__(self, gadget: TypingGadget) -> None:
        self.gadget = gadget
        gadget.plug()

    def unplug(self) -> None:
        self.gadget.unplug()

    def plug(self) -> None:
        self.gadget.plug()

    def close(self) -> None:
        with contextlib.closing(self.driver):
            self.unplug()


class GadgetScannerBed(GadgetBed):
    def __init__(self) -> None:
        super().__init__(TypingGadget("scanner", 0x05E0, 0x1200, "S1"))
        self.driver = HidScanner("counter", HidScannerOptions(usb="05E0:1200"))

    def scan(self, text: str, gap_s: float = GAP_S) -> None:
        self.gadget.press(*keys_of(text, LAYOUTS["us"]), (KEY_ENTER,), gap_s=gap_s)

    def scan_damaged(self) -> None:
        us = LAYOUTS["us"]
        self.gadget.press(*keys_of("690", us), (KEY_F13,), *keys_of("1234567892", us), (KEY_ENTER,))


class GadgetKeypadBed(GadgetBed):
    def __init__(self) -> None:
        super().__init__(TypingGadget("keypad", 0x062A, 0x4101))
        digits = {name: code for code, name in PAD_DIGITS.items()}
        self._codes = {**digits, "enter": KEY_KPENTER, "back": KEY_BACKSPACE, "clear": KEY_ESC}
        self.driver = HidKeypad("counter", HidKeypadOptions(usb="062A:4101"))

    def press(self, key: str) -> None:
        self.gadget.press((self._codes[key],))


class GadgetCardReaderBed(GadgetBed):
    def __init__(self) -> None:
        super().__init__(TypingGadget("wedge", 0xFFFF, 0x0035))
        self.driver = WedgeCardReader("counter", WedgeOptions(usb="FFFF:0035"))

    def tap(self, uid: str) -> None:
        self.gadget.press(*keys_of(uid, LAYOUTS["us"]), (KEY_ENTER,))

    def remove(self) -> None:
        """The reader types nothing when a card goes."""
