"""Card keys in step with the directory: fetched when wanted, dropped with the row, replaced with its version."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from cards.aes import AesKey
from protocol.card_keys import CardKey, CardKeys, CardKeysAsk
from protocol.directory import CardProof, CardRow, CardState, CardTechnology
from terminal.errors import SyncError
from terminal.store.card_keys import WANTED_MAX, CardKeyFile, HeldKey, WantedKeys
from terminal.sync.card_keys import KeyFetcher

CARD, UID = "ab" * 16, "04AABBCCDDEE80"
KEY = HeldKey(1, AesKey(bytes(range(16))))


def row(version: int | None) -> str:
    proof = CardProof(technology=CardTechnology.NTAG424, key_no=3, version=version) if version else None
    return CardRow(member="m1", state=CardState.ACTIVE, proof=proof).model_dump_json()


def given(asked: CardKeysAsk) -> CardKeys:
    assert asked.uids == (UID,)
    return CardKeys(keys=(CardKey(card=CARD, version=1, key=KEY.key.value.hex()),))


def away(_: CardKeysAsk) -> CardKeys:
    raise SyncError("HQ is away")


@pytest.fixture
def file(tmp_path: Path) -> CardKeyFile:
    return CardKeyFile(tmp_path, Random(1).randbytes)


def test_a_wanted_key_is_fetched_and_kept(file: CardKeyFile) -> None:
    assert KeyFetcher(file, given).keep_in_step(lambda *_: row(1), [UID])
    assert file.read() == {CARD: KEY}
    assert not KeyFetcher(file, away).keep_in_step(lambda *_: row(1), []), "nothing is asked where nothing is wanted"


def test_the_key_of_links_comes_with_it(file: CardKeyFile) -> None:
    made = CardKey(card=CARD, version=1, key=KEY.key.value.hex(), link="5e" * 16)
    assert KeyFetcher(file, lambda _: CardKeys(keys=(made,))).fetch(UID)
    assert file.read() == {CARD: HeldKey(1, KEY.key, AesKey(bytes.fromhex("5e" * 16)))}
    assert "5e5e" not in repr(made)


def test_the_key_of_a_card_that_lies_there_joins_the_others(file: CardKeyFile) -> None:
    other = {"cd" * 16: HeldKey(2, AesKey(bytes(16)))}
    file.write(other)
    assert KeyFetcher(file, given).fetch(UID)
    assert file.read() == {CARD: KEY, **other}
    assert KeyFetcher(file, given).fetch(UID), "it is here already, and so it came"


def test_a_key_that_hq_does_not_give_did_not_come(file: CardKeyFile) -> None:
    assert not KeyFetcher(file, lambda _: CardKeys(keys=())).fetch(UID)
    assert file.stamp() is None
    with pytest.raises(SyncError):
        KeyFetcher(file, away).fetch(UID)


@pytest.mark.parametrize("told", [None, row(None), row(2)], ids=["erased", "no key any more", "another version"])
def test_a_key_goes_with_what_it_was_for(file: CardKeyFile, told: str | None) -> None:
    file.write({CARD: KEY})
    assert KeyFetcher(file, away).keep_in_step(lambda *_: told, [])
    assert file.read() == {}


def test_where_hq_is_away_nothing_changes(file: CardKeyFile) -> None:
    file.write({CARD: KEY})
    with pytest.raises(SyncError):
        KeyFetcher(file, away).keep_in_step(lambda *_: None, [UID])
    assert file.read() == {CARD: KEY}


def test_what_is_wanted_is_told_once_and_of_too_many_the_newest() -> None:
    wanted = WantedKeys()
    for number in range(WANTED_MAX + 2):
        wanted.want(f"{number:014X}")
        wanted.want(f"{number:014X}")
    taken = wanted.take()
    assert (len(taken), taken[0], taken[-1]) == (WANTED_MAX, f"{2:014X}", f"{WANTED_MAX + 1:014X}")
    assert wanted.take() == []


def test_what_came_is_not_wanted_any_more() -> None:
    wanted = WantedKeys()
    wanted.want(UID)
    wanted.want("04AABBCCDDEE81")
    wanted.forget(UID)
    wanted.forget(UID)
    assert wanted.take() == ["04AABBCCDDEE81"]
