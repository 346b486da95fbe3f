"""A card that says anything: every conversation ends, soon, with a result or an error of the card's family."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import ntag424
from cards.atr import Kind, card_type
from cards.dialogue import Dialogue, converse
from cards.errors import CardError
from cards.ev2_auth import authenticate_ev2_first
from cards.files import FileSettings, change_file_settings, read_data, write_data
from cards.ndef import uri_file
from cards.sun import SunError
from cards.tamper import tamper_status
from drivers.card_reader.pn532_frames import ACK, DATA_MAX, Pn532Frame, Pn532Parser, frame
from drivers.virtual.cards.ntag424 import Ntag424, delivered
from tests.fuzz.talks import FULL, KEY, RIGHTS, RND_A, TALKS, UID, UNPROVEN, ends_well

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
LIMITS = settings(max_examples=max(50, TRIES // 10), derandomize=True, database=None, deadline=None)
STATUS = st.sampled_from([b"\x91\x00", b"\x91\xaf", b"\x91\xae", b"\x91\x90", b"\x90\x00", b"\x61\x10"])
SAID = st.one_of(
    st.binary(max_size=20),
    st.builds(bytes.__add__, st.binary(max_size=64), STATUS),
    st.builds(lambda size, status: bytes(size) + status, st.integers(0, 600), STATUS),
)


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
