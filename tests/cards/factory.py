"""A factory of ours: signs the UIDs of emulated chips as NXP signs those of real ones."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from cards.originality import SECP224R1, Factory, FactoryKey

_SECRET = 0x1234567
_NUMBERS = ec.derive_private_key(_SECRET, ec.SECP224R1()).public_key().public_numbers()
KEY = FactoryKey(SECP224R1, b"\4" + _NUMBERS.x.to_bytes(28, "big") + _NUMBERS.y.to_bytes(28, "big"))
FACTORY: Factory = {"ntag424": (KEY,), "desfire_ev2": (KEY,)}


def signature(uid: bytes) -> bytes:
    """With 1 as its nonce, so r is the base point's x: nobody's secret is at stake."""
    r = SECP224R1.x % SECP224R1.n
    s = (int.from_bytes(uid, "big") + r * _SECRET) % SECP224R1.n
    return r.to_bytes(28, "big") + s.to_bytes(28, "big")
