"""Where and how a file mirrors secure dynamic messages, SDM (NXP AN12196; NT4H2421Gx, table of ChangeFileSettings)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cards.access import FREE, NEVER
from cards.errors import BadAnswer

UID_MIRROR, COUNTER_MIRROR, COUNTER_LIMIT, ENCRYPTED_DATA, TAMPER_STATUS, ASCII = 0x80, 0x40, 0x20, 0x10, 0x08, 0x01
OFFSET_BYTES = 3
_RESERVED = 0xF0


@dataclass(frozen=True, slots=True)
class SdmSettings:
    """Offsets and lengths count from the start of the file; None is "not there", which options and rights decide.

    `meta_read` and `file_read` are key numbers; FREE as `meta_read` mirrors UID and counter in the clear, NEVER as
    `file_read` means no code at all. `counter_read` may ask for the counter.
    """

    options: int
    meta_read: int
    file_read: int
    counter_read: int
    uid_at: int | None = None
    counter_at: int | None = None
    picc_data_at: int | None = None
    tamper_at: int | None = None
    code_from: int | None = None
    data_at: int | None = None
    data_length: int | None = None
    code_at: int | None = None
    counter_limit: int | None = None

    def encode(self) -> bytes:
        """As ChangeFileSettings wants them. ValueError where options and rights need a place that is not given."""
        head = bytes((self.options, _RESERVED | self.counter_read, self.meta_read << 4 | self.file_read))
        return head + b"".join(self._place(name) for name in _places(self.options, self.meta_read, self.file_read))

    def _place(self, name: str) -> bytes:
        value: int | None = getattr(self, name)
        if value is None or not 0 <= value < 1 << 8 * OFFSET_BYTES:
            raise ValueError(f"{name} of dynamic messaging is {value}; these options need a place below 2^24")
        return value.to_bytes(OFFSET_BYTES, "little")

    @classmethod
    def parse(cls, data: bytes) -> SdmSettings:
        """From the end of a GetFileSettings answer. Raises BadAnswer where length and options do not fit."""
        if len(data) < OFFSET_BYTES:
            raise BadAnswer(f"settings of dynamic messaging have {len(data)} bytes, at least {OFFSET_BYTES}")
        options, counter_read, meta_read, file_read = data[0], data[1] & 0xF, data[2] >> 4, data[2] & 0xF
        names = list(_places(options, meta_read, file_read))
        rest = data[OFFSET_BYTES:]
        if len(rest) != OFFSET_BYTES * len(names):
            raise BadAnswer(f"dynamic messaging has {len(names)} places and {len(rest)} bytes for them")
        values = [int.from_bytes(rest[at : at + OFFSET_BYTES], "little") for at in range(0, len(rest), OFFSET_BYTES)]
        return cls(options, meta_read, file_read, counter_read, **dict(zip(names, values, strict=True)))


def _places(options: int, meta_read: int, file_read: int) -> Iterator[str]:
    """The names of the places that follow, in their order."""
    with_code = file_read != NEVER
    wanted = (
        ("uid_at", meta_read == FREE and options & UID_MIRROR),
        ("counter_at", meta_read == FREE and options & COUNTER_MIRROR),
        ("picc_data_at", meta_read < FREE),
        ("tamper_at", options & TAMPER_STATUS),
        ("code_from", with_code),
        ("data_at", with_code and options & ENCRYPTED_DATA),
        ("data_length", with_code and options & ENCRYPTED_DATA),
        ("code_at", with_code),
        ("counter_limit", options & COUNTER_LIMIT),
    )
    return (name for name, there in wanted if there)
