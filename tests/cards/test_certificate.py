"""The certificate in a card: it binds UID and member, and every way in which it is refused."""

from __future__ import annotations

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cards.certificate import (
    DAY_S,
    MOST_BYTES,
    Certificate,
    CertificateError,
    CertificateFault,
    IssuedWith,
    issue,
    read,
    verify,
)
from cards.member_code import Issuer, MemberCode
from cards.member_code import issue as issue_code

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TENANT, OTHER = bytes(range(16)), bytes(16)
UID = bytes.fromhex("04a1b2c3d4e5f6")
OURS = Issuer(TENANT, 3, KEY.public_key())
MADE = Certificate(3, UID, b"ada-ref!", IssuedWith.KEY, 2, 20700, 22500)
FILE = issue(MADE, TENANT, KEY)
TODAY_S = 21000 * DAY_S

certificates = st.builds(
    Certificate,
    kid=st.integers(0, 255),
    uid=st.sampled_from([4, 7, 10]).flatmap(lambda n: st.binary(min_size=n - 1, max_size=n - 1)).map(b"\x04".__add__),
    member_ref=st.binary(min_size=8, max_size=8),
    issued_with=st.sampled_from(IssuedWith),
    key_set=st.integers(0, 255),
    issued_day=st.integers(0, 65535),
    until_day=st.none() | st.integers(1, 65535),
)


def fault_of(data: bytes, uid: bytes = UID, issuers: tuple[Issuer, ...] = (OURS,), now_s: int = TODAY_S) -> str:
    with pytest.raises(CertificateError) as refused:
        verify(data, uid, TENANT, issuers, now_s)
    assert UID.hex() not in str(refused.value).lower()
    return refused.value.fault


@given(certificates)
def test_what_is_issued_is_read(certificate: Certificate) -> None:
    data = issue(certificate, TENANT, KEY)
    assert len(data) <= MOST_BYTES
    assert read(data)[0] == certificate
    assert read(data + bytes(40))[0] == certificate, "the rest of the file is zeros"


def test_it_fits_into_the_files_of_small_cards() -> None:
    assert len(FILE) == 88
    assert MOST_BYTES <= 128


def test_the_public_key_alone_is_enough() -> None:
    assert verify(FILE + bytes(10), UID, TENANT, [OURS], TODAY_S) == MADE


def test_copied_into_another_card_it_says_nothing() -> None:
    assert fault_of(FILE, uid=UID[:-1] + b"\0") is CertificateFault.OTHER_CARD


def test_it_ends_with_its_last_day_and_a_clock_that_is_not_trusted_ends_nothing() -> None:
    assert verify(FILE, UID, TENANT, [OURS], 22500 * DAY_S + DAY_S - 1) == MADE
    assert fault_of(FILE, now_s=22501 * DAY_S) is CertificateFault.EXPIRED
    assert verify(FILE, UID, TENANT, [OURS], None) == MADE
    endless = issue(dataclasses.replace(MADE, until_day=None), TENANT, KEY)
    assert verify(endless, UID, TENANT, [OURS], 2**40).until_day is None


@given(bit=st.integers(0, 88 * 8 - 1))
def test_no_bit_can_be_changed(bit: int) -> None:
    data = bytearray(FILE)
    data[bit // 8] ^= 1 << bit % 8
    assert fault_of(bytes(data)) in {
        CertificateFault.MALFORMED,
        CertificateFault.UNKNOWN_KID,
        CertificateFault.BAD_SIGNATURE,
    }


def test_another_chain_and_another_key_are_told_apart() -> None:
    foreign = issue(MADE, OTHER, KEY)
    assert fault_of(foreign) is CertificateFault.BAD_SIGNATURE
    assert fault_of(foreign, issuers=(OURS, Issuer(OTHER, 3, KEY.public_key()))) is CertificateFault.FOREIGN_TENANT
    assert fault_of(FILE, issuers=()) is CertificateFault.UNKNOWN_KID


def test_a_member_code_is_no_certificate() -> None:
    """The control of the domain in what is signed: the same key signs both."""
    code = issue_code(MemberCode(3, b"ada-ref!", 1, 90, bytes(5)), TENANT, KEY)
    assert fault_of(FILE[:-64] + code[-64:]) is CertificateFault.BAD_SIGNATURE


@pytest.mark.parametrize(
    "data", [b"", FILE[:10], FILE[:-1], FILE + b"\x01", b"\x02" + FILE[1:], bytes(128), b"\xff" * 128]
)
def test_what_is_no_certificate_is_malformed(data: bytes) -> None:
    assert fault_of(data) is CertificateFault.MALFORMED


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    fault_of(data)


@pytest.mark.parametrize(
    "wrong",
    [{"uid": b"\x08abc"}, {"uid": b"short"}, {"member_ref": b""}, {"kid": 256}, {"key_set": -1}, {"until_day": 0}],
)
def test_a_certificate_that_cannot_be_is_not_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        dataclasses.replace(MADE, **wrong)  # type: ignore[arg-type]  # what a careless caller would pass


def test_a_tenant_is_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        issue(MADE, b"ours", KEY)
