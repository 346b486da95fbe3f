"""Which keys a card can hold: those of the factory, those of a generation of masters, or those of its retirement.

The number of the generation is written into the card beside each key, as the key's version. So everybody may ask a card
which keys to try, and no key is ever guessed.
"""

from __future__ import annotations

from collections.abc import Callable

from cards.aes import BLOCK, AesKey

FACTORY = 0  # keys of zeros, as the card comes
ISSUED = range(1, 255)
RETIRED = 255  # keys of a master of its own, so that nobody can issue the card again by mistake
SYSTEM = b"stillpoint"


class NoMaster(LookupError):
    """No master of a generation is at hand; the text says which, and where it was looked for."""


# Gives the key that a generation's master makes of a material (NXP AN10922).
Diversify = Callable[[int, bytes], AesKey]


class CardKeys:
    """The keys of one card in one application, in every generation; none of them shows itself.

    `diversify` is asked for generations other than FACTORY; it raises NoMaster, or what else a key store raises.
    """

    def __init__(self, diversify: Diversify, uid: bytes, application: bytes) -> None:
        self.uid = uid
        self._diversify, self._application = diversify, application

    def key(self, key_no: int, generation: int) -> AesKey:
        """Key `key_no` of a generation. Materials name the card, its application, the key's number and this system."""
        if generation == FACTORY:
            return AesKey(bytes(BLOCK))
        return self._diversify(generation, material(self.uid, self._application, key_no))


def material(uid: bytes, application: bytes, key_no: int) -> bytes:
    """What a card's key is made of: UID ‖ application ‖ key number ‖ system (AN10922 recommends the order)."""
    return uid + application + bytes((key_no,)) + SYSTEM
