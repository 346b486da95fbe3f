"""DESFire's checksum as printed."""

from __future__ import annotations

from cards.crc import crc32
from tests.cards.known import entry, octets


def test_the_checksums_of_the_notes() -> None:
    known = entry("desfire-crc32-uid")
    assert crc32(octets(known["data"] + known["status_appended"])) == octets(known["crc32_le"])
    assert crc32(octets("F3847D627727ED3BC9C4CC050489B966")) == octets("789DFADC")  # NXP AN12196, table 25
