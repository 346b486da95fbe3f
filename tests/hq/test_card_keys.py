"""Which terminal gets the key of which card over HQ's door, and what HQ keeps of it."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select, update

from cards import fm1208
from cards.dialogue import converse
from cards.generations import CardKeys as KeysOfCard
from cards.layout import NTAG424
from cards.plugin import ask_by
from drivers.virtual.cards.card_kinds import KINDS, MAKERS
from hq import member_codes
from hq.card_masters import MASTERS
from hq.card_register import Issue, certify, end, issued
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from hq.schema import card_key_given, member
from keystore.file_store import FileStore
from keystore.masters import CARDS, card_diversify
from protocol.card_keys import CardKey, CardKeys
from protocol.directory import CardTechnology, card_key
from tests.hq.clients import Client
from tests.hq.devices import join
from tests.hq.served import ServedHq

UID, OTHER = "04AABBCCDDEE80", "04AABBCCDDEE81"
TAG = Issue(UID, CardTechnology.NTAG424, 1)


@pytest.fixture
def masters(served: ServedHq) -> FileStore:
    """HQ has a master, and m1 of store s01 a card with a key of it."""
    hq = served.headquarters
    store = FileStore(hq.state / FOLDER / MASTERS, Random(3).randbytes)
    store.make(CARDS, 1)
    member_codes.begin(hq, Random(4).randbytes)
    give_card(hq)
    with hq.database.transaction() as connection:
        at_home = update(member).where(member.c.id == "m1")
        connection.execute(at_home.values(home_store="s01", second_store=None))
    return store


def give_card(hq: Headquarters, issue: Issue = TAG) -> None:
    certify(hq, "m1", issue)
    issued(hq, "m1", issue)


def asked(served: ServedHq, *uids: str, store: str = "s01") -> tuple[CardKey, ...]:
    with Client(served, join(served.headquarters, store, "1")) as client:
        return CardKeys.model_validate(client.post("/v1/card-keys", {"uids": uids}).body).keys


def noted(hq: Headquarters) -> list[tuple[object, ...]]:
    columns = card_key_given.c
    with hq.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(columns.device, columns.epoch, columns.card))]


def test_a_terminal_of_the_members_store_gets_the_cards_key(served: ServedHq, masters: FileStore) -> None:
    hq = served.headquarters
    [given] = asked(served, UID, OTHER)
    own = KeysOfCard(card_diversify(masters), bytes.fromhex(UID), NTAG424.application)
    assert NTAG424.link_key is not None
    made = [own.key(number, 1).value.hex() for number in (NTAG424.challenge_key, NTAG424.link_key)]
    assert [given.key, given.link] == made
    assert (given.card, given.version) == (card_key(hq.keys.lookup, UID), 1)
    assert noted(hq) == [("s01-1", 1, given.card)]
    assert given.key not in repr(given)


def test_a_terminal_of_another_store_gets_none(served: ServedHq, masters: FileStore) -> None:
    assert asked(served, UID, store="s02") == ()
    assert noted(served.headquarters) == []


def test_a_card_that_was_taken_back_has_no_key_any_more(served: ServedHq, masters: FileStore) -> None:
    end(served.headquarters, UID, None)
    assert asked(served, UID) == ()


def test_without_the_master_there_is_nothing_to_give(served: ServedHq, masters: FileStore) -> None:
    for path in (served.headquarters.state / FOLDER / MASTERS).iterdir():
        path.unlink()
    assert asked(served, UID) == ()


def test_a_card_of_a_plugin_proves_the_key_that_hq_gives(served: ServedHq, masters: FileStore) -> None:
    uid = "04A1B2C3"
    give_card(served.headquarters, Issue(uid, "fm1208", 1, key_no=2))
    [given] = asked(served, uid)
    own = masters.diversify(CARDS, 1, bytes.fromhex(uid) + b"\2stillpoint")
    assert (given.key, given.link) == (own.value.hex(), None)
    order = {"keys": {"internal": {"2": own.value.hex()}}}
    card = KINDS["fm1208"](MAKERS["fm1208"](bytes.fromhex(uid), order), Random(1).randbytes)
    converse(ask_by(fm1208.PLUGIN, bytes.fromhex(given.key), 2, Random(2).randbytes), card.answer)
