"""File settings as NXP prints them, and reads and writes that ask for and accept exactly what they should."""

from __future__ import annotations

import pytest

from cards.access import FREE, NEVER, AccessRights
from cards.aes import AesKey
from cards.channel import READ_EV1, WRITE_EV1, CommMode, InTheClear
from cards.dialogue import converse
from cards.errors import BadAnswer
from cards.ev2_session import Ev2Session
from cards.files import (
    READ_BYTES_MAX,
    FileSettings,
    change_file_settings,
    get_file_settings,
    read_data,
    write_data,
)
from cards.sdm_settings import COUNTER_LIMIT, SdmSettings
from tests.cards.known import Scripted, entry, octets

PLAIN, MAC, FULL = CommMode.PLAIN, CommMode.MAC, CommMode.FULL
PRINTED = octets(entry("an12196-mac-getfilesettings")["resp_data"])
PLAIN_FILE = octets("0003" + "2130" + "800000")


def test_the_printed_settings_are_understood() -> None:
    settings = FileSettings.parse(PRINTED)
    assert (settings.mode, settings.size) == (PLAIN, 256)
    assert settings.rights == AccessRights(read=FREE, write=FREE, read_write=FREE, change=FREE)
    sdm = settings.sdm
    assert sdm is not None
    assert (sdm.meta_read, sdm.file_read, sdm.counter_read) == (0, 0, FREE)
    assert (sdm.picc_data_at, sdm.code_from, sdm.data_at, sdm.data_length, sdm.code_at) == (31, 68, 68, 32, 106)
    assert settings.encode() == PRINTED[1:4] + PRINTED[7:]


def test_settings_are_changed_as_printed() -> None:
    """NXP AN12196, table 18."""
    known = entry("an12196-ev2first-key0")
    keys = AesKey(octets(known["k_ses_auth_enc"])), AesKey(octets(known["k_ses_auth_mac"]))
    sdm = SdmSettings(0xC1, 2, 1, 1, picc_data_at=0x20, code_from=0x43, code_at=0x43)
    settings = FileSettings(PLAIN, AccessRights(FREE, 0, 0, 0), 256, sdm)
    card = Scripted("57BFF87B1241E93D" + "9100")
    converse(change_file_settings(Ev2Session(*keys, octets(known["ti"]), counter=1), 2, settings), card)
    assert card.heard == ["905F0000190261B6D97903566E84C3AE5274467E89EAD799B7C1A0EF7A0400"]


def test_rights_are_in_their_half_bytes() -> None:
    rights = AccessRights(read=3, write=NEVER, read_write=1, change=0)
    assert rights.encode() == octets("103F")
    assert AccessRights.parse(octets("103F")) == rights
    with pytest.raises(ValueError, match="key number"):
        AccessRights(16, 0, 0, 0).encode()


@pytest.mark.parametrize(
    "data",
    [
        "",
        PRINTED[:6].hex(),
        PRINTED[:-1].hex(),
        PRINTED.hex() + "00",
        PRINTED[:9].hex(),
        "02" + PLAIN_FILE[1:].hex(),
        "00C3" + PLAIN_FILE[2:].hex(),
        PLAIN_FILE[:4].hex() + "010000FF",
        PLAIN_FILE[:4].hex() + "012000",
    ],
)
def test_settings_that_cannot_be_are_refused(data: str) -> None:
    with pytest.raises(BadAnswer):
        FileSettings.parse(octets(data))


def test_option_two_is_plain() -> None:
    assert FileSettings.parse(octets("0002") + PLAIN_FILE[2:]).mode is PLAIN


def test_what_is_only_free_goes_unprotected() -> None:
    settings = FileSettings(FULL, AccessRights(read=FREE, write=1, read_write=2, change=0), 128)
    assert [settings.reading_mode(key) for key in (None, 0, 2)] == [PLAIN, PLAIN, FULL]
    assert [settings.writing_mode(key) for key in (None, 0, 1, 2)] == [PLAIN, PLAIN, FULL, FULL]


def test_a_mirror_needs_its_place() -> None:
    with pytest.raises(ValueError, match="picc_data_at"):
        SdmSettings(0xC1, 2, NEVER, 1).encode()
    limited = SdmSettings(COUNTER_LIMIT, FREE, NEVER, NEVER, counter_limit=500)
    assert limited.encode() == octets("20FFEF" + "F40100")
    assert SdmSettings.parse(limited.encode()) == limited


def test_a_long_file_is_read_in_parts() -> None:
    first, second = bytes(READ_BYTES_MAX), b"end"
    card = Scripted(first.hex() + "9100", second.hex() + "9100")
    assert converse(read_data(InTheClear(), 3, 0, READ_BYTES_MAX + 3, PLAIN), card) == first + second
    assert card.heard == ["90AD00000703" + "000000" + "E00000" + "00", "90AD00000703" + "E00000" + "030000" + "00"]


@pytest.mark.parametrize("answer", ["9100", "0102" + "9100", "01020304" + "9100"])
def test_another_length_than_asked_for_is_refused(answer: str) -> None:
    with pytest.raises(BadAnswer, match="not 3"):
        converse(read_data(InTheClear(), 3, 0, 3, PLAIN), Scripted(answer))


def test_a_write_goes_out_in_parts_of_the_dialect_and_is_answered_with_nothing() -> None:
    channel, data = InTheClear(READ_EV1, WRITE_EV1), bytes(range(50))
    card = Scripted("9100", "9100")
    converse(write_data(channel, 5, 1, data, PLAIN), card)
    assert card.heard == [
        "903D00003405" + "010000" + "2D0000" + data[:45].hex().upper() + "00",
        "903D00000C05" + "2E0000" + "050000" + data[45:].hex().upper() + "00",
    ]
    with pytest.raises(BadAnswer, match="a write"):
        converse(write_data(channel, 5, 0, b"x", PLAIN), Scripted("009100"))


def test_without_keys_nothing_is_protected() -> None:
    with pytest.raises(ValueError, match="MAC"):
        converse(get_file_settings(InTheClear(), 2), Scripted())
    assert converse(get_file_settings(InTheClear(), 2, PLAIN), Scripted(PRINTED.hex() + "9100")).size == 256
