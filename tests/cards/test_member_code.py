"""Member codes: the known answer, both edges of time, and every way in which one is refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cards.member_code import (
    CodeFault,
    Issuer,
    MemberCode,
    MemberCodeError,
    issue,
    read,
    signed_message,
    text_of,
    token_of,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TENANT = bytes.fromhex("00112233445566778899aabbccddeeff")
OTHER = bytes(16)
CODE = MemberCode(1, bytes.fromhex("a1b2c3d4e5f60718"), 1790000000, 90, bytes.fromhex("0011223344"))
OURS = Issuer(TENANT, 1, KEY.public_key())
# Known answer `mq1-type1-issuer-token`.
TEXT = (
    "M1:X62*JK2YOA3TG+0/LDMN7020H00PE4LV831MQGU319X.06Z4H0QZ.62K84SP:HN5XFZ6HT9G*.PK+EZHGROO46OHC8CMP%SOUWT038D/1NTBAJ4BL"
    "O XB6L3/2ME/QF0"
)


def shown(code: MemberCode = CODE, tenant: bytes = TENANT, key: Ed25519PrivateKey = KEY) -> str:
    return text_of(issue(code, tenant, key))


def fault_of(text: str, now_s: int | None = 1790000000, issuers: tuple[Issuer, ...] = (OURS,)) -> CodeFault:
    with pytest.raises(MemberCodeError) as refused:
        verify(text, TENANT, issuers, now_s)
    return refused.value.fault


def test_the_known_answer_is_issued_and_believed() -> None:
    assert signed_message(TENANT, CODE).hex() == (
        "6d71312f6973737565720000112233445566778899aabbccddeeff1101a1b2c3d4e5f607186ab13b80005a0011223344"
    )
    assert shown() == TEXT
    assert verify(TEXT, TENANT, [OURS], 1790000050) == CODE


@pytest.mark.parametrize(
    ("now_s", "fault"),
    [
        (CODE.issued_s - 31, CodeFault.FROM_THE_FUTURE),
        (CODE.issued_s - 30, None),
        (CODE.issued_s + 120, None),
        (CODE.issued_s + 121, CodeFault.EXPIRED),
        (None, None),
    ],
)
def test_a_code_is_good_for_90_seconds_and_30_of_skew(now_s: int | None, fault: CodeFault | None) -> None:
    if fault is None:
        assert verify(TEXT, TENANT, [OURS], now_s) == CODE
    else:
        assert fault_of(TEXT, now_s) is fault


def test_no_code_counts_for_longer_than_90_seconds_and_a_short_one_for_what_it_says() -> None:
    long = shown(MemberCode(1, CODE.member_ref, CODE.issued_s, 65535, CODE.jti))
    short = shown(MemberCode(1, CODE.member_ref, CODE.issued_s, 10, CODE.jti))
    assert fault_of(long, CODE.issued_s + 121) is CodeFault.EXPIRED
    assert verify(short, TENANT, [OURS], CODE.issued_s + 40).good_until_s == CODE.issued_s + 40
    assert fault_of(short, CODE.issued_s + 41) is CodeFault.EXPIRED


def test_a_code_may_be_forgotten_once_every_terminal_refuses_it() -> None:
    assert verify(TEXT, TENANT, [OURS], CODE.good_until_s) == CODE
    assert fault_of(TEXT, CODE.good_until_s + 1) is CodeFault.EXPIRED


def test_another_chains_code_is_told_apart_where_its_issuer_is_known() -> None:
    foreign = shown(tenant=OTHER)
    assert fault_of(foreign) is CodeFault.BAD_SIGNATURE
    assert fault_of(foreign, issuers=(OURS, Issuer(OTHER, 1, KEY.public_key()))) is CodeFault.FOREIGN_TENANT


def test_a_key_number_that_nobody_has_is_said() -> None:
    assert fault_of(shown(MemberCode(2, CODE.member_ref, CODE.issued_s, 90, CODE.jti))) is CodeFault.UNKNOWN_KID


def test_of_two_keys_with_one_number_the_right_one_is_found() -> None:
    older = Issuer(TENANT, 1, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    assert verify(TEXT, TENANT, [older, OURS], 1790000000) == CODE


@given(bit=st.integers(0, 85 * 8 - 1))
def test_no_bit_of_a_code_can_be_changed(bit: int) -> None:
    token = bytearray(token_of(TEXT))
    token[bit // 8] ^= 1 << bit % 8
    assert fault_of(text_of(bytes(token))) in {CodeFault.MALFORMED, CodeFault.UNKNOWN_KID, CodeFault.BAD_SIGNATURE}


@pytest.mark.parametrize(
    "text",
    ["", "M1:", "6901234567892", TEXT[3:], TEXT.lower(), TEXT[:-1], TEXT[:-3], TEXT + "00", TEXT + "\n", "M1:::::::"],
)
def test_what_is_no_code_is_malformed(text: str) -> None:
    assert fault_of(text) is CodeFault.MALFORMED


def test_a_device_code_is_not_taken_for_a_member_code() -> None:
    with pytest.raises(MemberCodeError, match="here it is 0x12"):
        read(b"\x12" + bytes(84))


def test_no_error_repeats_the_code() -> None:
    token = token_of(TEXT)
    for text in (TEXT[:-1], text_of(token[:-1] + b"\0")):
        with pytest.raises(MemberCodeError) as refused:
            verify(text, TENANT, [OURS], 1790000000)
        assert TEXT[10:20] not in str(refused.value)
        assert CODE.member_ref.hex() not in str(refused.value)


@pytest.mark.parametrize("wrong", [{"member_ref": b"short"}, {"jti": bytes(6)}, {"kid": 256}, {"life_s": 70000}])
def test_a_code_that_does_not_fit_cannot_be_made(wrong: dict[str, object]) -> None:
    fields: dict[str, object] = {"kid": 1, "member_ref": bytes(8), "issued_s": 1, "life_s": 90, "jti": bytes(5)}
    with pytest.raises(ValueError):
        MemberCode(**(fields | wrong))  # type: ignore[arg-type]  # what a careless caller would pass


def test_a_tenant_is_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        issue(CODE, b"ours", KEY)


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=140))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    with pytest.raises(MemberCodeError):
        verify("M1:" + text, TENANT, [OURS], None)
