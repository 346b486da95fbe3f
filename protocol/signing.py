"""Ed25519 keys as hex, and signed documents: what a terminal obeys and what HQ believes."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from protocol import canonical
from protocol.operation import Message

MAX_DOCUMENT = 4 * 1024 * 1024


class SignatureError(ValueError):
    """A signature that does not belong to the bytes and key."""


def private_from_hex(text: str) -> Ed25519PrivateKey:
    """Raises ValueError unless `text` is 32 bytes in hex."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))


def private_hex(key: Ed25519PrivateKey) -> str:
    return key.private_bytes_raw().hex()


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def verify(public_key_hex: str, signature_hex: str, data: bytes) -> None:
    """Raises SignatureError unless the signature of `data` was made with the key, whatever is wrong with either."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex))
        key.verify(bytes.fromhex(signature_hex), data)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("the signature does not match the content") from error


class Signed(Message):
    """A document under a signature. `purpose` is signed too, so one kind of document never passes for another."""

    purpose: str = Field(pattern=r"^[a-z_]{1,32}$")
    payload: str
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")

    @classmethod
    def make(cls, purpose: str, value: object, key: Ed25519PrivateKey) -> Signed:
        payload = canonical.encode(value, MAX_DOCUMENT)
        return cls(purpose=purpose, payload=payload.decode(), signature=key.sign(_bytes(purpose, payload)).hex())

    def open(self, purpose: str, public_key_hex: str) -> Any:
        """The value inside. Raises SignatureError for another purpose, another signer or changed bytes."""
        payload = self.payload.encode("utf-8", "surrogatepass")
        if self.purpose != purpose:
            raise SignatureError(f"a document for {self.purpose!r} was given where {purpose!r} is needed")
        verify(public_key_hex, self.signature, _bytes(purpose, payload))
        return canonical.decode(payload, MAX_DOCUMENT)


def _bytes(purpose: str, payload: bytes) -> bytes:
    return b"stillpoint/" + purpose.encode() + b"\0" + payload
