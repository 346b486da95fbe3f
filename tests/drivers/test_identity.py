"""What a device tells of itself, as it is shown."""

from __future__ import annotations

from drivers.identity import Identity
from drivers.status import status

STEERING = "Scanner\x1b[2J\x9b1m\u202e 静点"
SHOWN = "Scanner [2J 1m  静点"


def test_it_is_shown_with_what_tells_it_from_its_twin() -> None:
    assert str(Identity("ACR1252U", "A1", "1-1.2", "2.0")) == "ACR1252U, serial A1, USB port 1-1.2, firmware 2.0"
    assert str(Identity("PN532")) == "PN532"


def test_no_name_steers_the_terminal_that_shows_it() -> None:
    assert str(Identity(STEERING)) == SHOWN
    told = status("scanner", "hand", "input_ambiguous", input="usb 05e0:1200", count=2, found=STEERING)
    assert told.params["found"] == SHOWN
    assert told.sentence.isprintable()
