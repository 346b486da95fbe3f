"""NXP's signatures over UIDs, checked also against a library where it knows the curve; nothing else passes."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from cards.originality import CURVES, NXP, PUBLIC_KEYS, SECP128R1, SECP224R1, Curve, is_original, verify
from cards.version import Product
from tests.cards.known import each_flipped, entry, octets

PRODUCTS = {
    "originality-ultralight-ev1-1": "ultralight_ev1",
    "originality-ultralight-ev1-2": "ultralight_ev1",
    "originality-ntag21x-2": "ntag21x",
    "originality-mifare-classic-ev1-1": "mifare_classic_ev1",
    "originality-desfire-ev2-1": "desfire_ev2",
    "originality-desfire-light-1": "desfire_light",
    "originality-ntag424-dna-2": "ntag424",
    "originality-mifare-plus-ev1-1": "mifare_plus_ev1",
}
DESFIRE_EV3 = (  # of a real chip, as tools that read such cards print it
    "04445DD2DB6B80",
    "166BFD9F9BFAA451172566101580DF9894F582C4A4E258C15037AD2F35A475CF1D7FB817618623A6569F991931AFB2766984E21A18512A6D",
)


def parts(id: str) -> tuple[Curve, bytes, bytes, bytes]:
    known: dict[str, Any] = entry(id)
    return CURVES[known["curve"]], octets(known["public_key"]), octets(known["uid"]), octets(known["signature"])


@pytest.mark.parametrize("id", PRODUCTS)
def test_signatures_of_real_chips(id: str) -> None:
    curve, key, uid, signature = parts(id)
    assert verify(curve, key, uid, signature)
    assert is_original(PRODUCTS[id], uid, signature)
    assert not is_original(PRODUCTS[id], uid[:-1] + bytes((uid[-1] ^ 1,)), signature)


def test_every_known_key_has_a_known_signature() -> None:
    assert {*PRODUCTS.values(), "desfire_ev3"} == set(PUBLIC_KEYS)
    uid, signature = map(octets, DESFIRE_EV3)
    assert is_original("desfire_ev3", uid, signature)
    assert not is_original("desfire_ev2", uid, signature)


def test_a_chip_is_judged_by_the_keys_of_what_it_says_it_is() -> None:
    assert set(NXP) < {product.value for product in Product}
    _, _, uid, signature = parts("originality-ntag424-dna-2")
    assert [name for name, keys in NXP.items() if any(key.signed(uid, signature) for key in keys)] == [
        "ntag424",
        "desfire_ev2",
    ]


def test_an_altered_signature_or_key_is_refused() -> None:
    curve, key, uid, signature = parts("originality-ultralight-ev1-1")
    assert not any(verify(curve, key, uid, altered) for altered in each_flipped(signature))
    assert not any(verify(curve, altered, uid, signature) for altered in each_flipped(key))


@pytest.mark.parametrize("curve", [SECP128R1, SECP224R1])
def test_signatures_without_a_shape_are_refused(curve: Curve) -> None:
    key = octets("04" + next(key for known, key in PUBLIC_KEYS.values() if known is curve))
    zero, order, one = bytes(curve.width), curve.n.to_bytes(curve.width, "big"), (1).to_bytes(curve.width, "big")
    for signature in (b"", zero + one, one + zero, order + one, one + order, one, one + one + b"\0"):
        assert not verify(curve, key, bytes(7), signature)
    for uid in (b"", bytes(11)):
        assert not verify(curve, key, uid, one + one)


def test_another_product_is_not_it() -> None:
    _, _, uid, signature = parts("originality-ntag21x-2")
    assert not is_original("ultralight_ev1", uid, signature)
    with pytest.raises(ValueError, match="'clone'"):
        is_original("clone", uid, signature)


def test_multiples_of_the_base_point_are_a_librarys() -> None:
    """The library makes a key pair from a secret; its public point verifies only if our arithmetic finds the same."""
    for secret in (1, 2, 0x1234567, SECP224R1.n - 1):
        numbers = ec.derive_private_key(secret, ec.SECP224R1()).public_key().public_numbers()
        key = b"\4" + numbers.x.to_bytes(28, "big") + numbers.y.to_bytes(28, "big")
        uid, r = 77, SECP224R1.x  # with the number 1 as its nonce, r is the base point's x
        s = (uid + r * secret) % SECP224R1.n
        assert verify(SECP224R1, key, bytes((uid,)), r.to_bytes(28, "big") + s.to_bytes(28, "big"))


@pytest.mark.parametrize("curve", [SECP128R1, SECP224R1])
def test_the_base_point_lies_on_its_curve_and_beside_it_is_no_key(curve: Curve) -> None:
    assert curve.holds((curve.x, curve.y))
    beside = b"\4" + curve.x.to_bytes(curve.width, "big") + (curve.y + 1).to_bytes(curve.width, "big")
    assert not verify(curve, beside, b"u", bytes(2 * curve.width))
