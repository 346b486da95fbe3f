"""What a card remembers without power, and what is left of it when power is lost while it is written."""

from __future__ import annotations

from collections.abc import Mapping


class Pulled(Exception):
    """The card loses power in the middle of a command: it left the reader's field and gives no answer."""


class Eeprom:
    """Named regions of bytes. `cut` takes the power away during a later write; that happens once."""

    def __init__(self, regions: Mapping[str, bytes]) -> None:
        self._regions = dict(regions)
        self._writes_left: int | None = None
        self._bytes_left = 0
        self.writes = 0  # how often it was written, by which its holder sees that there is something to keep

    def __getitem__(self, region: str) -> bytes:
        return self._regions[region]

    def __contains__(self, region: str) -> bool:
        return region in self._regions

    def names(self, start: str = "") -> list[str]:
        """The regions whose name starts so, in order."""
        return sorted(name for name in self._regions if name.startswith(start))

    def cut(self, write: int | None, after_bytes: int = 0) -> None:
        """Lose power during the `write`-th write from now on, the first being 1, when so many bytes are through.

        None and 0 are no cut.
        """
        self._writes_left, self._bytes_left = write or None, after_bytes

    def replace(self, region: str, data: bytes) -> None:
        """Write a region whole, protected against tearing; it is made if there is none. Raises Pulled."""
        self.replace_all({region: data})

    def replace_all(self, regions: Mapping[str, bytes]) -> None:
        """The same for several regions in one write."""
        length = sum(map(len, regions.values()))
        done = self._spent(length)
        if done == length:
            self._regions.update(regions)
        self._end(done)

    def program(self, region: str, offset: int, data: bytes, *, protected: bool) -> None:
        """Write into a region. Without protection a torn write leaves its first bytes behind. Raises Pulled."""
        done = self._spent(len(data))
        if done == len(data) or not protected:
            old = self._regions[region]
            self._regions[region] = old[:offset] + data[:done] + old[offset + done :]
        self._end(done)

    def remove(self, *regions: str) -> None:
        """Give regions up in one write, protected against tearing. Raises Pulled."""
        done = self._spent(1)
        if done:
            for region in regions:
                del self._regions[region]
        self._end(done)

    def to_json(self) -> dict[str, str]:
        """Every region in hex."""
        return {name: data.hex().upper() for name, data in sorted(self._regions.items())}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> Eeprom:
        """What `to_json` gave. Raises ValueError where it is no hex."""
        return cls({name: bytes.fromhex(data) for name, data in value.items()})

    def _spent(self, wanted: int) -> int:
        """How many of the bytes get written."""
        self.writes += 1
        if self._writes_left is None:
            return wanted
        self._writes_left -= 1
        return wanted if self._writes_left else min(wanted, self._bytes_left)

    def _end(self, done: int) -> None:
        if self._writes_left == 0:
            self._writes_left = None
            raise Pulled(f"power was lost after {done} bytes of a write")
