"""Secure unique NFC (SUN): what an NTAG 424 DNA mirrors into its link at each tap (NXP AN12196, SDM).

The link carries UID and read counter, in the clear or enciphered (PICC data), and a code over a part of the link under
a key of this tap. The counter is what makes a code fresh: who keeps the last one seen can refuse what came before. A
link that was collected and not shown yet looks as fresh as a tap.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from cards.aes import BLOCK, AesKey, decrypt, encrypt
from cards.cmac import cmac, truncated

UID_BYTES, COUNTER_BYTES, CODE_BYTES = 7, 3, 8
FILE_DATA_MAX = 256
_ENC_LABEL, _MAC_LABEL = b"\xc3\x3c\x00\x01\x00\x80", b"\x3c\xc3\x00\x01\x00\x80"
_UID_MIRRORED, _COUNTER_MIRRORED, _LENGTH_MASK = 0x80, 0x40, 0x0F


class SunFault(StrEnum):
    """Why a link proves nothing."""

    MALFORMED = "malformed"
    UNKNOWN_CARD = "unknown_card"
    BAD_CODE = "bad_code"


class SunError(ValueError):
    """A link that proves nothing; `fault` is the kind. The text never repeats the link."""

    def __init__(self, fault: SunFault, said: str) -> None:
        super().__init__(said)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class PiccData:
    """Which card, and which of its taps. `counter` is None where the card does not mirror it. `tag` says what is in."""

    uid: bytes = field(repr=False)
    counter: int | None
    tag: int = _UID_MIRRORED | _COUNTER_MIRRORED | UID_BYTES

    def mirrored(self) -> bytes:
        """UID and counter as they enter the keys of the tap: the counter least byte first."""
        return self.uid + (b"" if self.counter is None else self.counter.to_bytes(COUNTER_BYTES, "little"))


@dataclass(frozen=True, slots=True)
class SunMessage:
    """A link apart. One of `picc_enc` and `picc` is there; `signed` are the bytes of the link that the code covers."""

    code: bytes = field(repr=False)
    signed: bytes = field(default=b"", repr=False)
    picc_enc: bytes = field(default=b"", repr=False)
    picc: PiccData | None = None
    file_enc: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Sun:
    """What a link proved: this card made it at its tap number `counter`. `file_data` is deciphered, padding and all."""

    uid: bytes = field(repr=False)
    counter: int | None
    file_data: bytes = field(default=b"", repr=False)


class CounterVerdict(StrEnum):
    """What a counter says against the highest seen before. BACKWARDS may be a clone, or a link kept for later."""

    FRESH = "fresh"
    REPEATED = "repeated"
    BACKWARDS = "backwards"


def verify(message: SunMessage, meta: AesKey | None, file_key: Callable[[bytes], AesKey | None]) -> Sun:
    """Judge a link. `meta` opens enciphered PICC data, `file_key` gives the key of a UID or None for a card not ours.

    Raises SunError. Whether the counter is fresh is for `judge_counter`: only who remembers can tell.
    """
    picc = message.picc
    if picc is None:
        if meta is None:
            raise SunError(SunFault.MALFORMED, "this link is enciphered and no key for it is at hand")
        picc = open_picc_data(meta, message.picc_enc)
    key = file_key(picc.uid)
    if key is None:
        raise SunError(SunFault.UNKNOWN_CARD, "no key of this card is at hand")
    if not hmac.compare_digest(message.code, code(key, picc, message.signed)):
        raise SunError(SunFault.BAD_CODE, "the code of this link is not the card's")
    return Sun(picc.uid, picc.counter, file_data(key, picc, message.file_enc) if message.file_enc else b"")


def judge_counter(highest_seen: int | None, counter: int) -> CounterVerdict:
    """Whether a counter is new. `highest_seen` is None for a card that was never seen."""
    if highest_seen is None or counter > highest_seen:
        return CounterVerdict.FRESH
    return CounterVerdict.REPEATED if counter == highest_seen else CounterVerdict.BACKWARDS


def open_picc_data(meta: AesKey, enciphered: bytes) -> PiccData:
    """Decipher PICC data. Raises SunError, MALFORMED, where it is no UID of 7 bytes: another key, or altered."""
    if len(enciphered) != BLOCK:
        raise SunError(SunFault.MALFORMED, f"enciphered PICC data has {len(enciphered)} bytes, not {BLOCK}")
    return read_picc_data(decrypt(meta, enciphered))


def read_picc_data(plain: bytes) -> PiccData:
    """The parts of deciphered PICC data: tag, UID, counter; random bytes follow. Raises SunError, MALFORMED."""
    tag = plain[0]
    if not tag & _UID_MIRRORED or tag & _LENGTH_MASK != UID_BYTES:
        raise SunError(SunFault.MALFORMED, "the PICC data of this link names no card")
    counter = None
    if tag & _COUNTER_MIRRORED:
        counter = int.from_bytes(plain[1 + UID_BYTES : 1 + UID_BYTES + COUNTER_BYTES], "little")
    return PiccData(plain[1 : 1 + UID_BYTES], counter, tag)


def session_vectors(picc: PiccData) -> tuple[bytes, bytes]:
    """SV1 and SV2: what the keys of a tap, for enciphering and for the code, are made of."""
    mirrored = picc.mirrored()
    enc, mac = (label + mirrored for label in (_ENC_LABEL, _MAC_LABEL))
    return enc + bytes(-len(enc) % BLOCK), mac + bytes(-len(mac) % BLOCK)


def session_keys(file_key: AesKey, picc: PiccData) -> tuple[AesKey, AesKey]:
    """The keys of one tap, for enciphering and for the code."""
    enc, mac = session_vectors(picc)
    return AesKey(cmac(file_key, enc)), AesKey(cmac(file_key, mac))


def code(file_key: AesKey, picc: PiccData, signed: bytes) -> bytes:
    """The eight bytes of code that the card of `file_key` mirrors at this tap over `signed`."""
    _, mac = session_keys(file_key, picc)
    return truncated(cmac(mac, signed))


def file_data(file_key: AesKey, picc: PiccData, enciphered: bytes) -> bytes:
    """Decipher the part of the file that the card mirrors enciphered; only what `verify` proved is worth it.

    Raises SunError, MALFORMED, for another length than whole blocks and for a card that mirrors no counter.
    """
    if picc.counter is None or len(enciphered) % BLOCK or len(enciphered) > FILE_DATA_MAX:
        raise SunError(SunFault.MALFORMED, f"{len(enciphered)} bytes of mirrored file data cannot be deciphered")
    enc, _ = session_keys(file_key, picc)
    iv = encrypt(enc, picc.counter.to_bytes(COUNTER_BYTES, "little").ljust(BLOCK, b"\0"))
    return decrypt(enc, enciphered, iv)
