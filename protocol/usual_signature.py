"""The one form in which our own devices sign requests, made and read without a general parser.

The bytes are those of `http_message_signatures` for the same request. What is not exactly of this form is not read
here, and goes the long way.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_TARGET = re.compile(r"(/[A-Za-z0-9/._~-]*)(\?[A-Za-z0-9=&._~-]+)?")
_METHOD = re.compile(r"[A-Z]{1,20}")
_KEYID = r"[A-Za-z0-9:._-]{1,200}"
_COVERED = '"@method" "@path" "@query" "stillpoint-hq"'
_INPUT = re.compile(
    rf'stillpoint=(\({_COVERED}(?: "content-digest")?\);created=(0|[1-9][0-9]{{0,11}});keyid="({_KEYID})"'
    r';alg="ed25519";nonce="([0-9a-f]{32})";tag="stillpoint")'
)
_SIGNATURE = re.compile(r"stillpoint=:([A-Za-z0-9+/]{86}==):")
_WANTED_KEYID = re.compile(_KEYID)
_WANTED_NONCE = re.compile(r"[0-9a-f]{32}")


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign(
    key: Ed25519PrivateKey, keyid: str, created_s: int, nonce: str, hq: str, method: str, target: str, body: bytes
) -> dict[str, str] | None:
    """The headers; None if there is anything unusual about the request."""
    plain = _WANTED_KEYID.fullmatch(keyid) and _WANTED_NONCE.fullmatch(nonce) and 0 <= created_s < 10**12
    covered = _COVERED + (' "content-digest"' if body else "")
    params = f'({covered});created={created_s};keyid="{keyid}";alg="ed25519";nonce="{nonce}";tag="stillpoint"'
    digest = digest_of(body) if body else ""
    base = _base(hq, method, target, digest, params) if plain else None
    if base is None:
        return None
    signature = base64.b64encode(key.sign(base)).decode()
    digested = {"Content-Digest": digest} if body else {}
    return {
        "stillpoint-hq": hq,
        **digested,
        "Signature-Input": f"stillpoint={params}",
        "Signature": f"stillpoint=:{signature}:",
    }


def read(
    key: Ed25519PublicKey, keyid: str, hq: str, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, str] | None:
    """When it was signed (s) and the nonce, if it is of this form and good; None otherwise, which says nothing yet."""
    given = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    digest = digest_of(body) if body else ""
    same = headers.get("stillpoint-hq", "") == hq and headers.get("content-digest", "") == digest
    if given is None or signature is None or not same or given[3] != keyid:
        return None
    if (' "content-digest")' in given[1]) != bool(body):
        return None
    base = _base(hq, method, target, digest, given[1])
    if base is None:
        return None
    try:
        key.verify(base64.b64decode(signature[1], validate=True), base)
    except (InvalidSignature, binascii.Error):
        return None
    return int(given[2]), given[4]


def _base(hq: str, method: str, target: str, digest: str, params: str) -> bytes | None:
    """What is signed (RFC 9421, section 2.5)."""
    where = _TARGET.fullmatch(target)
    if where is None or not _METHOD.fullmatch(method) or not hq.isascii() or not hq.isalnum():
        return None
    lines = [f'"@method": {method}', f'"@path": {where[1]}', f'"@query": {where[2] or "?"}', f'"stillpoint-hq": {hq}']
    if digest:
        lines.append(f'"content-digest": {digest}')
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()
