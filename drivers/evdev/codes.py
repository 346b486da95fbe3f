"""Numbers of the kernel's input events (linux/input-event-codes.h) that are needed here, and what keys are alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EV_SYN, EV_KEY, EV_LED = 0x00, 0x01, 0x11
SYN_REPORT, SYN_DROPPED = 0, 3
LED_CAPSL = 1
RELEASED, PRESSED, REPEATED = 0, 1, 2

KEY_ESC, KEY_BACKSPACE, KEY_TAB, KEY_ENTER, KEY_SPACE = 1, 14, 15, 28, 57
KEY_LEFTCTRL, KEY_RIGHTCTRL = 29, 97
KEY_LEFTSHIFT, KEY_RIGHTSHIFT = 42, 54
KEY_LEFTALT, KEY_RIGHTALT = 56, 100
KEY_CAPSLOCK, KEY_NUMLOCK = 58, 69
KEY_6, KEY_D, KEY_J, KEY_M, KEY_RIGHTBRACE = 7, 32, 36, 50, 27
KEY_KPENTER, KEY_KPDOT, KEY_KPMINUS, KEY_KPPLUS, KEY_KPASTERISK, KEY_KPSLASH = 96, 83, 74, 78, 55, 98
KEY_KPEQUAL, KEY_KPCOMMA, KEY_DELETE = 117, 121, 111

SHIFTS = frozenset({KEY_LEFTSHIFT, KEY_RIGHTSHIFT})
CTRLS = frozenset({KEY_LEFTCTRL, KEY_RIGHTCTRL})
ALTS = frozenset({KEY_LEFTALT, KEY_RIGHTALT})
MODIFIERS = SHIFTS | CTRLS | ALTS

ROW_DIGITS: Mapping[int, str] = MappingProxyType(dict(zip(range(2, 12), "1234567890", strict=True)))
PAD_DIGITS: Mapping[int, str] = MappingProxyType(
    {71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3", 82: "0"}
)
# What the digits of a pad that switches Num Lock itself become while it is off: Home, Up, Page Up, … Insert.
PAD_ARROWS: Mapping[int, str] = MappingProxyType(
    {102: "7", 103: "8", 104: "9", 105: "4", 106: "6", 107: "1", 108: "2", 109: "3", 110: "0"}
)
