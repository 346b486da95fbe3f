"""Claim and enrolment (appliance.md, Provisioning): how a new device becomes a terminal of one store."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Annotated

from pydantic import Field, ValidationError

from protocol import canonical
from protocol.operation import Identifier, Int64, Message, later
from protocol.signing import Signed

CLAIM = "claim"  # purposes of signed documents
ADMISSION = "admission"
HELLO = b"stillpoint/hello\0"
PREFIX = "SP1:"
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ClaimError(ValueError):
    """Text that is not a claim of ours (P01); the message says what is wrong with it."""


class Claim(Message):
    """One right to enrol one device. `ca_pin` is the SHA-256 of the CA certificate's DER; `secret` is 128 bits."""

    id: Identifier
    hq: Annotated[str, Field(pattern=r"^https://[^\s/]+$", max_length=200)]
    ca_pin: Hex32
    secret: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    store: Identifier
    lane: Identifier
    issued_ms: Int64
    expires_ms: Int64


class EnrolRequest(Message):
    claim: Identifier
    public_key: Hex32
    serial: Identifier
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    proof: Hex32


class EnrolAnswer(Message):
    """What makes a device a terminal. `trust_key` verifies what HQ signs; `lookup_key` turns UIDs into card keys.

    `admission` is an `Admission`, for an HQ that has forgotten.
    """

    device: Identifier
    epoch: Int64
    store: Identifier
    lane: Identifier
    trust_key: Hex32
    lookup_key: Hex32
    token: Hex32 | None = later(None)  # of before requests were signed: read, and of no use
    admission: Signed | None = later(None)


class Admission(Message):
    """Signed by HQ with purpose `admission`: this key was enrolled.

    An HQ that was restored from a backup of before the enrolment has forgotten the device; it is admitted by this.
    """

    device: Identifier
    epoch: Annotated[int, Field(ge=1, lt=2**31)]
    store: Identifier
    lane: Identifier
    serial: Identifier
    public_key: Hex32
    enrolled_ms: Int64


class Readmission(Message):
    """A device that HQ has forgotten shows what HQ signed for it; the request is signed with the device's key."""

    admission: Signed


class Hello(Message):
    """The device's first words under its new identity; only then is the claim consumed."""

    device: Identifier
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


def proof(secret: str, public_key: str, serial: str, nonce: str, ca_pin: str, store: str, lane: str) -> str:
    """HMAC-SHA-256 with the claim's secret over what both sides must agree on, in hex."""
    message = canonical.encode([public_key, serial, nonce, ca_pin, store, lane])
    return hmac.new(bytes.fromhex(secret), message, hashlib.sha256).hexdigest()


def hello_bytes(device: str, claim: str) -> bytes:
    return HELLO + canonical.encode([device, claim])


def claim_text(signed: Signed) -> str:
    """What the QR code of a claim holds."""
    return PREFIX + base64.urlsafe_b64encode(canonical.encode(signed.model_dump())).decode().rstrip("=")


def read_claim(text: str) -> tuple[Signed, Claim]:
    """The signed claim and its content, its signature not yet checked. Raises ClaimError."""
    text = text.strip()
    if not text.startswith(PREFIX) or len(text) > 4000:
        raise ClaimError(f"this code does not start with {PREFIX}: it is not one of our claims")
    body = text[len(PREFIX) :]
    try:
        data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        signed = Signed.model_validate(canonical.decode(data))
        return signed, Claim.model_validate(canonical.decode(signed.payload.encode()))
    except (ValueError, ValidationError) as error:
        raise ClaimError("this code is damaged: scan it again, or ask HQ for a new claim") from error
