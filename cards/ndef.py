"""The file of an NFC Forum type 4 tag: two bytes of length, then an NDEF message; here, of one URI record.

NFC Forum Type 4 Tag, NDEF and URI record type definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

FILE_MAX = 8192
URI_MAX = 2048
_BEGIN, _END, _CHUNK, _SHORT, _HAS_ID, _KIND = 0x80, 0x40, 0x20, 0x10, 0x08, 0x07
_WELL_KNOWN = 0x01
_URI = b"U"
_RECORDS_MAX = 16
# The first of 36 abbreviations; the others begin no link to a shop.
PREFIXES = ("", "http://www.", "https://www.", "http://", "https://")


class NdefError(ValueError):
    """The bytes are no NDEF message with a URI that we read. The text never repeats them."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: `kind` is its type name format, 1 for the well-known types."""

    kind: int
    type: bytes
    payload: bytes
    ends: bool


def read_uri_file(file: bytes) -> str:
    """The URI in an NDEF file as a card gives it. Raises NdefError for everything else."""
    if len(file) < 2 or len(file) > FILE_MAX:
        raise NdefError(f"an NDEF file of {len(file)} bytes")
    length = int.from_bytes(file[:2], "big")
    if length > len(file) - 2:
        raise NdefError(f"an NDEF message of {length} bytes in a file of {len(file)}")
    return uri_of(file[2 : 2 + length])


def uri_of(message: bytes) -> str:
    """The URI of the first record that has one. Raises NdefError."""
    for record in read_records(message):
        if (record.kind, record.type) == (_WELL_KNOWN, _URI):
            return _uri(record.payload)
    raise NdefError("an NDEF message without a URI")


def read_records(message: bytes) -> list[Record]:
    """All records. Raises NdefError where a length does not fit, and for records in chunks."""
    records: list[Record] = []
    at = 0
    while not (records and records[-1].ends):
        if len(records) == _RECORDS_MAX:
            raise NdefError(f"an NDEF message of more than {_RECORDS_MAX} records")
        record, at = _record(message, at)
        records.append(record)
    if at != len(message):
        raise NdefError(f"{len(message) - at} bytes follow the last NDEF record")
    return records


def uri_file(uri: str) -> bytes:
    """The file with one URI record. ValueError if the URI is too long or not ASCII."""
    prefix = max((each for each in PREFIXES if uri.startswith(each)), key=len)
    payload = bytes((PREFIXES.index(prefix),)) + uri.removeprefix(prefix).encode("ascii")
    if len(payload) > URI_MAX:
        raise ValueError(f"a URI of {len(uri)} characters, at most {URI_MAX}")
    width, short = (1, _SHORT) if len(payload) < 256 else (4, 0)
    head = bytes((_BEGIN | _END | short | _WELL_KNOWN, len(_URI)))
    record = head + len(payload).to_bytes(width, "big") + _URI + payload
    return len(record).to_bytes(2, "big") + record


def _record(message: bytes, at: int) -> tuple[Record, int]:
    """The record that begins at `at`, and where the next one does."""
    head = _part(message, at, 2)[0]
    if head & _CHUNK:
        raise NdefError("an NDEF record in chunks")
    width = 1 if head & _SHORT else 4
    type_length, at = message[at + 1], at + 2
    length = int.from_bytes(_part(message, at, width), "big")
    at += width
    id_length = _part(message, at, 1)[0] if head & _HAS_ID else 0
    at += bool(head & _HAS_ID)
    type_ = _part(message, at, type_length)
    at += type_length + id_length
    payload = _part(message, at, length)
    return Record(head & _KIND, type_, payload, bool(head & _END)), at + length


def _part(message: bytes, at: int, length: int) -> bytes:
    part = message[at : at + length]
    if len(part) != length:
        raise NdefError(f"an NDEF record wants {length} bytes where {len(part)} are left")
    return part


def _uri(payload: bytes) -> str:
    if not payload or payload[0] >= len(PREFIXES) or len(payload) > URI_MAX:
        raise NdefError("an NDEF record whose URI is empty, too long or no link")
    written = payload[1:].decode("latin-1")
    if not (written.isascii() and written.isprintable()):  # a control character would steer the terminal that shows it
        raise NdefError("an NDEF record whose URI is not printable ASCII")
    return PREFIXES[payload[0]] + written
