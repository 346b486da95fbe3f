"""A master never leaves its token, and makes there the keys that it would make here."""

from __future__ import annotations

from collections.abc import Callable

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, ObjectClass

from cards.aes import AesKey
from cards.diversify import diversify
from keystore.masters import CARDS, KeyStoreError
from keystore.opening import SOFTHSM
from keystore.pkcs11_store import Pkcs11Store
from tests.softhsm import PIN

MASTER = bytes.fromhex("00112233445566778899AABBCCDDEEFF")  # AN10922, section 2.2
MATERIAL = bytes.fromhex("04782E21801D803042F54E585020416275")
CARD_KEY = "a8dd63a3b89d54b37ca802473fda9175"


def planted(label: str, value: bytes, **other: bool) -> None:
    """Put a known key into the token under the name of version 1, kept inside unless `other` says otherwise."""
    kept = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False} | {Attribute[n]: v for n, v in other.items()}
    what = {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.KEY_TYPE: KeyType.AES,
        Attribute.LABEL: f"stillpoint-{CARDS}-1",
        Attribute.VALUE: value,
        Attribute.TOKEN: True,
        Attribute.ENCRYPT: True,
    }
    with pkcs11.lib(SOFTHSM).get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        session.create_object(what | kept)


def test_a_token_makes_the_keys_of_an10922(softhsm: Callable[[], str]) -> None:
    label = softhsm()
    planted(label, MASTER)
    store = Pkcs11Store(SOFTHSM, label, PIN)
    assert store.diversify(CARDS, 1, MATERIAL).value.hex() == CARD_KEY
    for length in (1, 15, 16, 30, 31):
        material = bytes(range(length))
        assert store.diversify(CARDS, 1, material) == diversify(AesKey(MASTER), material)
    store.close()


def test_a_master_stays_in_its_token(softhsm: Callable[[], str]) -> None:
    label = softhsm()
    store = Pkcs11Store(SOFTHSM, label, PIN)
    store.make(CARDS, 1)
    key = store._session.get_key(ObjectClass.SECRET_KEY, KeyType.AES, label=f"stillpoint-{CARDS}-1")
    assert key[Attribute.EXTRACTABLE] is False
    assert key[Attribute.NEVER_EXTRACTABLE] is True
    with pytest.raises(pkcs11.AttributeSensitive):
        key[Attribute.VALUE]
    store.close()
    again = Pkcs11Store(SOFTHSM, label, PIN)
    assert again.versions(CARDS) == {1}
    again.close()


def test_a_process_opens_a_token_once(softhsm: Callable[[], str]) -> None:
    label = softhsm()
    planted(label, MASTER)
    for _ in range(2):
        store = Pkcs11Store(SOFTHSM, label, PIN)
        with pytest.raises(KeyStoreError, match="UserAlreadyLoggedIn"):
            Pkcs11Store(SOFTHSM, label, PIN)
        assert store.diversify(CARDS, 1, MATERIAL).value.hex() == CARD_KEY
        store.close()


@pytest.mark.parametrize("other", [{"EXTRACTABLE": True}, {"SENSITIVE": False}])
def test_a_master_that_the_token_would_give_away_is_not_used(
    softhsm: Callable[[], str], other: dict[str, bool]
) -> None:
    label = softhsm()
    planted(label, MASTER, **other)
    store = Pkcs11Store(SOFTHSM, label, PIN)
    with pytest.raises(KeyStoreError, match="gives master card-1 away"):
        store.diversify(CARDS, 1, MATERIAL)
    store.close()
