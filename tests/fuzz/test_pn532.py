"""Whatever comes over a PN532's line, the parser stays small and finds the next frame, and the host's waits end."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_reader.pn532_chip import ChipFailed, ChipSilent
from drivers.card_reader.pn532_frames import ACK, DATA_MAX, NACK, Pn532Frame, Pn532Parser, frame
from drivers.card_reader.pn532_target import read_target
from drivers.errors import CardGone, CardMute
from drivers.virtual.cards.uid_only import UidOnly, marked
from drivers.virtual.pn532_chip import VirtualPn532
from tests.drivers.card_reader.pn532_line import Line, on_line

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
LIMITS = settings(max_examples=max(50, TRIES // 10), derandomize=True, database=None, deadline=None)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([ACK, NACK, b"\0\0\xff", b"\0\0\xff\xff\xff\x01\x09\xf6", b"\0\0\xff\xff\x01"]),
    st.binary(min_size=1, max_size=DATA_MAX).map(frame),
    st.binary(min_size=1, max_size=20).map(lambda data: frame(data)[:-3]),
)
WHOLE = frame(b"\xd5\x03\x32")
WAITS_S_MAX = 60


@LIMITS
@given(st.lists(PIECES, max_size=12))
def test_the_parser_takes_any_stream_and_finds_the_frame_after_it(pieces: list[bytes]) -> None:
    parser = Pn532Parser()
    for piece in pieces:
        assert all(len(found.data) <= DATA_MAX for found in parser.feed(piece))
    parser.idle()
    assert parser.feed(WHOLE) == [Pn532Frame("data", b"\xd5\x03\x32")]
    assert parser.dropped <= sum(map(len, pieces))


@LIMITS
@given(st.lists(PIECES, max_size=6), st.integers(1, 50))
def test_pieces_of_any_size_give_the_same_frames(pieces: list[bytes], size: int) -> None:
    stream = b"".join(pieces)
    whole, cut = Pn532Parser(), Pn532Parser()
    in_pieces = [found for at in range(0, len(stream), size) for found in cut.feed(stream[at : at + size])]
    assert in_pieces + cut.idle() == whole.feed(stream) + whole.idle()


@LIMITS
@given(st.binary(max_size=300))
def test_any_answer_tells_a_card_or_none(answer: bytes) -> None:
    target = read_target(answer)
    assert target is None or (4 <= len(target.uid) <= 10 and len(target.atr) <= 33)


@LIMITS
@given(st.lists(st.one_of(st.none(), PIECES), min_size=1, max_size=30))
def test_the_host_comes_to_an_end_whatever_the_line_brings(answers: list[bytes | None]) -> None:
    """Each time the host sends something it hears one of `answers`; None is what a chip would say."""
    chip = VirtualPn532()
    chip.card = UidOnly(marked(bytes.fromhex("04A1B2C3D4E5F6")))
    left = list(answers)

    def bend(sent: bytes) -> bytes:
        answer = left.pop(0) if left else None
        return sent if answer is None else answer

    line = Line(chip, bend)
    host = on_line(line)
    try:
        host.wake()
        target = host.find()
        if target is not None:
            host.exchange(target, bytes(5), 1)
    except (ChipSilent, ChipFailed, CardGone, CardMute):
        pass
    assert line.now < WAITS_S_MAX
    assert len(line.heard) < WAITS_S_MAX
