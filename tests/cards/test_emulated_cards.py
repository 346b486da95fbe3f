"""Both sides meet: our dialogues with the emulated cards, which share no code with them, from blank to read back."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from cards import desfire, ntag424
from cards.access import FREE, NEVER, AccessRights
from cards.aes import AesKey
from cards.card_keys import change_other_key, change_own_key, key_version
from cards.channel import CommMode, InTheClear, KeyedChannel
from cards.dialogue import Dialogue, converse
from cards.errors import CardRefused, ProofFailed
from cards.ev1_auth import authenticate_ev1
from cards.ev2_auth import authenticate_ev2_first, authenticate_ev2_non_first
from cards.files import FileSettings, change_file_settings, get_file_settings, read_data, write_data
from cards.ndef import read_uri_file, uri_file
from cards.picc import get_card_uid, read_signature, set_configuration
from cards.sdm_settings import ASCII, COUNTER_MIRROR, ENCRYPTED_DATA, UID_MIRROR, SdmSettings
from cards.sun import SunError, verify
from cards.sun_url import SunTemplate, read_sun_url
from cards.version import Product, get_version
from drivers.virtual.cards.card import Card
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.desfire_memory import delivered as new_desfire
from drivers.virtual.cards.ntag424 import Ntag424
from drivers.virtual.cards.ntag424 import delivered as new_ntag424

UID = bytes.fromhex("04A1B2C3D4E5F6")
ZERO, NEW = AesKey(bytes(16)), AesKey(bytes(range(16)))
RND_A = bytes(range(100, 116))
PLAIN, MAC, FULL = CommMode.PLAIN, CommMode.MAC, CommMode.FULL
AID = desfire.aid(0x515049)
Begin = Callable[[AesKey, int, bytes], Dialogue[KeyedChannel]]
BOTH_DIALECTS = pytest.mark.parametrize("begin", [authenticate_ev1, authenticate_ev2_first])


def ntag() -> Ntag424:
    card = Ntag424(new_ntag424(UID), Random(1).randbytes)
    converse(ntag424.select_application(), card.answer)
    return card


def application(begin: Begin, mode: CommMode, size: int) -> tuple[Card, KeyedChannel]:
    """A DESFire with an application of two keys and file 1, and a session with its master key."""
    card = Desfire(new_desfire(UID, {}), Random(1).randbytes)
    rights = AccessRights(read=1, write=0, read_write=0, change=0)
    picc = converse(begin(ZERO, 0, RND_A), card.answer)
    converse(desfire.create_application(picc, AID, 2, MAC), card.answer)
    assert AID in converse(desfire.application_ids(picc, MAC), card.answer)
    converse(desfire.select_application(AID), card.answer)
    session = converse(begin(ZERO, 0, RND_A), card.answer)
    converse(desfire.create_standard_file(session, 1, mode, rights, size, MAC), card.answer)
    assert converse(desfire.file_numbers(session, MAC), card.answer) == [1]
    converse(desfire.select_application(AID), card.answer)
    with pytest.raises(CardRefused):
        converse(read_data(InTheClear(), 1, 0, 1, PLAIN), card.answer)
    return card, converse(begin(ZERO, 0, RND_A), card.answer)


def test_both_cards_say_what_they_are() -> None:
    assert converse(get_version(), ntag().answer).product is Product.NTAG424
    version = converse(get_version(), Desfire(new_desfire(UID, {}), Random(1).randbytes).answer)
    assert (version.product, version.uid) == (Product.DESFIRE_EV2, UID)
    assert converse(read_signature(), ntag().answer) == bytes(56)


@BOTH_DIALECTS
@pytest.mark.parametrize("mode", list(CommMode))
@pytest.mark.parametrize("size", [1, 48, 300])
def test_a_file_of_a_desfire_is_written_and_read(begin: Begin, mode: CommMode, size: int) -> None:
    card, session = application(begin, mode, size)
    settings = converse(get_file_settings(session, 1), card.answer)
    assert (settings.mode, settings.size) == (mode, size)
    data = bytes(index % 251 for index in range(size))
    converse(write_data(session, 1, 0, data, mode), card.answer)
    assert converse(read_data(session, 1, 0, size, mode), card.answer) == data
    reader = converse(begin(ZERO, 1, RND_A), card.answer)
    assert converse(read_data(reader, 1, 0, size, mode), card.answer) == data


@BOTH_DIALECTS
def test_keys_of_a_desfire_are_changed(begin: Begin) -> None:
    card, session = application(begin, FULL, 16)
    converse(change_other_key(session, 1, ZERO, NEW, 7), card.answer)
    assert converse(key_version(session, 1, MAC), card.answer) == 7
    converse(change_own_key(session, NEW, 9), card.answer)
    with pytest.raises(ProofFailed):
        converse(begin(ZERO, 0, RND_A), card.answer)
    for key_no in (0, 1):
        session = converse(begin(NEW, key_no, RND_A), card.answer)
        assert converse(get_card_uid(session), card.answer) == UID


@BOTH_DIALECTS
def test_a_desfire_is_emptied_again(begin: Begin) -> None:
    card, session = application(begin, FULL, 16)
    converse(desfire.delete_file(session, 1, MAC), card.answer)
    assert converse(desfire.file_numbers(session, MAC), card.answer) == []
    converse(desfire.select_application(desfire.PICC), card.answer)
    picc = converse(begin(ZERO, 0, RND_A), card.answer)
    converse(desfire.delete_application(picc, AID, MAC), card.answer)
    assert converse(desfire.application_ids(picc, MAC), card.answer) == []


def test_a_ntag_is_keyed_and_its_file_written() -> None:
    card = ntag()
    session = converse(authenticate_ev2_first(ZERO, 0, RND_A), card.answer)
    rights = AccessRights(read=2, write=NEVER, read_write=0, change=0)
    size = ntag424.FILE_BYTES[ntag424.PROPRIETARY_FILE]
    converse(change_file_settings(session, ntag424.PROPRIETARY_FILE, FileSettings(FULL, rights, size)), card.answer)
    settings = converse(get_file_settings(session, ntag424.PROPRIETARY_FILE), card.answer)
    assert settings == FileSettings(FULL, rights, size)
    data = bytes(range(128))
    converse(write_data(session, ntag424.PROPRIETARY_FILE, 0, data, settings.writing_mode(0)), card.answer)
    converse(change_other_key(session, 2, ZERO, NEW, 1), card.answer)
    second = converse(authenticate_ev2_non_first(session, NEW, 2, RND_A), card.answer)
    assert converse(read_data(second, ntag424.PROPRIETARY_FILE, 0, size, FULL), card.answer) == data


def test_a_card_with_random_uids_tells_the_true_one() -> None:
    card = ntag()
    session = converse(authenticate_ev2_first(ZERO, 0, RND_A), card.answer)
    converse(set_configuration(session, 0, b"\2"), card.answer)
    card.power_off()
    assert card.uid[0] == 0x08
    converse(ntag424.select_application(), card.answer)
    session = converse(authenticate_ev2_first(ZERO, 0, RND_A), card.answer)
    assert converse(get_card_uid(session), card.answer) == UID


def test_links_that_a_card_mirrors_are_proven() -> None:
    link = "https://shop.example/t?e=" + "0" * 32 + "&f=" + "0" * 32 + "&c=" + "0" * 16
    file, card = uri_file(link), ntag()
    picc_at, data_at, code_at = (file.index(name) + 3 for name in (b"?e=", b"&f=", b"&c="))
    options = UID_MIRROR | COUNTER_MIRROR | ENCRYPTED_DATA | ASCII
    places = {"picc_data_at": picc_at, "code_from": data_at, "data_at": data_at, "data_length": 32, "code_at": code_at}
    sdm = SdmSettings(options, meta_read=1, file_read=2, counter_read=NEVER, **places)
    session = converse(authenticate_ev2_first(ZERO, 0, RND_A), card.answer)
    converse(write_data(session, ntag424.NDEF_FILE, 0, file, PLAIN), card.answer)
    settings = FileSettings(PLAIN, AccessRights(FREE, 0, 0, 0), 256, sdm)
    converse(change_file_settings(session, ntag424.NDEF_FILE, settings), card.answer)
    assert converse(get_file_settings(session, ntag424.NDEF_FILE), card.answer) == settings
    template = SunTemplate("c", picc="e", file="f", signed_from="f")
    for tap in (1, 2):
        card.power_off()
        converse(ntag424.select_application(), card.answer)
        url = read_uri_file(converse(read_data(InTheClear(), ntag424.NDEF_FILE, 0, len(file), PLAIN), card.answer))
        sun = verify(read_sun_url(url, template), ZERO, lambda _: ZERO)
        assert (sun.uid, sun.counter, sun.file_data) == (UID, tap, b"0" * 16)
        with pytest.raises(SunError):
            verify(read_sun_url(url, template), ZERO, lambda _: NEW)
