"""A card that says anything: every conversation ends, soon, with a result or an error of the card's family."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import classic, desfire, fm1208, ntag424
from cards.access import AccessRights
from cards.aes import AesKey
from cards.apdu import FRAMES_MAX
from cards.atr import Kind, card_type
from cards.card_keys import change_other_key, change_own_key, key_version
from cards.channel import CommMode, InTheClear
from cards.dialogue import Dialogue, converse
from cards.errors import CardError
from cards.ev1_auth import authenticate_ev1
from cards.ev1_session import Ev1Session
from cards.ev2_auth import authenticate_ev2_first
from cards.ev2_session import Ev2Session
from cards.files import FileSettings, change_file_settings, get_file_settings, read_data, write_data
from cards.ndef import uri_file
from cards.picc import get_card_uid, read_signature
from cards.sun import SunError
from cards.tamper import tamper_status
from cards.version import get_version
from drivers.card_reader.pn532_frames import ACK, DATA_MAX, Pn532Frame, Pn532Parser, frame
from drivers.virtual.cards.ntag424 import Ntag424, delivered

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
LIMITS = settings(max_examples=max(50, TRIES // 10), derandomize=True, database=None, deadline=None)
KEY, RND_A, UID = AesKey(bytes(16)), bytes(16), bytes.fromhex("04A1B2C3D4E5F6")
PLAIN, MAC, FULL = CommMode.PLAIN, CommMode.MAC, CommMode.FULL
RIGHTS = AccessRights(0, 0, 0, 0)
COMMANDS_MAX = 8 * FRAMES_MAX


def ev2() -> Ev2Session:
    return Ev2Session(KEY, KEY, bytes(4))


def ev1() -> Ev1Session:
    return Ev1Session(KEY)


TALKS: dict[str, Callable[[], Dialogue[object]]] = {
    "select": ntag424.select_application,
    "version": get_version,
    "signature": read_signature,
    "ev2 first": lambda: authenticate_ev2_first(KEY, 0, RND_A),
    "ev1": lambda: authenticate_ev1(KEY, 0, RND_A),
    "settings": lambda: get_file_settings(InTheClear(), 2, PLAIN),
    "read": lambda: read_data(InTheClear(), 2, 0, 500, PLAIN),
    "write": lambda: write_data(InTheClear(), 2, 0, bytes(100), PLAIN),
    "applications": lambda: desfire.application_ids(InTheClear(), PLAIN),
    "files": lambda: desfire.file_numbers(InTheClear(), PLAIN),
    "version of a key": lambda: key_version(InTheClear(), 0, PLAIN),
    "ev2 plain": lambda: read_data(ev2(), 2, 0, 500, PLAIN),
    "ev2 mac": lambda: get_file_settings(ev2(), 2, MAC),
    "ev2 full": lambda: get_card_uid(ev2()),
    "ev2 change": lambda: change_file_settings(ev2(), 2, FileSettings(FULL, RIGHTS, 32)),
    "ev2 own key": lambda: change_own_key(ev2(), KEY, 1),
    "ev2 other key": lambda: change_other_key(ev2(), 1, KEY, KEY, 1),
    "ev1 plain": lambda: read_data(ev1(), 2, 0, 500, PLAIN),
    "ev1 mac": lambda: get_file_settings(ev1(), 2, MAC),
    "ev1 full": lambda: read_data(ev1(), 2, 0, 500, FULL),
    "ev1 own key": lambda: change_own_key(ev1(), KEY, 1),
    "ev1 other key": lambda: change_other_key(ev1(), 1, KEY, KEY, 1),
    "classic value": lambda: classic.change_value(classic.Maker.ACS, 4, 1),
    "classic copy": lambda: classic.copy_value(classic.Maker.OMNIKEY, 4, 5),
    "fm1208 proof": lambda: fm1208.internal_authenticate(fm1208.FmKey(bytes(8)), 0, bytes(8)),
    "fm1208 trust": lambda: fm1208.external_authenticate(fm1208.FmKey(bytes(8)), 0),
}
UNPROVEN = {
    "ev2 first",
    "ev1",
    "ev2 mac",
    "ev2 full",
    "ev2 change",
    "ev2 other key",
    "ev1 plain",
    "ev1 mac",
    "ev1 full",
    "fm1208 proof",
}
STATUS = st.sampled_from([b"\x91\x00", b"\x91\xaf", b"\x91\xae", b"\x91\x90", b"\x90\x00", b"\x61\x10"])
SAID = st.one_of(
    st.binary(max_size=20),
    st.builds(bytes.__add__, st.binary(max_size=64), STATUS),
    st.builds(lambda size, status: bytes(size) + status, st.integers(0, 600), STATUS),
)


def ends_well(talk: Dialogue[object], answers: list[bytes]) -> bool:
    """Whether it gave a result. Any error but the family's own is a failure, and so is a talk that goes on and on."""
    heard = 0

    def card(_: bytes) -> bytes:
        nonlocal heard
        heard += 1
        assert heard <= COMMANDS_MAX
        return answers[min(heard, len(answers)) - 1]

    try:
        converse(talk, card)
    except CardError:
        return False
    return True


