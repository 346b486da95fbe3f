"""Frames of the PN532 are built to the letter and found in any stream, through noise and in pieces."""

from __future__ import annotations

import pytest

from drivers.card_reader.pn532_frames import ACK, DATA_MAX, NACK, Pn532Frame, Pn532Parser, frame
from tests.cards.known import entry, octets

GET_FIRMWARE = octets("D402")
NAMES = (
    "pn532-getfirmwareversion",
    "pn532-samconfiguration-normal-irq0",
    "pn532-samconfiguration-timeout-14",
    "pn532-rsp-samconfiguration",
    "pn532-error-frame",
)


def data(octets_: bytes) -> Pn532Frame:
    return Pn532Frame("data", octets_)


@pytest.mark.parametrize("id", NAMES)
def test_known_frames(id: str) -> None:
    known = entry(id)
    assert frame(octets(known["tfi_and_data"])) == octets(known["frame"])
    assert Pn532Parser().feed(octets(known["frame"])) == [data(octets(known["tfi_and_data"]))]


@pytest.mark.parametrize("length", [1, 254, 255, 256, DATA_MAX])
def test_every_length_comes_back(length: int) -> None:
    text = bytes(index % 256 for index in range(length))
    assert Pn532Parser().feed(frame(text)) == [data(text)]


@pytest.mark.parametrize("length", [0, DATA_MAX + 1])
def test_no_frame_holds_more_or_nothing(length: int) -> None:
    with pytest.raises(ValueError, match=f"not {length}"):
        frame(bytes(length))


def test_frames_in_pieces_of_any_size() -> None:
    stream = ACK + frame(GET_FIRMWARE) + NACK + frame(bytes(300 - 40))
    whole = [Pn532Frame("ack"), data(GET_FIRMWARE), Pn532Frame("nack"), data(bytes(260))]
    for size in (1, 2, 3, 7, len(stream)):
        parser = Pn532Parser()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert [found for piece in pieces for found in parser.feed(piece)] == whole
        assert parser.dropped == 0


@pytest.mark.parametrize(
    "noise", ["55", "0000FF", "00FF0102", "0000FF05FB", "FFFFFFFF", "00FFFFFF010000", "0000FF02FED40200"]
)
def test_a_frame_is_found_after_noise(noise: str) -> None:
    parser = Pn532Parser()
    frames = parser.feed(octets(noise) + frame(GET_FIRMWARE) + ACK) + parser.idle()
    assert frames == [data(GET_FIRMWARE), Pn532Frame("ack")]


def test_an_altered_frame_is_left_out() -> None:
    good = frame(GET_FIRMWARE)
    for at in range(1, len(good) - 1):
        bad = bytes(byte ^ (0x10 if index == at else 0) for index, byte in enumerate(good))
        parser = Pn532Parser()
        assert parser.feed(bad) + parser.idle() == []
        assert parser.dropped > 0


def test_a_frame_that_never_ends_does_not_hold_the_next_one_for_ever() -> None:
    parser = Pn532Parser()
    assert parser.feed(octets("0000FFFEFE02"[:12])) == []
    assert parser.feed(octets("0000FF") + octets("C838") + bytes(3)) == []
    assert parser.feed(frame(GET_FIRMWARE)) == []
    assert parser.idle() == [data(GET_FIRMWARE)]
    assert parser.idle() == []


def test_noise_does_not_pile_up() -> None:
    parser = Pn532Parser()
    for _ in range(200):
        assert parser.feed(bytes(1000)) == parser.feed(b"\xff\x55" * 500) == []
    assert parser.dropped == 200 * 1000
    assert len(parser._held) <= 1


def test_what_a_card_stores_is_in_no_repr() -> None:
    assert "5EC2E7" not in repr(data(octets("D5415EC2E7"))).upper()
