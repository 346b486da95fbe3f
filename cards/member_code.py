"""The dynamic member code: `M1:` and base45 (RFC 9285) of a token that HQ's issuer key signed (cards.md).

The token is type 0x11, the issuer key's number (kid), the member reference (8 bytes), issue time (4, seconds since
1970), life in seconds (2), a number used once (jti, 5) and an Ed25519 signature (64) over `mq1/issuer` NUL, the tenant
(16 bytes) and all that stands before the signature. The tenant is signed and not carried: a code of another chain looks
alike and fails. Whoever reads codes needs the issuer's public key alone. That a code is used once is not decided here.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import base45
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "M1:"
TYPE = 0x11
LIFE_S = 90  # and no code counts for longer, whatever it says
SKEW_S = 30
DOMAIN = b"mq1/issuer\0"
TENANT_BYTES, REF_BYTES, JTI_BYTES, SIGNATURE_BYTES = 16, 8, 5, 64
_BODY = struct.Struct(">BB8sIH5s")
TOKEN_BYTES = _BODY.size + SIGNATURE_BYTES
TEXT_CHARACTERS = len(PREFIX) + TOKEN_BYTES // 2 * 3 + TOKEN_BYTES % 2 * 2


class CodeFault(StrEnum):
    """Why a code is refused, in the order in which it is looked at."""

    MALFORMED = "malformed"
    UNKNOWN_KID = "unknown_kid"
    FOREIGN_TENANT = "foreign_tenant"
    BAD_SIGNATURE = "bad_signature"
    FROM_THE_FUTURE = "from_the_future"
    EXPIRED = "expired"
    USED = "used"  # it was taken before: said by whoever remembers


class MemberCodeError(ValueError):
    """A code that proves nothing; `fault` is the kind. The text never repeats the code."""

    def __init__(self, fault: CodeFault, said: str) -> None:
        super().__init__(said)
        self.fault = fault


@dataclass(frozen=True)
class MemberCode:
    """What a code says. `member_ref` and `jti` are bytes of fixed length; times are whole seconds."""

    kid: int
    member_ref: bytes = field(repr=False)
    issued_s: int
    life_s: int
    jti: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.member_ref) != REF_BYTES or len(self.jti) != JTI_BYTES:
            raise ValueError(f"a code has a reference of {REF_BYTES} bytes and a jti of {JTI_BYTES}")
        if not (0 <= self.kid < 2**8 and 0 <= self.issued_s < 2**32 and 0 <= self.life_s < 2**16):
            raise ValueError("kid, issue time or life of a code does not fit into its field")

    @property
    def good_until_s(self) -> int:
        """The last second at which any terminal may take it: whoever remembers used codes may then forget it."""
        return self.issued_s + min(self.life_s, LIFE_S) + SKEW_S

    @property
    def digest(self) -> bytes:
        """What names this code where used ones are remembered: SHA-256 of all that is signed in it."""
        return hashlib.sha256(self.body()).digest()

    def body(self) -> bytes:
        return _BODY.pack(TYPE, self.kid, self.member_ref, self.issued_s, self.life_s, self.jti)


@dataclass(frozen=True)
class Issuer:
    """Who signs codes of `tenant` under the number `kid`."""

    tenant: bytes
    kid: int
    public: Ed25519PublicKey

    def __post_init__(self) -> None:
        _check_tenant(self.tenant)


def signed_message(tenant: bytes, code: MemberCode) -> bytes:
    """The bytes that the issuer signs. Raises ValueError for a tenant that is not 16 bytes."""
    _check_tenant(tenant)
    return DOMAIN + tenant + code.body()


def issue(code: MemberCode, tenant: bytes, key: Ed25519PrivateKey) -> bytes:
    """The token of a code; `text_of` makes it what a member shows."""
    return code.body() + key.sign(signed_message(tenant, code))


def text_of(token: bytes) -> str:
    """What a QR code holds: all of it is in the alphanumeric set."""
    written: bytes = base45.b45encode(token)
    return PREFIX + written.decode("ascii")


def token_of(text: str) -> bytes:
    """The bytes behind `M1:`. Raises MemberCodeError, MALFORMED, for what is no base45 or has another spelling."""
    if not text.startswith(PREFIX):
        raise MemberCodeError(CodeFault.MALFORMED, f"a member code begins with {PREFIX}")
    written = text.removeprefix(PREFIX)
    try:
        token: bytes = base45.b45decode(written)
    except ValueError:
        raise MemberCodeError(CodeFault.MALFORMED, "what follows M1: is not base45 (RFC 9285)") from None
    if base45.b45encode(token).decode("ascii") != written:
        raise MemberCodeError(CodeFault.MALFORMED, "this code is not spelled as it was issued")
    return token


def verify(text: str, tenant: bytes, issuers: Iterable[Issuer], now_s: int | None) -> MemberCode:
    """What a scanned code says, once its signature is one of `tenant`'s own issuers. Raises MemberCodeError.

    `issuers` may name those of other chains: then a code of theirs is told apart from a forged one. `now_s` None means
    that no clock can be trusted: times are not judged, and the code counts as P1.
    """
    if len(text) > TEXT_CHARACTERS:
        raise MemberCodeError(CodeFault.MALFORMED, f"a member code has {TEXT_CHARACTERS} characters, this one has more")
    code, signature = read(token_of(text))
    _check_signature(code, signature, tenant, [issuer for issuer in issuers if issuer.kid == code.kid])
    if now_s is not None:
        check_time(code.issued_s, code.life_s, now_s)
    return code


def read(token: bytes) -> tuple[MemberCode, bytes]:
    """A token apart, nothing proven: the code and its signature. Raises MemberCodeError, MALFORMED."""
    if not token or token[0] != TYPE:
        found = f"{token[0]:#04x}" if token else "none"
        raise MemberCodeError(CodeFault.MALFORMED, f"the type of a member code is {TYPE:#04x}, here it is {found}")
    if len(token) != TOKEN_BYTES:
        raise MemberCodeError(CodeFault.MALFORMED, f"a member code has {TOKEN_BYTES} bytes, this one has {len(token)}")
    _, kid, member_ref, issued_s, life_s, jti = _BODY.unpack_from(token)
    return MemberCode(kid, member_ref, issued_s, life_s, jti), token[_BODY.size :]


def check_time(issued_s: int, life_s: int, now_s: int) -> None:
    """Raises MemberCodeError unless `now_s` is in the life of a code, give or take SKEW_S."""
    if now_s < issued_s - SKEW_S:
        ahead = issued_s - now_s
        raise MemberCodeError(CodeFault.FROM_THE_FUTURE, f"this code is from {ahead} s ahead: check the clock here")
    late = now_s - issued_s - min(life_s, LIFE_S)
    if late > SKEW_S:
        raise MemberCodeError(CodeFault.EXPIRED, f"this code was good until {late} s ago: show a fresh one")


def _check_signature(code: MemberCode, signature: bytes, tenant: bytes, issuers: list[Issuer]) -> None:
    if not issuers:
        raise MemberCodeError(CodeFault.UNKNOWN_KID, f"no issuer key with number {code.kid} is known here")
    owner = next((issuer for issuer in issuers if _made_by(issuer, code, signature)), None)
    if owner is None:
        raise MemberCodeError(CodeFault.BAD_SIGNATURE, "the signature of this code is not the issuer's")
    if owner.tenant != tenant:
        raise MemberCodeError(CodeFault.FOREIGN_TENANT, "this code is of another chain")


def _made_by(issuer: Issuer, code: MemberCode, signature: bytes) -> bool:
    try:
        issuer.public.verify(signature, signed_message(issuer.tenant, code))
    except InvalidSignature:
        return False
    return True


def _check_tenant(tenant: bytes) -> None:
    if len(tenant) != TENANT_BYTES:
        raise ValueError(f"a tenant is {TENANT_BYTES} bytes, not {len(tenant)}")
