"""Readers of what members and cards prove: codes, certificates, value blocks, hashes of PINs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards import certificate, device_code, member_code
from cards.certificate import Certificate, CertificateError, IssuedWith
from cards.classic_value import ValueBlock
from cards.errors import BadAnswer
from cards.member_code import Issuer, MemberCode, MemberCodeError
from cards.pin import PinHash, PinHashError
from cards.pin_cost import Cost
from cards.sun import SunError
from cards.sun_link import read_link
from tests.fuzz.readers import Reader

KEY, TENANT = Ed25519PrivateKey.from_private_bytes(bytes(range(32))), bytes(16)
ISSUER = Issuer(TENANT, 1, KEY.public_key())
CODE = MemberCode(1, b"ada-ref!", 1_790_000_000, 90, b"12345")
CARD = Certificate(1, bytes.fromhex("04A1B2C3D4E5F6"), b"ada-ref!", IssuedWith.KEY, 1, 20_000)
LINK = "https://card.example/c?u=04AABBCCDDEE80&n=000046&c=94EED9EE65337086"
KEPT = PinHash("pepper-1", Cost(65_536, 3), b"s" * 16, b"t" * 32)


def proof_readers() -> Iterator[Reader]:
    token = member_code.issue(CODE, TENANT, KEY)
    issued = certificate.issue(CARD, TENANT, KEY)
    refused, unread = (MemberCodeError, UnicodeDecodeError), (CertificateError,)
    yield Reader("member code", (member_code.text_of(token).encode(),), _code, refused)
    yield Reader("member token", (token,), member_code.read, refused, lambda read: read[0].body() + read[1], True)
    yield Reader("device token", (b"\x12" + bytes(184),), device_code.read, refused, lambda read: read.token, True)
    yield Reader(
        "certificate", (issued, issued + bytes(8)), certificate.read, unread, lambda read: read[0].body() + read[1]
    )
    yield Reader("certificate of this card", (issued,), _certificate, unread)
    yield Reader("value block", (ValueBlock(258, 4).encode(),), ValueBlock.parse, (BadAnswer,), ValueBlock.encode, True)
    yield Reader("link of a card", (LINK.encode(),), _link, (SunError, UnicodeDecodeError))
    hashes = (PinHashError, UnicodeDecodeError)
    yield Reader("hash of a PIN", (KEPT.text.encode(),), _hash, hashes, lambda read: read.text.encode(), True)


def _code(data: bytes) -> Any:
    return member_code.verify(data.decode(), TENANT, [ISSUER], CODE.issued_s)


def _link(data: bytes) -> Any:
    return read_link(data.decode()).message()


def _certificate(data: bytes) -> Any:
    return certificate.verify(data, CARD.uid, TENANT, [ISSUER], None)


def _hash(data: bytes) -> PinHash:
    return PinHash.read(data.decode())
