"""The settings of a file of NTAG 424 DNA: who may do what, how it is protected, what is mirrored (NT4H2421Gx, 10.7)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from drivers.virtual.cards.channel import BAD_LENGTH, BAD_PARAMETER, Mode, Refused

FREE = 0xE
NEVER = 0xF
KEYS = range(5)
SDM = 0x40
COMM_MASK = 0x03
UID_MIRROR = 0x80
COUNTER_MIRROR = 0x40
COUNTER_LIMIT = 0x20
ENCRYPTED_DATA = 0x10
ASCII = 0x01
NOWHERE = 0xFFFFFF
UID_CHARS, COUNTER_CHARS, PICC_CHARS, MAC_CHARS = 14, 6, 32, 16


@dataclass(frozen=True)
class Mirror:
    """Secure dynamic messaging: rights and places in the file; a place that is not given is None."""

    options: int
    meta: int
    file: int
    counter: int
    uid_at: int | None
    counter_at: int | None
    picc_at: int | None
    mac_from: int | None
    enc_at: int | None
    enc_chars: int | None
    mac_at: int | None
    limit: int | None

    @classmethod
    def parse(cls, data: bytes) -> Mirror:
        """Raises Refused for lengths, keys and combinations that the data sheet forbids."""
        if len(data) < 3:
            raise Refused(BAD_LENGTH)
        options, rights = data[0], int.from_bytes(data[1:3], "little")
        meta, file, counter = rights >> 12, rights >> 8 & 0xF, rights & 0xF
        plain, sealed, macs = meta == FREE, meta in KEYS, file != NEVER
        enc = macs and bool(options & ENCRYPTED_DATA)
        wanted = (
            plain and bool(options & UID_MIRROR),
            plain and bool(options & COUNTER_MIRROR),
            sealed,
            macs,
            enc,
            enc,
            macs,
            bool(options & COUNTER_LIMIT),
        )
        mirror = cls(options, meta, file, counter, *_places(data[3:], wanted))
        mirror._check()
        return mirror

    def _check(self) -> None:
        uid, counter = bool(self.options & UID_MIRROR), bool(self.options & COUNTER_MIRROR)
        enc = bool(self.options & ENCRYPTED_DATA)
        good = (
            self.options & 0x0F == ASCII
            and self.meta in {*KEYS, FREE, NEVER}
            and self.file in {*KEYS, NEVER}
            and self.counter in {*KEYS, FREE, NEVER}
            and (self.meta == NEVER or uid or counter)
            and not (self.meta == NEVER and uid)
            and (self.counter == NEVER or counter)
            and not (enc and (self.file == NEVER or not (uid and counter)))
            and (counter or self.limit is None)
        )
        if not good:
            raise Refused(BAD_PARAMETER)

    def spans(self) -> list[tuple[int, int]]:
        """Where in the file something is put in place: start and length."""
        places = (
            (self.uid_at, UID_CHARS),
            (None if self.counter_at == NOWHERE else self.counter_at, COUNTER_CHARS),
            (self.picc_at, PICC_CHARS),
            (self.enc_at, self.enc_chars or 0),
            (self.mac_at, MAC_CHARS),
        )
        return sorted((start, length) for start, length in places if start is not None)

    def fits(self, size: int) -> bool:
        """Whether everything lies in a file of this size, apart, and in the order that the MAC needs."""
        spans = self.spans()
        apart = all(start + length <= after for (start, length), (after, _) in pairwise(spans))
        inside = all(start + length <= size for start, length in spans)
        if self.mac_at is None or self.mac_from is None:
            return apart and inside
        order = self.mac_from <= self.mac_at
        if self.enc_at is not None and self.enc_chars is not None:
            whole = self.enc_chars > 0 and self.enc_chars % 32 == 0
            order &= whole and self.mac_from <= self.enc_at and self.enc_at + self.enc_chars <= self.mac_at
        return apart and inside and order


@dataclass(frozen=True)
class FileSettings:
    """`raw` is what ChangeFileSettings writes: options, access rights, and what belongs to mirroring."""

    raw: bytes
    mode: Mode
    read: int
    write: int
    read_write: int
    change: int
    mirror: Mirror | None

    @classmethod
    def parse(cls, raw: bytes) -> FileSettings:
        """Raises Refused(BAD_LENGTH or BAD_PARAMETER)."""
        if len(raw) < 3:
            raise Refused(BAD_LENGTH)
        option, rights = raw[0], int.from_bytes(raw[1:3], "little")
        read, write, both, change = (rights >> shift & 0xF for shift in (12, 8, 4, 0))
        if option & ~(SDM | COMM_MASK) or not {read, write, both, change} <= {*KEYS, FREE, NEVER}:
            raise Refused(BAD_PARAMETER)
        if not option & SDM and len(raw) != 3:
            raise Refused(BAD_LENGTH)
        comm = option & COMM_MASK
        mode = Mode(comm) if comm in {1, 3} else Mode.PLAIN
        return cls(raw, mode, read, write, both, change, Mirror.parse(raw[3:]) if option & SDM else None)


def _places(data: bytes, wanted: tuple[bool, ...]) -> list[int | None]:
    if len(data) != 3 * sum(wanted):
        raise Refused(BAD_LENGTH)
    numbers = iter(range(0, len(data), 3))
    return [int.from_bytes(data[(at := next(numbers)) : at + 3], "little") if want else None for want in wanted]
