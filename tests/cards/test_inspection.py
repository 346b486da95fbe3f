"""Looking at a card writes nothing, tries no key that it does not claim, and shows none."""

from __future__ import annotations

from random import Random

import pytest

from cards.dialogue import converse
from cards.inspection import Inspection, inspect
from cards.originality import NXP, Factory
from cards.personalise import issue
from drivers.virtual.cards.faults import Fault, Faulty
from drivers.virtual.cards.native import NativeCard
from drivers.virtual.cards.ntag424 import Ntag424
from tests.cards import factory
from tests.cards.blank_cards import BLANKS, LINK, MASTERS, SILENT, UID, Blank, certificate, keys_of, region, tap

FIRST = issue(UID, 1, certificate(1), LINK)
EVERY = pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)


def look(card: NativeCard, *, with_keys: bool = True, factory: Factory = NXP) -> Inspection:
    card.power_off()
    dialogue = inspect(keys_of if with_keys else None, Random(3).randbytes, factory)
    return converse(dialogue, Faulty(card, Fault()).answer)


@EVERY
def test_a_blank_card_says_so_and_its_keys_are_not_tried(blank: Blank) -> None:
    seen = look(blank.card())
    assert (seen.technology, seen.uid, seen.random_uid) == (blank.layout.technology, UID, False)
    assert (seen.certificate, seen.link, seen.proven) == (None, None, None)
    assert seen.application is not blank.layout.makes_application
    assert seen.claims == ((0,) * 5 if seen.application else ())


@EVERY
def test_an_issued_card_shows_its_certificate_and_proves_its_key(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    before = card.eeprom.to_json()
    seen = look(card)
    assert seen.certificate is not None
    assert (seen.certificate.uid, seen.certificate.key_set, seen.proven) == (UID, 1, 1)
    assert set(seen.claims) == {1}
    assert (seen.link or "").startswith("https://shop.example/t?u=") is (blank.layout.link_key is not None)
    changed = {name for name, value in card.eeprom.to_json().items() if value != before[name]}
    assert changed <= {"counter.2"}
    assert look(card, with_keys=False).proven is None
    shown = repr(seen)
    assert not any(master.value.hex() in shown for master in MASTERS.values())


@EVERY
def test_a_card_that_only_claims_its_key_is_found_out(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    number = blank.layout.challenge_key
    card.eeprom.replace(f"{region(blank.layout)}key.{number}", bytes(16) + b"\x01")
    assert look(card).proven is False


SIGNED = pytest.mark.parametrize("kind", ["ntag424", "desfire_ev2"])


@SIGNED
@pytest.mark.parametrize("issued", [False, True])
def test_a_genuine_chip_is_told_and_no_key_is_tried(kind: str, issued: bool) -> None:
    card = BLANKS[kind].card()
    if issued:
        tap(card, FIRST)
    card.eeprom.replace("signature", factory.signature(UID))
    assert look(card, with_keys=False, factory=factory.FACTORY).original is True
    assert look(card, factory=NXP).original is False, "NXP did not sign this one"


@SIGNED
def test_a_signature_of_another_chip_is_none(kind: str) -> None:
    card = BLANKS[kind].card()
    card.eeprom.replace("signature", factory.signature(UID[:-1] + b"\0"))
    assert look(card, factory=factory.FACTORY).original is False


def test_where_no_signature_can_be_judged_nothing_is_said() -> None:
    assert look(BLANKS["desfire_ev1"].card(), factory=factory.FACTORY).original is None
    shy = BLANKS["desfire_ev2"].card()
    shy.eeprom.replace("signature", bytes(20))
    assert look(shy, factory=factory.FACTORY).original is None, "it is of another shape"
    hidden = BLANKS["ntag424"].card()
    hidden.eeprom.replace("config", b"\x02")
    assert look(hidden, factory=factory.FACTORY).original is None, "the UID that was signed is not shown"


def test_a_card_with_random_uids_is_told() -> None:
    card = BLANKS["ntag424"].card()
    card.eeprom.replace("config", b"\x02")
    assert look(card).random_uid


def test_no_wrong_key_is_counted() -> None:
    card = BLANKS["ntag424"].card()
    look(card)
    tap(card, FIRST)
    look(card)
    assert isinstance(card, Ntag424)
    assert [card.failures.total(number) for number in range(5)] == [0] * 5


def test_a_version_that_there_is_no_master_of_is_not_tried() -> None:
    card = BLANKS["desfire_ev2"].card()
    tap(card, FIRST)
    card.eeprom.replace(f"{region(BLANKS['desfire_ev2'].layout)}key.1", bytes(16) + b"\x09")
    seen = look(card)
    assert (seen.claims, seen.proven) == ((1, 9), None)


def test_a_card_that_tells_no_version_is_asked_for_the_key_of_its_certificate() -> None:
    card = SILENT.card()
    assert look(card).proven is None
    tap(card, FIRST)
    seen = look(card)
    assert (set(seen.claims), seen.proven) == ({None}, 1)
