"""SSI frames: bytes in, frames out, whatever lies between them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scanner.ssi import AIM_OF_TYPE, DATA_BYTES_MAX, DECODER, HOST, Frame, FrameParser, Op, ack, frame, nak

CODE = frame(Op.DECODE_DATA, DECODER, data=b"\x0b6901234567892")
READ = Frame(Op.DECODE_DATA, DECODER, 0, b"\x0b6901234567892")


@pytest.mark.parametrize(
    ("opcode", "sent"),
    [(0xD0, "04D00400FF28"), (0xE9, "04E90400FF0F"), (0xE4, "04E40400FF14"), (0xA3, "04A30400FF55")],
)
def test_known_frames(opcode: int, sent: str) -> None:
    assert frame(opcode, HOST, 0, b"") == bytes.fromhex(sent)
    assert FrameParser().feed(bytes.fromhex(sent)) == [Frame(opcode, HOST, 0, b"")]


def test_answers() -> None:
    assert ack() == bytes.fromhex("04D00400FF28")
    assert FrameParser().feed(nak(1)) == [Frame(Op.CMD_NAK, HOST, 0, b"\x01")]


def test_the_opcodes_of_the_guide() -> None:
    opcodes = {"CMD_ACK": 0xD0, "CMD_NAK": 0xD1, "DECODE_DATA": 0xF3, "EVENT": 0xF6}
    assert {op.name: op.value for op in Op} == opcodes


@pytest.mark.parametrize(
    ("kind", "aim"),
    [(3, "]C0"), (10, "]E4"), (11, "]E0"), (15, "]C1"), (48, "]e0"), (49, "]e0"), (50, "]e0"), (28, None)],
)
def test_identifiers_of_types(kind: int, aim: str | None) -> None:
    assert AIM_OF_TYPE.get(kind) == aim


@pytest.mark.parametrize("noise", ["20414141", "01F30000", "03F30400", "FFF30100"])
def test_what_begins_no_frame_is_not_waited_for(noise: str) -> None:
    parser = FrameParser()
    assert parser.feed(bytes.fromhex(noise)) == []
    assert parser.take_damaged()


def test_a_frame_has_a_greatest_length() -> None:
    greatest = frame(Op.DECODE_DATA, DECODER, data=bytes(DATA_BYTES_MAX))
    assert FrameParser().feed(greatest) == [Frame(Op.DECODE_DATA, DECODER, 0, bytes(DATA_BYTES_MAX))]
    with pytest.raises(ValueError, match="252 bytes are too many"):
        frame(Op.DECODE_DATA, data=bytes(DATA_BYTES_MAX + 1))


@pytest.mark.parametrize(("status", "retransmitted", "continued"), [(0, 0, 0), (1, 1, 0), (2, 0, 1), (3, 1, 1)])
def test_the_status(status: int, retransmitted: bool, continued: bool) -> None:
    [read] = FrameParser().feed(frame(Op.DECODE_DATA, DECODER, status))
    assert (read.retransmitted, read.continued) == (retransmitted, continued)


def test_every_damaged_bit_is_noticed() -> None:
    for place, bit in itertools.product(range(len(CODE)), range(8)):
        parser = FrameParser()
        spoilt = bytearray(CODE)
        spoilt[place] ^= 1 << bit
        assert READ not in parser.feed(bytes(spoilt)) + parser.settle()
        assert parser.take_damaged()
        assert READ in parser.feed(CODE) + parser.settle(), "the next frame is found"


def test_noise_is_one_damage_and_the_frame_behind_it_is_found() -> None:
    parser = FrameParser()
    assert parser.feed(b"\x00\xff\x01" * 50) == []
    assert (parser.take_damaged(), parser.in_noise) == (True, True)
    assert parser.feed(b"\x00\xff\x01") == []
    assert not parser.take_damaged(), "the same run goes on"
    assert parser.feed(CODE)[-1:] == [READ] or parser.settle()[-1:] == [READ]
    assert not parser.in_noise


def test_half_a_frame_is_waited_for_and_given_up_in_silence() -> None:
    parser = FrameParser()
    assert parser.feed(CODE[:9]) == []
    assert not parser.take_damaged()
    assert parser.settle() == []
    assert parser.take_damaged()
    assert parser.feed(CODE) == [READ]


frames = st.lists(st.tuples(st.sampled_from(list(Op)), st.integers(0, 255), st.binary(max_size=40)), max_size=6)


@settings(derandomize=True, max_examples=300)
@given(frames, st.lists(st.integers(0, 300), max_size=8))
def test_pieces_do_not_matter(sent: list[tuple[Op, int, bytes]], cuts: list[int]) -> None:
    data = b"".join(frame(opcode, DECODER, status, body) for opcode, status, body in sent)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parser = FrameParser()
    read = [one for start, end in itertools.pairwise(edges) for one in parser.feed(data[start:end])]
    assert read == [Frame(opcode, DECODER, status, body) for opcode, status, body in sent]
    assert not parser.take_damaged()


@settings(derandomize=True, max_examples=300)
@given(st.lists(st.binary(max_size=300), max_size=10))
def test_after_any_bytes_and_silence_the_next_frame_is_read_and_little_is_kept(pieces: list[bytes]) -> None:
    parser = FrameParser()
    for piece in pieces:
        parser.feed(piece)
        assert len(parser._rest) <= 257
    parser.settle()
    assert parser.feed(CODE) == [READ]
