"""Device codes: the known answer, and what makes one refused."""

from __future__ import annotations

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cards.device_code import check, read
from cards.member_code import CodeFault, MemberCodeError, token_of

TENANT = bytes.fromhex("00112233445566778899aabbccddeeff")
ISSUER = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
NOW_S = 1790000000
# Known answer `mq1-type2-device-token`.
TEXT = (
    "M1:JC2*JK2YOA3TG+05A08675A08LSDC0S$LKLS0*NDJUC$5T IDX9D8PM$3FZDH5W6GP6 I1RIY0JDARNQT*G9V.BS3B-SQ-7PM/KM4OS3WIY"
    "D-T6/Y2UH9B%TV/G3SVJ.OY10V-O:TJEC31$GX:CGH4YRA4.H8GU3X9*UN$5RL5V8.0BIM88G390G6HKXN2T9PBB5VLEUDL3OMQUMARYNT 8U9"
    "I7AXG:NAL7SKFHMNT3RVR3OEV9+ 9*XPWMED6FO0PZ6SCEP2ESSLQS:3I:EE0"
)
TOKEN = token_of(TEXT)


def test_the_known_answer_is_read_and_believed() -> None:
    code = read(TOKEN)
    assert code.certificate_message(TENANT).hex().startswith("6d71312f636572740000112233")
    assert code.device_message(TENANT).hex() == (
        "6d71312f6465760000112233445566778899aabbccddeeff"
        "b819d54edea8e35f6c21878ed8ab86ea9fddf4a106f30b0bf5e5a268d8cd38f26ab13b800001"
    )
    assert (code.kid, code.member_ref.hex(), code.issued_s, code.number) == (1, "a1b2c3d4e5f60718", NOW_S, 1)
    assert (code.valid_until_min - code.valid_from_min) * 60 == 30 * 24 * 3600
    check(code, TENANT, ISSUER, NOW_S + 90)


@pytest.mark.parametrize(
    ("at", "fault"),
    [
        (NOW_S + 121, CodeFault.EXPIRED),
        (NOW_S - 31, CodeFault.FROM_THE_FUTURE),
        (NOW_S - 3600, CodeFault.FROM_THE_FUTURE),
        (NOW_S + 31 * 86400, CodeFault.EXPIRED),
    ],
)
def test_certificate_and_code_have_their_times(at: int, fault: CodeFault) -> None:
    with pytest.raises(MemberCodeError) as refused:
        check(read(TOKEN), TENANT, ISSUER, at)
    assert refused.value.fault is fault


@given(bit=st.integers(8, 185 * 8 - 1))
def test_no_bit_can_be_changed(bit: int) -> None:
    token = bytearray(TOKEN)
    token[bit // 8] ^= 1 << bit % 8
    code = read(bytes(token))
    assert not (code.certificate_proven(TENANT, ISSUER) and code.device_proven(TENANT))


def test_another_chain_and_another_issuer_do_not_believe_it() -> None:
    code = read(TOKEN)
    assert not code.certificate_proven(bytes(16), ISSUER)
    assert not code.certificate_proven(TENANT, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())


def test_a_certificate_covers_the_moment_of_the_code() -> None:
    code = dataclasses.replace(read(TOKEN), issued_s=NOW_S + 31 * 86400)
    with pytest.raises(MemberCodeError):
        check(code, TENANT, ISSUER, NOW_S + 31 * 86400)


def test_a_point_that_is_no_key_proves_nothing() -> None:
    code = dataclasses.replace(read(TOKEN), device_public=b"short")
    assert not code.device_proven(TENANT)


@pytest.mark.parametrize("token", [b"", TOKEN[:-1], TOKEN + b"\0", b"\x11" + TOKEN[1:]])
def test_what_is_no_device_code_is_malformed(token: bytes) -> None:
    with pytest.raises(MemberCodeError) as refused:
        read(token)
    assert refused.value.fault is CodeFault.MALFORMED
