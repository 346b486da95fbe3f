"""A member by a card: a card that was issued with a key proves it or is refused, wherever that key is at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

import kiosk_ui
from cards.aes import AesKey
from cards.dialogue import converse
from drivers.virtual.cards.card import Card
from drivers.virtual.cards.card_kinds import KINDS, MAKERS
from loyalty.possession import Challenge, Why
from protocol.directory import CardProof
from terminal.counter.attention import Attention
from terminal.counter.by_card import KEY_AWAY, MUTE, SILENT, Question, Said, by_card, question
from terminal.counter.card_alarms import MOST, NOTE, TOLD, newest_alarms, raise_alarm
from terminal.counter.desk import Desk
from terminal.counter.shop import Shop
from terminal.languages import LANGUAGES
from tests.terminal.counter.desks import TAP, Ids, refused_by
from tests.terminal.counter.proofs import AID, DESFIRE, DESFIRE_EV1, KEY, NTAG, at_hand, issued, key_of
from tests.terminal.shops import ADA, CY, NOON_MS, TestShop

EVERY_KIND = pytest.mark.parametrize("proof", [NTAG, DESFIRE, DESFIRE_EV1], ids=lambda proof: proof.technology)
PASSED, FAILED = Said(Challenge.PASSED), Said(Challenge.FAILED)


def keyed(test: TestShop) -> Shop:
    """The shop with the key of Ada's card at hand."""
    return replace(test.shop, card_keys=at_hand)


def card(proof: CardProof, key: AesKey = KEY) -> Card:
    """A card with Ada's UID and this key under number 1."""
    kind = proof.technology.partition("_")[0]
    keys = [bytes(16).hex(), key.value.hex()]
    memory = MAKERS[kind](bytes.fromhex(ADA), {"keys": keys if kind == "ntag424" else {AID: keys}})
    return KINDS[kind](memory, Random(1).randbytes)


def asked(shop: Shop) -> Question:
    found = question(shop, ADA, "uid")
    assert isinstance(found, Question)
    return found


@EVERY_KIND
def test_a_card_that_proves_its_key_is_believed(test: TestShop, proof: CardProof) -> None:
    issued(test, proof)
    shop = keyed(test)
    said = converse(asked(shop).dialogue(Random(2).randbytes), card(proof).answer)
    assert said == PASSED
    found = by_card(shop, ADA, said=said)
    assert (found.member.id, found.proof.level, found.proof.key_at_hand) == ("m1", "P4", True)


@EVERY_KIND
def test_a_clone_of_the_uid_has_another_key_and_is_refused(test: TestShop, proof: CardProof) -> None:
    issued(test, proof)
    shop = keyed(test)
    said = converse(asked(shop).dialogue(Random(2).randbytes), card(proof, AesKey(bytes(16))).answer)
    assert said == FAILED
    assert refused_by(lambda: by_card(shop, ADA, said=said)).phrase.code == "card_proof_failed"
    issued(test, proof.model_copy(update={"version": 2}))
    assert by_card(shop, ADA, said=SILENT).proof.level == "P1", "without the key there is nothing to look at"


def test_a_card_that_cannot_be_asked_although_its_key_is_here_is_refused(test: TestShop) -> None:
    issued(test, NTAG)
    shop = keyed(test)
    for said in (SILENT, MUTE):
        assert refused_by(lambda told=said: by_card(shop, ADA, said=told)).phrase.code == "card_proof_withheld"


def test_a_card_of_another_kind_answers_nothing(test: TestShop) -> None:
    issued(test, NTAG)
    assert converse(asked(keyed(test)).dialogue(Random(2).randbytes), card(DESFIRE).answer) == MUTE


def test_a_travellers_card_counts_as_what_anyone_can_copy(test: TestShop) -> None:
    issued(test, NTAG)
    assert question(test.shop, ADA, "uid") is KEY_AWAY
    found = by_card(test.shop, ADA)
    assert (found.member.id, found.proof.level, found.proof.key_at_hand) == ("m1", "P1", False)


def test_a_card_without_a_key_is_not_asked(test: TestShop) -> None:
    assert question(keyed(test), CY, "uid") is None
    found = by_card(keyed(test), CY, said=PASSED)
    assert (found.proof.level, found.proof.key_at_hand) == ("P1", True), "it has no key that it could have proven"


def test_what_is_refused_is_noted_for_hq_without_a_uid(test: TestShop) -> None:
    issued(test, NTAG)
    shop = keyed(test)
    for said in (FAILED, SILENT):
        refused_by(lambda told=said: by_card(shop, ADA, said=told))
    noted = shop.ledger.noted(NOTE)
    said = {"why": "challenge_withheld", "count": 2, "first_ms": NOON_MS, "last_ms": NOON_MS}
    assert noted == {key_of(ADA): said}
    assert ADA not in json.dumps(noted)


def test_of_too_many_alarms_the_oldest_goes(test: TestShop) -> None:
    for number in range(MOST + 2):
        test.clock.utc_ms = NOON_MS + number
        raise_alarm(test.shop, f"{number:032x}", Why.CHALLENGE_FAILED)
    noted = test.shop.ledger.noted(NOTE) or {}
    assert sorted(noted) == [f"{number:032x}" for number in range(2, MOST + 2)]


def at_the_till(test: TestShop) -> tuple[Shop, Desk]:
    """Ada's card has proven its key at the reader."""
    issued(test, NTAG)
    shop = keyed(test)
    desk = Desk(shop, Ids(), Attention(lambda: 0))
    desk.card(ADA, "uid", TAP, PASSED)
    return shop, desk


LEAVING: dict[str, Callable[[Desk], object]] = {
    "cleared": Desk.clear_member,
    "next": Desk.next,
    "another card": lambda desk: desk.card(CY, "uid", TAP),
    "a copy": lambda desk: refused_by(lambda: desk.card(ADA, "uid", TAP)),
}


def test_a_pos_may_go_on_with_the_card_that_is_at_the_till(test: TestShop) -> None:
    shop, desk = at_the_till(test)
    assert by_card(shop, ADA).proof.level == "P4"
    assert desk.till.proof.level == "P4"
    refused_by(lambda: desk.card_pulled(TAP))
    assert by_card(shop, ADA).proof.level == "P4"


@pytest.mark.parametrize("leaves", LEAVING)
def test_once_it_has_left_it_must_prove_its_key_again(test: TestShop, leaves: str) -> None:
    shop, desk = at_the_till(test)
    LEAVING[leaves](desk)
    assert refused_by(lambda: by_card(shop, ADA)).phrase.code == "card_proof_withheld"


def test_every_sentence_is_in_the_catalogue() -> None:
    for language in LANGUAGES:
        words = json.loads((kiosk_ui.FOLDER / "i18n" / f"{language}.json").read_text("utf-8"))
        assert {"card_proof_failed", "card_proof_withheld", "card_hold_still"} <= set(words)


def test_the_newest_alarms_are_told(test: TestShop) -> None:
    for number in range(TOLD + 2):
        test.clock.utc_ms = NOON_MS + number
        raise_alarm(test.shop, f"{number:032x}", Why.CHALLENGE_FAILED)
    told = newest_alarms(test.shop)
    assert [each["card"] for each in told] == [f"{number:032x}" for number in range(TOLD + 1, 1, -1)]
    assert len(json.dumps(told)) < 800, "a heartbeat has room for 1,000 bytes of devices"
