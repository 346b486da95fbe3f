"""GetVersion: what a card says it is. Nothing proves it; the proof is a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from cards.apdu import ask_native
from cards.dialogue import Dialogue
from cards.errors import BadAnswer

GET_VERSION = 0x60
NXP = 0x04
_HARDWARE_BYTES = 7
_LENGTHS = {28, 29}  # the last byte, a factory's key, is on some NTAG 424 DNA alone
_UID = slice(14, 21)


class Product(StrEnum):
    """Cards that are told apart by their version."""

    NTAG424 = "ntag424"
    NTAG424_TT = "ntag424_tt"
    DESFIRE_EV1 = "desfire_ev1"
    DESFIRE_EV2 = "desfire_ev2"
    DESFIRE_EV3 = "desfire_ev3"
    DESFIRE_LIGHT = "desfire_light"
    UNKNOWN = "unknown"


_PRODUCTS = {  # type, subtype (None: any), major version of the hardware
    (0x04, 0x02, 0x30): Product.NTAG424,
    (0x04, 0x08, 0x30): Product.NTAG424_TT,
    (0x01, None, 0x01): Product.DESFIRE_EV1,
    (0x01, None, 0x12): Product.DESFIRE_EV2,
    (0x01, None, 0x33): Product.DESFIRE_EV3,
    (0x08, None, 0x30): Product.DESFIRE_LIGHT,
}


@dataclass(frozen=True, slots=True)
class Version:
    """`uid` is seven zeros on a card that shows random UIDs: then `get_card_uid` tells it, enciphered."""

    hardware: bytes
    software: bytes
    uid: bytes = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Version:
        """Raises BadAnswer for another length."""
        if len(data) not in _LENGTHS:
            raise BadAnswer(f"a version has {len(data)} bytes, not 28")
        return cls(data[:_HARDWARE_BYTES], data[_HARDWARE_BYTES : 2 * _HARDWARE_BYTES], data[_UID])

    @property
    def product(self) -> Product:
        """UNKNOWN also for a card that is not of NXP."""
        vendor, type_, subtype, major = self.hardware[:4]
        if vendor != NXP:
            return Product.UNKNOWN
        return _PRODUCTS.get((type_, subtype, major)) or _PRODUCTS.get((type_, None, major), Product.UNKNOWN)


def get_version() -> Dialogue[Version]:
    """Ask before any authentication, in three frames."""
    return Version.parse((yield from ask_native(GET_VERSION, answer_max=max(_LENGTHS))))
