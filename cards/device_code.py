"""The device code: a member code that a phone makes by itself, under a certificate of HQ's for the phone's key.

`M1:` and base45 of type 0x12: the certificate, HQ's signature over it, then issue time (4, seconds), a number (2) and
the phone's signature. The certificate is kid, member reference (8), its validity (4 + 4, minutes since 1970), one byte
for the kind of key and the phone's Ed25519 key (32). HQ signs `mq1/cert` NUL, tenant and certificate; the phone signs
`mq1/dev` NUL, tenant, SHA-256 of certificate and HQ's signature, issue time and number.

HQ issues no such certificates yet, so terminals take codes of type 0x11 alone; this reads and proves the format.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cards.member_code import SIGNATURE_BYTES, CodeFault, MemberCodeError, check_time

TYPE = 0x12
LIFE_S = 90
CERTIFICATE_DOMAIN, DEVICE_DOMAIN = b"mq1/cert\0", b"mq1/dev\0"
_CERTIFICATE = struct.Struct(">BB8sIIB32s")
_MADE = struct.Struct(">IH")
_SIGNED_CERTIFICATE = _CERTIFICATE.size + SIGNATURE_BYTES
TOKEN_BYTES = _SIGNED_CERTIFICATE + _MADE.size + SIGNATURE_BYTES
MINUTE_S = 60


@dataclass(frozen=True)
class DeviceCode:
    """The parts of a device code, as they stand; `certificate_proven` and `device_proven` tell whether to believe."""

    kid: int
    member_ref: bytes = field(repr=False)
    valid_from_min: int
    valid_until_min: int
    key_kind: int
    device_public: bytes
    issued_s: int
    number: int
    token: bytes = field(repr=False)

    def certificate_message(self, tenant: bytes) -> bytes:
        """What HQ signs."""
        return CERTIFICATE_DOMAIN + tenant + self.token[: _CERTIFICATE.size]

    def device_message(self, tenant: bytes) -> bytes:
        """What the phone signs."""
        digest = hashlib.sha256(self.token[:_SIGNED_CERTIFICATE]).digest()
        return DEVICE_DOMAIN + tenant + digest + _MADE.pack(self.issued_s, self.number)

    def certificate_proven(self, tenant: bytes, issuer: Ed25519PublicKey) -> bool:
        """Whether HQ's issuer signed the certificate."""
        signature = self.token[_CERTIFICATE.size : _SIGNED_CERTIFICATE]
        return _signed(issuer, signature, self.certificate_message(tenant))

    def device_proven(self, tenant: bytes) -> bool:
        """Whether the phone of the certificate signed the code. Says nothing about the certificate."""
        try:
            device = Ed25519PublicKey.from_public_bytes(self.device_public)
        except ValueError:
            return False
        return _signed(device, self.token[-SIGNATURE_BYTES:], self.device_message(tenant))


def read(token: bytes) -> DeviceCode:
    """A token apart, nothing proven. Raises MemberCodeError, MALFORMED."""
    if len(token) != TOKEN_BYTES or token[0] != TYPE:
        said = f"a device code has {TOKEN_BYTES} bytes and type {TYPE:#04x}"
        raise MemberCodeError(CodeFault.MALFORMED, said)
    _, kid, member_ref, valid_from, valid_until, key_kind, public = _CERTIFICATE.unpack_from(token)
    issued_s, number = _MADE.unpack_from(token, _SIGNED_CERTIFICATE)
    return DeviceCode(kid, member_ref, valid_from, valid_until, key_kind, public, issued_s, number, token)


def check(code: DeviceCode, tenant: bytes, issuer: Ed25519PublicKey, now_s: int) -> None:
    """Raises MemberCodeError unless both are signed, the certificate covers the code, and the code's time is now."""
    if not (code.certificate_proven(tenant, issuer) and code.device_proven(tenant)):
        raise MemberCodeError(CodeFault.BAD_SIGNATURE, "a signature of this code is not its owner's")
    check_time(code.issued_s, LIFE_S, now_s)
    if not code.valid_from_min <= code.issued_s // MINUTE_S <= code.valid_until_min:
        raise MemberCodeError(CodeFault.EXPIRED, "the phone's certificate did not cover this: open the app online")


def _signed(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
