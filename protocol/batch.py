"""A batch of operations on the wire: a signed header and the operations' own bytes, each length-prefixed."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, ValidationError

from protocol import canonical, chain, signing
from protocol.operation import Identifier, Int64, Message

MAX_OPERATIONS = 500
MAX_BATCH_BYTES = 256 * 1024
MEDIA_TYPE = "application/vnd.stillpoint.batch"
_LENGTH = struct.Struct(">I")
HashHex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class BatchError(ValueError):
    """Bytes that are not a well-formed batch; the message says what is wrong."""


class Outcome(StrEnum):
    """What HQ did with an operation (sync.md, Upload). APPLIED ones are not listed in an answer."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    FLAGGED = "flagged"
    PARKED = "parked"
    QUARANTINED = "quarantined"


class OutcomeRecord(Message):
    seq: Int64
    outcome: Outcome = Field(strict=False)
    reason: str = ""


class BatchHeader(Message):
    device: Identifier
    epoch: Annotated[int, Field(ge=1, lt=2**31)]
    first: Annotated[int, Field(ge=1, lt=2**63)]
    last: Annotated[int, Field(ge=1, lt=2**63)]
    last_hash: HashHex
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class Acknowledgement(Message):
    """HQ's answer to a batch: everything up to `acked_seq`, whose chain hash is `acked_hash`, is at HQ."""

    acked_seq: Int64
    acked_hash: HashHex
    outcomes: tuple[OutcomeRecord, ...] = Field(default=(), strict=False)


class Gap(Message):
    """HQ's answer (409) when a batch does not start at its next operation."""

    expected_seq: Int64
    expected_hash: HashHex


@dataclass(frozen=True)
class Batch:
    """Operations as they travel: their own bytes under one signature."""

    header: BatchHeader
    operations: tuple[bytes, ...]

    @classmethod
    def sign(
        cls, key: Ed25519PrivateKey, device: str, epoch: int, first: int, previous: bytes, operations: Sequence[bytes]
    ) -> Batch:
        """Sign `operations`, numbered from `first`, that follow the chain hash `previous`."""
        last, last_hash = first + len(operations) - 1, chain.extend(previous, operations).hex()
        signature = key.sign(_signed_bytes(device, epoch, first, last, last_hash)).hex()
        header = BatchHeader(
            device=device, epoch=epoch, first=first, last=last, last_hash=last_hash, signature=signature
        )
        return cls(header, tuple(operations))

    def verify(self, public_key_hex: str) -> None:
        """Raises signing.SignatureError unless the device signed this header. The chain is checked on its own."""
        h = self.header
        data = _signed_bytes(h.device, h.epoch, h.first, h.last, h.last_hash)
        signing.verify(public_key_hex, h.signature, data)

    def encode(self) -> bytes:
        parts = [canonical.encode(self.header.model_dump()), *self.operations]
        return b"".join(_LENGTH.pack(len(part)) + part for part in parts)

    @classmethod
    def decode(cls, data: bytes) -> Batch:
        """Raises BatchError for anything that is not exactly one header and its operations."""
        parts = _split(data)
        if not parts:
            raise BatchError("the batch is empty")
        try:
            header = BatchHeader.model_validate(canonical.decode(parts[0]))
        except (canonical.CanonicalError, ValidationError) as error:
            raise BatchError(f"the batch header is not valid: {error}") from error
        operations = tuple(parts[1:])
        if not operations or len(operations) > MAX_OPERATIONS or header.last - header.first + 1 != len(operations):
            raise BatchError(f"the batch says {header.first} to {header.last} and carries {len(operations)} operations")
        return cls(header, operations)


def _signed_bytes(device: str, epoch: int, first: int, last: int, last_hash: str) -> bytes:
    return b"stillpoint/batch\0" + canonical.encode([device, epoch, first, last, last_hash])


def _split(data: bytes) -> list[bytes]:
    if len(data) > 2 * MAX_BATCH_BYTES:
        raise BatchError(f"{len(data)} bytes: at most {2 * MAX_BATCH_BYTES} are allowed")
    parts, at = [], 0
    while at < len(data):
        if at + _LENGTH.size > len(data):
            raise BatchError(f"truncated after {len(data)} bytes: a length is cut off")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if length > canonical.MAX_BYTES or at + length > len(data):
            raise BatchError(f"truncated after {len(data)} bytes: {length} announced, {len(data) - at} left")
        parts.append(data[at : at + length])
        at += length
    return parts


def fingerprint(data: bytes) -> str:
    """A short name of some bytes for logs and conflict sentences."""
    return hashlib.sha256(data).hexdigest()[:12]
