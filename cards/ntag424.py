"""NTAG 424 DNA: one application with five keys and three files (NT4H2421Gx)."""

from __future__ import annotations

from cards.apdu import Command, ask_iso
from cards.dialogue import Dialogue

APPLICATION = bytes.fromhex("D2760000850101")  # the name of the NDEF application of NFC Forum type 4 tags
KEYS = range(5)
MASTER_KEY = 0
CAPABILITY_FILE, NDEF_FILE, PROPRIETARY_FILE = 1, 2, 3
FILE_BYTES = {CAPABILITY_FILE: 32, NDEF_FILE: 256, PROPRIETARY_FILE: 128}
_SELECT, _BY_NAME, _NO_ANSWER = 0xA4, 0x04, 0x0C


def select_application() -> Dialogue[None]:
    """ISO select; comes first at each tap. Raises CardRefused (6A82) on another kind of card."""
    yield from ask_iso(Command(0x00, _SELECT, _BY_NAME, _NO_ANSWER, APPLICATION, 256), "its NDEF application")
