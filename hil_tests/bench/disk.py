"""A disk that is honest about power cuts: what was not flushed is in its memory, and goes, stays or tears by chance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

SECTOR = 512


@dataclass(frozen=True)
class Write:
    """`data` came for `offset`."""

    offset: int
    data: bytes


@dataclass(frozen=True)
class Flush:
    """Everything before it was on the medium before the answer."""


@dataclass(frozen=True)
class Mark:
    """Not of the disk: the guest said that act `number` was acknowledged."""

    number: int


Entry = Write | Flush | Mark


class PowerLost(Exception):
    """The disk has no power and answers nothing any more."""


class DiskError(Exception):
    """The disk answers with EIO."""


class Disk:
    """`content` is what a reader sees; `log` is what happened, in order. May be used from several threads.

    `cut_at` counts flushes: when so many have come the power goes, before the last of them is done. `fails` decides
    which reads and writes answer with EIO, by their offset and length.
    """

    def __init__(self, content: bytes) -> None:
        self.begun = content
        self.content = bytearray(content)
        self.log: list[Entry] = []
        self.flushes = 0
        self.cut_at: int | None = None
        self.fails: Callable[[int, int], bool] = lambda offset, length: False
        self.dark = threading.Event()
        self._lock = threading.Lock()

    def read(self, offset: int, length: int) -> bytes:
        """Raises DiskError and PowerLost, as all of these."""
        with self._lock:
            self._check(offset, length)
            return bytes(self.content[offset : offset + length])

    def write(self, offset: int, data: bytes) -> None:
        with self._lock:
            self._check(offset, len(data))
            self.content[offset : offset + len(data)] = data
            self.log.append(Write(offset, data))

    def flush(self) -> None:
        with self._lock:
            self._check(0, 0)
            self.flushes += 1
            if self.flushes == self.cut_at:
                self.dark.set()
                raise PowerLost
            self.log.append(Flush())

    def mark(self, number: int) -> None:
        """The guest acknowledged an act."""
        with self._lock:
            self.log.append(Mark(number))

    def cut(self) -> None:
        """The power goes now."""
        with self._lock:
            self.dark.set()

    def _check(self, offset: int, length: int) -> None:
        if self.dark.is_set():
            raise PowerLost
        if length and self.fails(offset, length):
            raise DiskError


@dataclass(frozen=True)
class Survivor:
    """What may lie on the medium when the power went after entry `at` of the log, with act `acknowledged` answered."""

    at: int
    acknowledged: int
    content: bytes


Keep = Callable[[list[Write], Random], list[Write]]


def nothing(pending: list[Write], chance: Random) -> list[Write]:
    return []


def everything(pending: list[Write], chance: Random) -> list[Write]:
    return pending


def some(pending: list[Write], chance: Random) -> list[Write]:
    """Each write arrived or not."""
    return [write for write in pending if chance.randrange(2)]


def torn(pending: list[Write], chance: Random) -> list[Write]:
    """Each sector arrived or not, more of them in some states than in others."""
    percent = chance.choice((10, 50, 90))
    return [piece for write in pending for piece in sectors(write) if chance.randrange(100) < percent]


WAYS: tuple[Keep, ...] = (nothing, everything, some, torn)


def sectors(write: Write) -> Iterator[Write]:
    """A write in the parts that a disk writes whole."""
    for start in range(0, len(write.data), SECTOR):
        yield Write(write.offset + start, write.data[start : start + SECTOR])


def survivors(begun: bytes, log: Sequence[Entry], seed: int, ways: tuple[Keep, ...] = WAYS) -> Iterator[Survivor]:
    """States at every flush, before it is done, and after every acknowledgement, one for each way to lose the rest."""
    medium, pending, acknowledged = bytearray(begun), list[Write](), -1
    for at, entry in enumerate(log):
        if isinstance(entry, Flush):
            yield from _states(medium, pending, ways, at, acknowledged, seed)
            _apply(medium, pending)
            pending = []
        elif isinstance(entry, Mark):
            acknowledged = entry.number
            yield from _states(medium, pending, ways, at, acknowledged, seed)
        else:
            pending.append(entry)
    yield from _states(medium, pending, ways, len(log), acknowledged, seed)


def replayed(begun: bytes, log: Sequence[Entry]) -> Iterator[Survivor]:
    """States at every write and acknowledgement, on a disk that loses nothing but what comes later."""
    medium, acknowledged = bytearray(begun), -1
    for at, entry in enumerate(log):
        if isinstance(entry, Write):
            _apply(medium, [entry])
        elif isinstance(entry, Mark):
            acknowledged = entry.number
        if not isinstance(entry, Flush):
            yield Survivor(at, acknowledged, bytes(medium))


def _states(
    medium: bytearray, pending: list[Write], ways: tuple[Keep, ...], at: int, acknowledged: int, seed: int
) -> Iterator[Survivor]:
    for number, keep in enumerate(ways if pending else ways[:1]):
        content = bytearray(medium)
        _apply(content, keep(pending, Random(f"{seed} {at} {number}")))
        yield Survivor(at, acknowledged, bytes(content))


def _apply(content: bytearray, writes: list[Write]) -> None:
    for write in writes:
        content[write.offset : write.offset + len(write.data)] = write.data
