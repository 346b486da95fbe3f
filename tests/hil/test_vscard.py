"""The VSCARD client: a card in a slot, told byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.virtual.cards.card import Card
from drivers.virtual.cards.wallet import Wallet
from hil_tests.bench.vscard import APDU, ATR, CARD_REMOVE, HEADER, INIT, LENGTH_MAX, READER_ADD, Message, Messages, Slot

UID = bytes.fromhex("04A1B2C3D4E5F6")
SELECT = bytes.fromhex("00A40400")
GET_UID = bytes.fromhex("FFCA000000")


def card(**fault: int) -> Card:
    return Wallet(bytes).take({"tap": UID.hex(), "fault": fault})


class Reader:
    """The other end: what QEMU would see and say."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._connection.settimeout(10)
        self._messages = Messages()
        self._seen: list[Message] = []

    def next(self) -> Message:
        while not self._seen:
            self._seen += self._messages.feed(self._connection.recv(4096))
        return self._seen.pop(0)

    def ask(self, apdu: bytes) -> None:
        self._connection.sendall(Message(APDU, apdu).pack())


@pytest.fixture
def ends() -> Iterator[tuple[Slot, Reader]]:
    ours, theirs = socket.socketpair()
    slot = Slot(ours)
    reader = Reader(theirs)
    assert reader.next().kind == INIT
    assert reader.next().kind == READER_ADD
    yield slot, reader
    slot.close()
    theirs.close()


def test_the_greeting_is_that_of_the_protocol() -> None:
    ours, theirs = socket.socketpair()
    slot = Slot(ours)
    assert theirs.recv(HEADER.size + 12) == bytes.fromhex("00000001 00000000 0000000c") + b"VSCD" + bytes(
        3
    ) + b"\2" + bytes(4)
    slot.close()
    theirs.close()


def test_a_card_comes_answers_and_goes(ends: tuple[Slot, Reader]) -> None:
    slot, reader = ends
    slot.insert(card())
    assert reader.next() == Message(ATR, card().atr)
    reader.ask(GET_UID)
    assert reader.next() == Message(APDU, UID + b"\x90\x00")
    slot.remove()
    assert reader.next() == Message(CARD_REMOVE)
    assert slot.apdus == [GET_UID]


def test_a_card_in_place_of_another_goes_and_comes(ends: tuple[Slot, Reader]) -> None:
    slot, reader = ends
    slot.insert(card())
    slot.insert(card())
    assert [reader.next().kind for _ in range(3)] == [ATR, CARD_REMOVE, ATR]


def test_a_card_that_is_pulled_goes_without_an_answer(ends: tuple[Slot, Reader]) -> None:
    slot, reader = ends
    slot.insert(card(pull_at=1))
    reader.next()
    reader.ask(GET_UID)
    reader.ask(SELECT)
    assert [reader.next().kind for _ in range(2)] == [APDU, CARD_REMOVE]


def test_a_mute_card_says_nothing_until_it_is_taken(ends: tuple[Slot, Reader]) -> None:
    slot, reader = ends
    slot.insert(card(mute_at=1))
    reader.next()
    reader.ask(SELECT)
    slot.remove()
    assert reader.next().kind == CARD_REMOVE


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=40)), max_size=6), st.integers(1, 20))
def test_messages_come_whole_from_any_pieces(told: list[tuple[int, bytes]], size: int) -> None:
    sent = [Message(kind, body) for kind, body in told]
    stream = b"".join(message.pack() for message in sent)
    messages = Messages()
    found = [one for start in range(0, len(stream), size) for one in messages.feed(stream[start : start + size])]
    assert found == sent


def test_an_absurd_length_is_refused() -> None:
    with pytest.raises(ValueError, match=str(LENGTH_MAX)):
        Messages().feed(HEADER.pack(APDU, 0, LENGTH_MAX + 1))
