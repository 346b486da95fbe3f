"""The hash chain of one device and epoch (sync.md, Operations): a changed, lost or moved operation breaks it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def genesis(device: str, epoch: int) -> bytes:
    """h_0 = SHA-256("op0" ‖ device ‖ epoch), the epoch as 4 bytes big-endian."""
    return hashlib.sha256(b"op0" + device.encode() + epoch.to_bytes(4, "big")).digest()


def link(previous: bytes, operation: bytes) -> bytes:
    """h_n = SHA-256("op1" ‖ h_{n−1} ‖ bytes)."""
    return hashlib.sha256(b"op1" + previous + operation).digest()


def extend(previous: bytes, operations: Iterable[bytes]) -> bytes:
    """The hash after all `operations`, in order."""
    for operation in operations:
        previous = link(previous, operation)
    return previous
