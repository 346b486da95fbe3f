"""The host's side of SSI: codes, answers, and what is sent twice."""

from __future__ import annotations

import pytest

from drivers.scanner.code import ANEW_MS, FORGET_MS, Code
from drivers.scanner.ssi import CONTINUED, DECODER, HOST, NAK_RESEND, RETRANSMITTED, Op, ack, frame, nak
from drivers.scanner.ssi_host import SETTLE_MS, SsiHost

WATER, TEA = "6901234567892", "6909876543215"
EAN_13, GS1_128, CODE_39 = 0x0B, 0x0F, 0x01


def decoded(text: str, kind: int = CODE_39, status: int = 0) -> bytes:
    return frame(Op.DECODE_DATA, DECODER, status, bytes([kind]) + text.encode())


def spoilt(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def test_a_code_is_read_and_acknowledged() -> None:
    host = SsiHost()
    assert host.feed(decoded(WATER)) == [Code(WATER)]
    assert host.take_answer() == ack()
    assert host.take_answer() == b""


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (EAN_13, WATER, Code(WATER, "]E0")),
        (GS1_128, "0106901234567892\x1d10AB", Code("0106901234567892\x1d10AB", "]C1")),
        (CODE_39, WATER, Code(WATER)),
        (CODE_39, "]A0X", Code("X", "]A0")),
        (EAN_13, WATER + "\r\n", Code(WATER, "]E0")),
        (EAN_13, "会员", Code("会员", "]E0")),
    ],
)
def test_the_type_tells_the_identifier_where_the_text_does_not(kind: int, text: str, code: Code) -> None:
    assert SsiHost().feed(decoded(text, kind)) == [code]


def test_identifiers_stay_out_if_they_are_to_stay_in_the_text() -> None:
    assert SsiHost(strip_aim=False).feed(decoded("]C101", GS1_128)) == [Code("]C101")]


def test_a_long_code_takes_several_frames() -> None:
    host = SsiHost()
    first = frame(Op.DECODE_DATA, DECODER, CONTINUED, bytes([CODE_39]) + b"7" * 200)
    assert host.feed(first) == []
    assert host.take_answer() == ack()
    assert host.feed(frame(Op.DECODE_DATA, DECODER, 0, b"8" * 200)) == [Code("7" * 200 + "8" * 200)]
    assert host.take_answer() == ack()


def test_a_frame_that_is_sent_again_is_acknowledged_again_and_is_no_second_scan() -> None:
    host = SsiHost()
    host.feed(decoded(WATER))
    host.take_answer()
    assert host.feed(decoded(WATER, status=RETRANSMITTED)) == []
    assert host.take_answer() == ack()
    assert host.feed(decoded(WATER)) == [Code(WATER)], "the same goods once more"
    assert host.feed(decoded(TEA, status=RETRANSMITTED)) == [Code(TEA)], "its first frame never came"


def test_damage_is_refused_and_what_is_sent_again_is_taken() -> None:
    host = SsiHost()
    host.feed(decoded(WATER))
    host.take_answer()
    assert host.feed(spoilt(decoded(WATER))) == []
    assert host.take_answer() == nak(NAK_RESEND)
    assert host.feed(decoded(WATER, status=RETRANSMITTED)) + host.silent(SETTLE_MS) == [Code(WATER)]
    assert host.take_answer() == ack()
    assert host.silent(FORGET_MS) == []
    assert host.faults == set()


def test_damage_that_is_not_sent_again_is_said() -> None:
    host = SsiHost()
    host.feed(spoilt(decoded(WATER)))
    host.silent(SETTLE_MS)
    assert host.faults == set()
    host.silent(FORGET_MS)
    assert host.faults == {"scan_noisy"}
    host.faults.clear()
    host.silent(2 * FORGET_MS)
    assert host.faults == set()


def test_silence_alone_is_no_fault() -> None:
    host = SsiHost()
    assert host.silent(FORGET_MS) == []
    assert (host.faults, host.take_answer()) == (set(), b"")


def test_noise_after_silence_is_refused_anew() -> None:
    host = SsiHost()
    for _ in range(2):
        host.feed(b"\x01\x01\x01\x01")
        assert host.take_answer() == nak(NAK_RESEND)
        host.feed(b"\x01\x01\x01\x01")
        assert host.take_answer() == b"", "one answer to one run of noise"
        host.silent(FORGET_MS)
        host.take_answer()


def test_the_longest_code_in_the_longest_script() -> None:
    assert SsiHost(chars_max=20).feed(decoded("𠮷" * 20)) == [Code("𠮷" * 20)]


def test_half_a_long_code_is_forgotten_with_its_rest() -> None:
    host = SsiHost()
    host.feed(frame(Op.DECODE_DATA, DECODER, CONTINUED, bytes([CODE_39]) + b"69"))
    host.silent(FORGET_MS)
    host.silent(2 * FORGET_MS)
    assert host.faults == {"scan_noisy"}
    host.faults.clear()
    assert host.feed(frame(Op.DECODE_DATA, DECODER, CONTINUED, b"0123")) == []
    assert host.feed(frame(Op.DECODE_DATA, DECODER, 0, b"4567892")) == []
    assert host.faults == {"scan_noisy"}
    assert host.feed(decoded(TEA)) == [Code(TEA)]


def test_after_a_long_silence_the_next_frame_is_a_code() -> None:
    host = SsiHost()
    host.feed(frame(Op.DECODE_DATA, DECODER, CONTINUED, bytes([CODE_39]) + b"69"))
    host.silent(FORGET_MS)
    host.silent(ANEW_MS)
    assert host.feed(decoded(TEA)) == [Code(TEA)]


def test_other_messages_are_acknowledged_and_answers_are_not() -> None:
    host = SsiHost()
    assert host.feed(frame(Op.EVENT, DECODER, 0, b"\x01")) == []
    assert host.take_answer() == ack()
    host.feed(frame(Op.CMD_ACK, DECODER) + frame(Op.CMD_NAK, DECODER, 0, b"\x01"))
    assert host.take_answer() == b""


def test_an_echo_of_the_host_is_nothing() -> None:
    host = SsiHost()
    assert host.feed(frame(Op.DECODE_DATA, HOST, 0, b"\x01690")) == []
    assert host.take_answer() == b""


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"\x0169\x000", "scan_noisy"), (b"\x01\xff\xfe", "scan_noisy"), (b"\x01" + b"7" * 21, "scan_too_long")],
)
def test_a_code_that_cannot_be_used_is_taken_and_said(data: bytes, fault: str) -> None:
    host = SsiHost(chars_max=20)
    assert host.feed(frame(Op.DECODE_DATA, DECODER, 0, data)) == []
    assert host.take_answer() == ack()
    assert host.faults == {fault}


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\r\n"])
def test_an_empty_code_is_nothing(data: bytes) -> None:
    host = SsiHost()
    assert host.feed(frame(Op.DECODE_DATA, DECODER, 0, data)) == []
    assert host.faults == set()


def test_a_message_without_end_is_bounded() -> None:
    host = SsiHost(chars_max=20)
    for _ in range(1000):
        host.feed(frame(Op.DECODE_DATA, DECODER, CONTINUED, bytes(200)))
        host.take_answer()
    assert len(host._message) <= 100
    host.feed(frame(Op.DECODE_DATA, DECODER, 0, b"7"))
    assert host.faults == {"scan_too_long"}
