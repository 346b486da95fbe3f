"""Both key stores keep the same promises: keys by AN10922, versions that are made once, errors without secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from cards.aes import AesKey
from cards.diversify import diversify
from cards.generations import RETIRED, NoMaster
from keystore.masters import CARDS, KeyStore, KeyStoreError, card_diversify, newest
from keystore.opening import SOFTHSM, open_store
from tests.softhsm import PIN

MATERIAL = b"a card's material"


@pytest.fixture(params=["files", "token"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyStore]:
    where = str(tmp_path / "keys")
    if request.param == "token":
        where = f"pkcs11:{request.getfixturevalue('softhsm')()}"
    opened = open_store(where, SOFTHSM, lambda: PIN, Random(1).randbytes)
    yield opened
    opened.close()


def test_masters_are_made_once_and_make_different_keys(store: KeyStore) -> None:
    assert store.versions(CARDS) == frozenset()
    with pytest.raises(KeyStoreError, match="no master for cards yet"):
        newest(store)
    for version in (1, 2, RETIRED):
        store.make(CARDS, version)
        with pytest.raises(KeyStoreError, match="never made twice"):
            store.make(CARDS, version)
    store.make("other", 1)
    assert store.versions(CARDS) == {1, 2, RETIRED}
    assert newest(store) == 2
    made = {store.diversify(name, version, MATERIAL).value for name, version in ((CARDS, 1), (CARDS, 2), ("other", 1))}
    made |= {store.diversify(CARDS, RETIRED, MATERIAL).value, store.diversify(CARDS, 1, MATERIAL[::-1]).value}
    assert len(made) == 5
    assert card_diversify(store)(1, MATERIAL) == store.diversify(CARDS, 1, MATERIAL)


def test_a_master_that_is_not_there_is_told_from_a_broken_store(store: KeyStore) -> None:
    store.make(CARDS, 1)
    with pytest.raises(NoMaster, match="version 3"):
        store.diversify(CARDS, 3, MATERIAL)


@pytest.mark.parametrize(("name", "version"), [("../card", 1), ("card", 0), ("card", 256), ("", 1), ("Card", 1)])
def test_names_and_versions_have_limits(store: KeyStore, name: str, version: int) -> None:
    with pytest.raises(ValueError, match="short name in lower case"):
        store.make(name, version)
    with pytest.raises(ValueError, match="short name in lower case"):
        store.diversify(name, version, MATERIAL)


def test_keys_in_files_are_those_of_an10922_and_the_stores_own(tmp_path: Path) -> None:
    store = open_store(str(tmp_path), SOFTHSM, str, lambda size: bytes(range(size)))
    store.make(CARDS, 1)
    assert store.diversify(CARDS, 1, MATERIAL) == diversify(AesKey(bytes(range(16))), MATERIAL)
    assert (tmp_path / "card-1.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o700 | 0o001])
def test_a_file_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    store = open_store(str(tmp_path), SOFTHSM, str, Random(1).randbytes)
    store.make(CARDS, 1)
    (tmp_path / "card-1.key").chmod(mode)
    with pytest.raises(KeyStoreError, match="chmod it to 600"):
        store.diversify(CARDS, 1, MATERIAL)


@pytest.mark.parametrize("content", ["", "00", "zz" * 16, "00" * 17])
def test_a_damaged_file_is_told_and_not_shown(tmp_path: Path, content: str) -> None:
    store = open_store(str(tmp_path), SOFTHSM, str, Random(1).randbytes)
    store.make(CARDS, 1)
    (tmp_path / "card-1.key").write_text(content)
    with pytest.raises(KeyStoreError, match=r"card-1\.key holds no master"):
        store.diversify(CARDS, 1, MATERIAL)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = open_store(str(tmp_path / "file" / "keys"), SOFTHSM, str, Random(1).randbytes)
    assert store.versions(CARDS) == frozenset()
    with pytest.raises(KeyStoreError, match="cannot be written"):
        store.make(CARDS, 1)


def test_a_token_is_not_opened_with_a_wrong_pin_or_name(softhsm: Callable[[], str]) -> None:
    label = softhsm()
    for where, pin in ((f"pkcs11:{label}", "000000"), ("pkcs11:nobody", PIN)):
        with pytest.raises(KeyStoreError, match="cannot be opened") as refused:
            open_store(where, SOFTHSM, partial(str, pin), Random(1).randbytes)
        assert pin not in str(refused.value)
    with pytest.raises(KeyStoreError, match="cannot be opened"):
        open_store(f"pkcs11:{label}", "/nowhere.so", lambda: PIN, Random(1).randbytes)
