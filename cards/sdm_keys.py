"""Keys for SUN links as the open sdm-backend derives them: for tags that were personalised by such a system.

Not AN10922, and not how our own cards get theirs (`cards.diversify`). A master of zeros gives no special key here.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cards.aes import BLOCK, AesKey
from cards.cmac import cmac

MASTER_BYTES = frozenset({16, 32})
META_KEY_NO = 1
_META, _SLOT, _BASE = b"PICCDataKey", b"SlotMasterKey", b"DivBaseKey"
_LABEL = b"\x01"


@dataclass(frozen=True, slots=True)
class SdmMaster:
    """A master key of 16 or 32 bytes, whose repr is empty."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) not in MASTER_BYTES:
            raise ValueError(f"this master key has {len(self.value)} bytes, not 16 or 32")


def meta_key(master: SdmMaster) -> AesKey:
    """The key of PICC data, the same for all tags: only after it is used is a tag's UID known."""
    return AesKey(_digest(master.value, _META)[:BLOCK])


def tag_key(master: SdmMaster, uid: bytes, key_no: int) -> AesKey:
    """Key `key_no` of one tag."""
    slot = AesKey(_digest(master.value, _SLOT + bytes((key_no,)))[:BLOCK])
    of_tag = _digest(_digest(master.value, _BASE), uid)[:BLOCK]
    return AesKey(cmac(slot, _LABEL + of_tag))


def _digest(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
