"""The issuer's certificate in a card: HQ's word that this UID was issued to this member (cards.md, Cards).

It is a version (1), the issuer key's number (kid, 1), what the card was issued with (1), its key set (1), the days of
issue and of the end since 1970 (2 + 2, no end is 0), the member reference (8), the UID (its length in 1, then 4 to 10)
and an Ed25519 signature (64) over `mq1/card` NUL, the tenant (16) and all that stands before the signature. The rest of
the card's file is zeros.

Whoever can read the file can copy it, so it proves no more than the UID does: P1, never P4. It tells a terminal that
does not know the card whose it is, and that this card was issued with a key.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards.member_code import REF_BYTES, SIGNATURE_BYTES, TENANT_BYTES, Issuer
from cards.uid import UID_BYTES, is_random

VERSION = 1
DOMAIN = b"mq1/card\0"
DAY_S = 24 * 3600
_HEAD = struct.Struct(">BBBBHH8sB")
MOST_BYTES = _HEAD.size + max(UID_BYTES) + SIGNATURE_BYTES


class CertificateFault(StrEnum):
    """Why a certificate is refused, in the order in which it is looked at."""

    MALFORMED = "malformed"
    UNKNOWN_KID = "unknown_kid"
    BAD_SIGNATURE = "bad_signature"
    FOREIGN_TENANT = "foreign_tenant"
    OTHER_CARD = "other_card"
    EXPIRED = "expired"


class CertificateError(ValueError):
    """A certificate that says nothing about this card; `fault` is the kind. The text names neither card nor member."""

    def __init__(self, fault: CertificateFault, said: str) -> None:
        super().__init__(said)
        self.fault = fault


class IssuedWith(IntEnum):
    """What the card can prove: a card with a key must prove it wherever the key is at hand."""

    NOTHING = 0
    KEY = 1


@dataclass(frozen=True)
class Certificate:
    """`uid` and `member_ref` are bytes; days count from 1970-01-01 (UTC), `until_day` None has no end."""

    kid: int
    uid: bytes = field(repr=False)
    member_ref: bytes = field(repr=False)
    issued_with: IssuedWith
    key_set: int
    issued_day: int
    until_day: int | None = None

    def __post_init__(self) -> None:
        if len(self.uid) not in UID_BYTES or len(self.member_ref) != REF_BYTES:
            raise ValueError(f"a certificate has a UID of 4, 7 or 10 bytes and a reference of {REF_BYTES}")
        if is_random(self.uid):
            raise ValueError("this UID is another one at every tap: such a card cannot be issued")
        if not (0 <= self.kid < 2**8 and 0 <= self.key_set < 2**8):
            raise ValueError("kid or key set of a certificate does not fit into its byte")
        if not (0 <= self.issued_day < 2**16 and (self.until_day is None or 0 < self.until_day < 2**16)):
            raise ValueError("the days of a certificate lie between 1970 and 6 June 2149")

    def body(self) -> bytes:
        days = self.issued_day, self.until_day or 0
        head = VERSION, self.kid, self.issued_with, self.key_set, *days, self.member_ref, len(self.uid)
        return _HEAD.pack(*head) + self.uid


def signed_message(tenant: bytes, certificate: Certificate) -> bytes:
    """The bytes that the issuer signs. Raises ValueError for a tenant that is not 16 bytes."""
    if len(tenant) != TENANT_BYTES:
        raise ValueError(f"a tenant is {TENANT_BYTES} bytes, not {len(tenant)}")
    return DOMAIN + tenant + certificate.body()


def issue(certificate: Certificate, tenant: bytes, key: Ed25519PrivateKey) -> bytes:
    """What is written into the card."""
    return certificate.body() + key.sign(signed_message(tenant, certificate))


def read(data: bytes) -> tuple[Certificate, bytes]:
    """A card's file apart, nothing proven: the certificate and its signature. Raises CertificateError, MALFORMED."""
    if len(data) < _HEAD.size:
        raise _malformed(f"a certificate has at least {_HEAD.size + min(UID_BYTES) + SIGNATURE_BYTES} bytes")
    version, kid, issued_with, key_set, issued_day, until_day, member_ref, size = _HEAD.unpack_from(data)
    if version != VERSION:
        raise _malformed(f"this release reads certificates of version {VERSION}, the card has {version}")
    end = _HEAD.size + size
    if len(data) < end + SIGNATURE_BYTES or any(data[end + SIGNATURE_BYTES :]):
        raise _malformed("the card's file is no certificate: too short, or something stands behind it")
    try:
        uid = data[_HEAD.size : end]
        made = Certificate(kid, uid, member_ref, IssuedWith(issued_with), key_set, issued_day, until_day or None)
    except ValueError:
        raise _malformed("a field of the certificate cannot be") from None
    return made, data[end : end + SIGNATURE_BYTES]


def verify(data: bytes, uid: bytes, tenant: bytes, issuers: Iterable[Issuer], now_s: int | None) -> Certificate:
    """What a card's file says, once one of `tenant`'s issuers has signed it for this very UID.

    `now_s` None means that no clock can be trusted: then no certificate is too old. Raises CertificateError.
    """
    certificate, signature = read(data)
    _check_signature(certificate, signature, tenant, [issuer for issuer in issuers if issuer.kid == certificate.kid])
    if certificate.uid != uid:
        raise CertificateError(CertificateFault.OTHER_CARD, "this certificate was issued to another card")
    if now_s is not None and certificate.until_day is not None and now_s // DAY_S > certificate.until_day:
        raise CertificateError(CertificateFault.EXPIRED, "this card's certificate has ended: have it renewed")
    return certificate


def _check_signature(certificate: Certificate, signature: bytes, tenant: bytes, issuers: list[Issuer]) -> None:
    if not issuers:
        raise CertificateError(
            CertificateFault.UNKNOWN_KID, f"no issuer key with number {certificate.kid} is known here"
        )
    owner = next((issuer for issuer in issuers if _made_by(issuer, certificate, signature)), None)
    if owner is None:
        raise CertificateError(CertificateFault.BAD_SIGNATURE, "the signature of this card is not the issuer's")
    if owner.tenant != tenant:
        raise CertificateError(CertificateFault.FOREIGN_TENANT, "this card is of another chain")


def _made_by(issuer: Issuer, certificate: Certificate, signature: bytes) -> bool:
    try:
        issuer.public.verify(signature, signed_message(issuer.tenant, certificate))
    except InvalidSignature:
        return False
    return True


def _malformed(said: str) -> CertificateError:
    return CertificateError(CertificateFault.MALFORMED, said)
