"""Who may do what with a file: numbers of keys, or everybody, or nobody (NXP AN12196, DESFire and NTAG 424 DNA)."""

from __future__ import annotations

from dataclasses import dataclass

FREE = 0xE
NEVER = 0xF


@dataclass(frozen=True, slots=True)
class AccessRights:
    """Each is the number of a key of the application (0 to 13), FREE or NEVER."""

    read: int
    write: int
    read_write: int
    change: int

    def encode(self) -> bytes:
        """The two bytes of a file's settings. ValueError for a right that is no half byte."""
        rights = (self.read_write, self.change, self.read, self.write)
        if not all(0 <= right <= NEVER for right in rights):
            raise ValueError(f"an access right is a key number, {FREE} or {NEVER}")
        return bytes((self.read_write << 4 | self.change, self.read << 4 | self.write))

    @classmethod
    def parse(cls, data: bytes) -> AccessRights:
        """From two bytes; every value of them is lawful."""
        return cls(data[1] >> 4, data[1] & 0xF, data[0] >> 4, data[0] & 0xF)
