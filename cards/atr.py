"""What an ATR says of a card (ISO/IEC 7816-3), and the kind that a contactless reader made up for it (PC/SC part 3).

An ATR proves nothing and costs nothing: it decides which conversation is tried. A card that is not known is of the kind
UNKNOWN, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import xor

ATR_BYTES_MAX = 33
PCSC_RID = bytes.fromhex("A000000306")
_CONVENTIONS = {0x3B, 0x3F}
_STATUS_AHEAD, _APPLICATION_ID, _APPLICATION_BYTES = 0x80, 0x4F, 12
_PCSC_BYTES = len(PCSC_RID) + 3
_UNNAMED = 0xFF  # the second byte of the name is then the SAK of ISO/IEC 14443-3
_SAK_SPEAKS_APDUS = 0x20
_FM1208_START, _FM1208_BYTES = bytes.fromhex("20900000000000"), 11
_CONTACTLESS = bytes.fromhex("8001")  # TD1 and TD2 of every ATR that a reader makes up for a contactless card


class Kind(StrEnum):
    """Kinds of cards, as far as an ATR tells them apart."""

    NTAG424_OR_DESFIRE = "ntag424_or_desfire"
    CPU_CONTACTLESS = "cpu_contactless"
    FM1208 = "fm1208"
    MIFARE_CLASSIC_1K = "mifare_classic_1k"
    MIFARE_CLASSIC_4K = "mifare_classic_4k"
    MIFARE_MINI = "mifare_mini"
    MIFARE_PLUS_CLASSIC = "mifare_plus_classic"
    ULTRALIGHT = "ultralight"
    ULTRALIGHT_C = "ultralight_c"
    FELICA = "felica"
    ISO15693 = "iso15693"
    STORAGE = "storage"
    SLE4442 = "sle4442"
    SLE4428 = "sle4428"
    CPU_CONTACT = "cpu_contact"
    UNKNOWN = "unknown"


_NAMES = {  # PC/SC part 3 supplement: card names, and SAKs of unnamed ones
    0x0001: Kind.MIFARE_CLASSIC_1K,
    0x0002: Kind.MIFARE_CLASSIC_4K,
    0x0003: Kind.ULTRALIGHT,
    0x0026: Kind.MIFARE_MINI,
    0x0036: Kind.MIFARE_PLUS_CLASSIC,
    0x0037: Kind.MIFARE_PLUS_CLASSIC,
    0x003A: Kind.ULTRALIGHT_C,
    0xFF00: Kind.ULTRALIGHT,
    0xFF08: Kind.MIFARE_CLASSIC_1K,
    0xFF09: Kind.MIFARE_MINI,
    0xFF18: Kind.MIFARE_CLASSIC_4K,
    0xFF88: Kind.MIFARE_CLASSIC_1K,
}
_STANDARDS = {0x11: Kind.FELICA} | dict.fromkeys(range(0x09, 0x0D), Kind.ISO15693)
_MEMORY_CARDS = {bytes.fromhex("A2131091"): Kind.SLE4442, bytes.fromhex("92231091"): Kind.SLE4428}


@dataclass(frozen=True, slots=True)
class Atr:
    """An ATR apart. `checksum_ok` is None where the protocols need none; `interface` are the bytes before the
    historical ones."""

    protocols: tuple[int, ...]
    interface: bytes
    historical: bytes
    checksum_ok: bool | None


@dataclass(frozen=True, slots=True)
class CardType:
    """`standard` (SS) and `name` (NN NN) are there where a reader made the ATR up for a storage card."""

    kind: Kind
    standard: int | None = None
    name: int | None = None
    atr: Atr | None = None


def card_type(atr: bytes) -> CardType:
    """The kind of a card; never raises."""
    parts = read_atr(atr)
    if parts is None or parts.checksum_ok is False:
        return CardType(Kind.UNKNOWN, atr=parts)
    storage = _storage(parts.historical)
    if storage:
        standard, name = storage
        return CardType(_storage_kind(standard, name), standard, name, parts)
    return CardType(_kind(parts), atr=parts)


def read_atr(atr: bytes) -> Atr | None:
    """Take an ATR apart; None for bytes that are none."""
    if not 2 <= len(atr) <= ATR_BYTES_MAX or atr[0] not in _CONVENTIONS:
        return None
    protocols, at = _interface(atr)
    historical = atr[at : at + (atr[1] & 0x0F)]
    has_checksum = any(protocol != 0 for protocol in protocols)
    if len(atr) != at + (atr[1] & 0x0F) + has_checksum:
        return None
    checksum_ok = reduce(xor, atr[1:]) == 0 if has_checksum else None
    return Atr(tuple(dict.fromkeys(protocols)), atr[2:at], historical, checksum_ok)


def _interface(atr: bytes) -> tuple[list[int], int]:
    """The protocols that are offered (T=0 where none is), and where the historical bytes begin."""
    protocols: list[int] = []
    announced, at = atr[1] >> 4, 2
    while announced:
        at += announced.bit_count()
        if not announced & 8 or at > len(atr):
            break
        protocols.append(atr[at - 1] & 0x0F)
        announced = atr[at - 1] >> 4
    return protocols or [0], at


def _storage(historical: bytes) -> tuple[int, int] | None:
    """Standard and name where the historical bytes hold PC/SC's application identifier."""
    head = bytes((_STATUS_AHEAD, _APPLICATION_ID, _APPLICATION_BYTES)) + PCSC_RID
    rest = historical[len(head) :]
    if not historical.startswith(head) or len(rest) < _PCSC_BYTES - len(PCSC_RID):
        return None
    return rest[0], int.from_bytes(rest[1:3], "big")


def _storage_kind(standard: int, name: int) -> Kind:
    if name in _NAMES:
        return _NAMES[name]
    if name >> 8 == _UNNAMED and name & _SAK_SPEAKS_APDUS:
        return Kind.CPU_CONTACTLESS
    return _STANDARDS.get(standard, Kind.STORAGE)


def _kind(atr: Atr) -> Kind:
    historical = atr.historical
    if atr.interface != _CONTACTLESS:
        return _MEMORY_CARDS.get(historical, Kind.CPU_CONTACT)
    if historical == bytes((_STATUS_AHEAD,)):
        return Kind.NTAG424_OR_DESFIRE
    if historical.startswith(_FM1208_START) and len(historical) == _FM1208_BYTES:
        return Kind.FM1208
    return Kind.CPU_CONTACTLESS
