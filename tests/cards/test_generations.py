"""Keys of a card: by AN10922 from the master of a generation, and never the same for two uses."""

from __future__ import annotations

from cards.aes import BLOCK, AesKey, encrypt
from cards.diversify import diversify, diversify_with
from cards.generations import FACTORY, CardKeys, material

MASTER = AesKey(bytes(range(16)))
UID = bytes.fromhex("04A1B2C3D4E5F6")


def test_a_key_is_the_masters_of_its_generation() -> None:
    asked = []

    def made(generation: int, what: bytes) -> AesKey:
        asked.append((generation, what))
        return diversify(MASTER, what)

    keys = CardKeys(made, UID, b"IPS")
    assert keys.key(1, 7) == diversify(MASTER, UID + b"IPS" + b"\x01" + b"stillpoint")
    assert asked == [(7, material(UID, b"IPS", 1))]
    assert keys.key(0, FACTORY).value == bytes(16)
    assert len(asked) == 1
    assert "04a1" not in repr(keys)


def test_materials_name_card_application_and_use() -> None:
    made = {
        material(uid, application, number)
        for uid in (UID, UID[::-1])
        for application in (b"IPS", b"ips")
        for number in (0, 1)
    }
    assert len(made) == 8
    assert len(material(UID, bytes(7), 4)) <= 31


def test_a_master_that_stays_where_it_is_makes_the_same_keys() -> None:
    asked = []

    def encipher(block: bytes) -> bytes:
        asked.append(len(block))
        return encrypt(MASTER, block)

    for length in range(1, 32):
        what = bytes(range(length))
        assert diversify_with(encipher, what) == diversify(MASTER, what)
    assert set(asked) == {BLOCK}
