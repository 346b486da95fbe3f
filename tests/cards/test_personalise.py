"""Cards are issued, rekeyed and retired, and what stands in the way is said before anything is written."""

from __future__ import annotations

from typing import ClassVar

import pytest

from cards.aes import AesKey
from cards.dialogue import converse
from cards.generations import FACTORY, RETIRED
from cards.personal_errors import CannotPersonalise, Obstacle
from cards.personalise import issue, recognise, rekey, retire
from drivers.virtual.cards.channel import STATUS_OK
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.desfire_memory import delivered as new_desfire
from drivers.virtual.cards.native import NativeCard
from drivers.virtual.cards.ntag424 import Ntag424
from tests.cards.blank_cards import (
    BLANKS,
    LINK,
    SILENT,
    UID,
    Blank,
    certificate,
    file_of,
    held_keys,
    keys_of,
    region,
    tap,
)

EVERY = pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
FIRST = issue(UID, 1, certificate(1), LINK)


def versions(blank: Blank, card: NativeCard) -> set[int]:
    return {version for _, version in held_keys(card, blank.layout).values()}


@EVERY
def test_a_blank_card_becomes_whole_and_stays_so(blank: Blank) -> None:
    card = blank.card()
    done = tap(card, FIRST)
    assert done[-2:] == ["key 0 was changed", "the card was proven and read back"]
    assert versions(blank, card) == {1}
    assert file_of(card, blank.layout).startswith(certificate(1))
    writes = card.eeprom.writes
    assert tap(card, FIRST) == ["the card was proven and read back"]
    assert card.eeprom.writes - writes == (blank.layout.link_key is not None)  # the link was read once: its counter


@EVERY
def test_keys_of_one_card_differ_from_each_other_and_from_other_cards(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    held = {key for key, _ in held_keys(card, blank.layout).values()}
    other = {keys_of(blank.layout, UID[::-1]).key(number, 1).value for number in blank.layout.keys}
    assert len(held | other) == 2 * len(blank.layout.keys)


@EVERY
def test_a_card_is_rekeyed_and_then_retired(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    tap(card, rekey(UID, 2, certificate(2), LINK))
    assert versions(blank, card) == {2}
    assert file_of(card, blank.layout).startswith(certificate(2))
    tap(card, retire(UID, frozenset({1, 2}), to_factory=False))
    assert versions(blank, card) == {RETIRED}
    assert not any(file_of(card, blank.layout))
    with pytest.raises(CannotPersonalise, match="version 255"):
        tap(card, issue(UID, 2, certificate(2), LINK))


@EVERY
def test_a_card_that_is_retired_as_blank_can_be_issued_to_another(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    tap(card, retire(UID, frozenset({1}), to_factory=True))
    assert {key for key, _ in held_keys(card, blank.layout).values()} == {bytes(16)}
    assert versions(blank, card) == {FACTORY}
    tap(card, issue(UID, 1, certificate(1, b"member 2"), LINK))
    assert versions(blank, card) == {1}


@EVERY
def test_a_card_of_another_member_is_left_alone(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    before = card.eeprom.to_json()
    with pytest.raises(CannotPersonalise) as refused:
        tap(card, issue(UID, 1, certificate(1, b"member 2"), LINK))
    assert refused.value.obstacle is Obstacle.OTHER_MEMBER
    assert card.eeprom.to_json() == before


@EVERY
def test_a_card_whose_keys_are_not_ours_is_left_alone(blank: Blank) -> None:
    card = blank.card()
    tap(card, FIRST)
    with pytest.raises(CannotPersonalise, match="says version 1"):
        tap(card, issue(UID, 2, certificate(2), LINK))
    for version in (0, 1):
        card.eeprom.replace(f"{region(blank.layout)}key.0", bytes(range(16)) + bytes([version]))
        kept = held_keys(card, blank.layout)
        with pytest.raises(CannotPersonalise, match=f"is not ours, version {version}"):
            tap(card, FIRST)
        assert held_keys(card, blank.layout) == kept


def test_few_keys_are_tried_on_a_card_that_tells_no_version() -> None:
    card = SILENT.card()
    card.eeprom.replace("key.0", bytes(range(16)) + b"\x01")
    with pytest.raises(CannotPersonalise, match="is not ours, version 2, version 255, version 1"):
        tap(card, retire(UID, frozenset({1, 2}), to_factory=False))
    assert isinstance(card, Ntag424)
    assert card.failures.total(0) == 3


def test_another_card_of_the_same_kind_is_left_alone() -> None:
    card = BLANKS["ntag424"].card()
    with pytest.raises(CannotPersonalise) as refused:
        tap(card, issue(UID[::-1], 1, certificate(1, uid=UID[::-1]), None))
    assert refused.value.obstacle is Obstacle.OTHER_CARD
    assert versions(BLANKS["ntag424"], card) == {FACTORY}


@pytest.mark.parametrize("kind", ["ntag424", "desfire_ev2"])
def test_a_card_with_random_uids_is_refused(kind: str) -> None:
    card = BLANKS[kind].card()
    card.eeprom.replace("config", b"\x02")
    with pytest.raises(CannotPersonalise) as refused:
        tap(card, FIRST)
    assert refused.value.obstacle is Obstacle.RANDOM_UID


def test_a_desfire_that_guards_its_applications_is_refused() -> None:
    card = BLANKS["desfire_ev2"].card()
    card.eeprom.replace("settings", b"\x0b")
    with pytest.raises(CannotPersonalise) as refused:
        tap(card, FIRST)
    assert refused.value.obstacle is Obstacle.CLOSED


def test_a_product_that_has_no_layout_is_refused() -> None:
    class Light(Desfire):
        logins: ClassVar = {**Desfire.logins, 0x60: lambda *_: (STATUS_OK, bytes.fromhex("04080130001305") + bytes(21))}

    card = Light(new_desfire(UID, {}), bytes)
    with pytest.raises(CannotPersonalise, match=r"no NTAG 424 DNA and no DESFire .*desfire_light"):
        converse(recognise(), card.answer)


def test_a_version_of_keys_has_its_limits() -> None:
    for version in (0, 255, -1):
        with pytest.raises(ValueError, match="1 to 254"):
            issue(UID, version, b"", None)
    with pytest.raises(ValueError, match="newer keys"):
        rekey(UID, 1, b"", None)


def test_nothing_of_the_work_shows_a_certificate() -> None:
    assert certificate(1).hex() not in repr(FIRST)
    assert repr(AesKey(bytes(16))) == "AesKey()"