@pytest.mark.parametrize("name", TALKS)
def test_a_card_that_says_anything(name: str) -> None:
    @LIMITS
    @given(st.lists(SAID, min_size=1, max_size=6))
    def check(answers: list[bytes]) -> None:
        well = ends_well(TALKS[name](), answers)
        assert not (well and name in UNPROVEN), "nobody without the key gives such an answer"

    check()


def careless() -> Dialogue[object]:
    answer = yield b"\0"
    return answer[4]


def endless() -> Dialogue[object]:
    while True:
        yield b"\0"


def test_a_conversation_that_is_careless_or_endless_is_caught() -> None:
    """The controls."""
    with pytest.raises(IndexError):
        ends_well(careless(), [b"\x90\0"])
    with pytest.raises(AssertionError):
        ends_well(endless(), [b"\x90\0"])


def test_an_answer_altered_on_its_way_is_never_believed() -> None:
    """Through a whole personalisation: what ends well has written what it should."""
    data = bytes(range(40))

    def personalise(card: Ntag424, bend: Callable[[bytes], bytes]) -> bytes:
        def say(command: bytes) -> bytes:
            return bend(card.answer(command))

        converse(ntag424.select_application(), say)
        session = converse(authenticate_ev2_first(KEY, 0, RND_A), say)
        converse(change_file_settings(session, 3, FileSettings(FULL, RIGHTS, 128)), say)
        converse(write_data(session, 3, 0, data, FULL), say)
        return converse(read_data(session, 3, 0, len(data), FULL), say)

    tried, refused = max(20, TRIES // 10), 0
    for number in range(tried):
        chance, heard = Random(number), 0
        chosen = chance.randrange(1, 7)

        def bend(answer: bytes, chance: Random = chance, chosen: int = chosen) -> bytes:
            nonlocal heard
            heard += 1
            if heard != chosen or len(answer) == 2:
                return answer
            at = chance.randrange(len(answer))
            return answer[:at] + bytes((answer[at] ^ 1 << chance.randrange(8),)) + answer[at + 1 :]

        card = Ntag424(delivered(UID), Random(number).randbytes)
        try:
            assert personalise(card, bend) == data
        except CardError:
            refused += 1
    assert refused > tried // 2


@LIMITS
@given(st.binary(max_size=40))
def test_any_bytes_have_a_kind(data: bytes) -> None:
    assert card_type(data).kind in Kind
    assert card_type(b"\x3b" + data).kind in Kind


@LIMITS
@given(st.binary(max_size=40))
def test_any_letters_are_a_seal_or_not(data: bytes) -> None:
    with suppress(SunError):
        assert tamper_status(data).now in "COI"


@LIMITS
@given(st.text(max_size=300))
def test_any_text_is_a_file_or_not(text: str) -> None:
    try:
        assert len(uri_file(text)) < 2 * 300
    except ValueError:
        assert not text.isascii()


PIECES = st.lists(
    st.one_of(st.binary(max_size=30), st.just(ACK), st.binary(min_size=1, max_size=DATA_MAX).map(frame)), max_size=8
)


@LIMITS
@given(PIECES, st.integers(1, 50))
def test_a_stream_of_frames_is_the_same_in_any_pieces(parts: list[bytes], size: int) -> None:
    stream = b"".join(parts)
    whole, pieces = Pn532Parser(), Pn532Parser()
    expected = whole.feed(stream) + whole.idle()
    found: list[Pn532Frame] = []
    for at in range(0, len(stream), size):
        found += pieces.feed(stream[at : at + size])
        assert len(pieces._held) <= DATA_MAX + 10
    assert found + pieces.idle() == expected


@LIMITS
@given(st.binary(max_size=200), st.binary(min_size=1, max_size=DATA_MAX))
def test_a_frame_after_a_pause_is_found_whatever_came_before(noise: bytes, data: bytes) -> None:
    parser = Pn532Parser()
    parser.feed(noise)
    parser.idle()
    assert parser.feed(frame(data)) == [Pn532Frame("data", data)]
