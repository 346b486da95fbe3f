"""A signature on every request: HTTP Message Signatures (RFC 9421), Ed25519, with a digest of the body (RFC 9530).

Covered are the method, path and query, the digest of the body if there is one, and `Stillpoint-HQ`: the trust key of
the HQ that is meant. That name stands in the place of `@authority`, which a proxy or a relay may change; a request
meant for one HQ is of no use at another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from protocol import usual_signature

HQ_HEADER = "stillpoint-hq"
TAG = "stillpoint"
LABEL = "stillpoint"
COVERED = ("@method", "@path", "@query", HQ_HEADER)
FIELD_MAX = 1000  # characters of a signature's own headers: more is nobody's of ours
ORIGIN = "https://hq.invalid"  # the library wants a whole address; nothing of it but path and query is covered
NONCE_LENGTH = 32
_KEYID = re.compile(r'keyid="([^"\\]*)"')


class RequestSignatureError(ValueError):
    """A request whose signature is missing, unreadable or wrong; the text says what, without any of it."""


@dataclass(frozen=True)
class SignedBy:
    """Who signed a request: `keyid` is `device:epoch`, `created_s` the signer's idea of HQ's time (UTC seconds)."""

    keyid: str
    created_s: int
    nonce: str


@dataclass
class _Message:
    """What the library looks at."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


def key_name(device: str, epoch: int) -> str:
    return f"{device}:{epoch}"


def read_key_name(keyid: str) -> tuple[str, int] | None:
    """Device and epoch, None if it names none."""
    device, _, epoch = keyid.rpartition(":")
    small = epoch.isascii() and epoch.isdigit() and len(epoch) <= 10
    return (device, int(epoch)) if device and small and epoch == str(int(epoch)) else None


def sign_request(
    key: Ed25519PrivateKey, by: SignedBy, hq: str, method: str, target: str, body: bytes | None
) -> dict[str, str]:
    """The headers that make a request `by` a device good at the HQ whose trust key is `hq`."""
    usual = usual_signature.sign(key, by.keyid, by.created_s, by.nonce, hq, method, target, body or b"")
    return usual if usual is not None else sign_unusual(key, by, hq, method, target, body)


def sign_unusual(
    key: Ed25519PrivateKey, by: SignedBy, hq: str, method: str, target: str, body: bytes | None
) -> dict[str, str]:
    """The same by the library, for any address and any name."""
    message = _Message(method, ORIGIN + target, {HQ_HEADER: hq})
    resolver = MappingKeyResolver(public_keys={}, private_keys={by.keyid: key})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
    signer.sign(
        message,
        key_id=by.keyid,
        created=datetime.fromtimestamp(by.created_s, UTC),
        nonce=by.nonce,
        label=LABEL,
        tag=TAG,
        covered_component_ids=COVERED,
        body=body or None,
    )
    return message.headers


def claimed_key(headers: Mapping[str, str]) -> str:
    """The `keyid` that a request says it was signed with, not yet proved. Raises RequestSignatureError."""
    found = _KEYID.findall(headers.get("signature-input", "")[:FIELD_MAX])
    if len(found) != 1:
        raise RequestSignatureError(f"it names {len(found)} keys, and has to name one")
    return str(found[0])


def verify_request(
    keyid: str, public_key: str, hq: str, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> SignedBy:
    """What `keyid`, whose key is `public_key` (hex), has signed here; names of `headers` are in lower case.

    Raises RequestSignatureError. The caller judges the time and remembers the nonce.
    """
    named = {name: headers.get(name, "") for name in ("signature-input", "signature", "content-digest", HQ_HEADER)}
    if any(len(value) > FIELD_MAX for value in named.values()):
        raise RequestSignatureError("the signature's headers are too long")
    if named[HQ_HEADER] != hq:
        raise RequestSignatureError("it is meant for another HQ")
    known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    usual = usual_signature.read(known, keyid, hq, method, target, named, body)
    if usual is not None:
        return SignedBy(keyid, *usual)
    message = _Message(method, ORIGIN + target, {name: value for name, value in named.items() if value})
    resolver = MappingKeyResolver(public_keys={keyid: known}, private_keys={})
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
    try:
        results = verifier.verify(message, max_age=None, expect_tag=TAG, require_components=COVERED, body=body)
    except HTTPMessageSignaturesException as error:
        raise RequestSignatureError(_reason(error)) from error
    if len(results) != 1:
        raise RequestSignatureError("it carries several signatures")
    return _signed_by(results[0].parameters)


def _signed_by(parameters: Mapping[str, Any]) -> SignedBy:
    keyid, created, nonce = (parameters.get(name) for name in ("keyid", "created", "nonce"))
    if not isinstance(keyid, str) or type(created) is not int or not isinstance(nonce, str):
        raise RequestSignatureError("keyid, created or nonce is missing")
    if len(nonce) != NONCE_LENGTH or not set(nonce) <= set("0123456789abcdef"):
        raise RequestSignatureError(f"the nonce is not {NONCE_LENGTH} hex digits")
    return SignedBy(keyid, created, nonce)


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else "the signature does not match the request"


class _Verifier(HTTPMessageVerifier):
    """The library compares `created` with this machine's clock; ours is compared with HQ's by who calls."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Left to the caller."""
