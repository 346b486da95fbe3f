"""The checksum inside DESFire's cryptograms."""

from __future__ import annotations

import zlib

CRC_BYTES = 4


def crc32(data: bytes) -> bytes:
    """CRC-32 (IEEE 802.3) without its final inversion, least byte first, as DESFire sends it."""
    return (zlib.crc32(data) ^ 0xFFFF_FFFF).to_bytes(CRC_BYTES, "little")
