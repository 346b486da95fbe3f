"""What a disk may hold after a power cut: what was synced, and of the rest whatever chance leaves.

What SQLite allows a disk to do, and no more: unsynced writes arrive or not, in any order, in sectors of 512 bytes; a
sector arrives from one end on; bytes beside a write stay; a file may have grown before its content came, and then holds
zeros or rubbish there. Names appear and vanish in the order in which that was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random

from terminal.bench.crash.record import Acknowledged, Create, Delete, FolderSync, Record, Rename, Sync, Truncate, Write

SECTOR = 512
EXHAUSTIVE = 8  # so many pieces or fewer: every subset is tried
Image = dict[str, bytes]  # the files of the folder by name
Change = Write | Truncate
Naming = Create | Rename | Delete


@dataclass(frozen=True)
class State:
    """One thing that may be on the disk at event number `at`, when the answer to act `acknowledged` had left."""

    at: int
    acknowledged: int
    image: Image


@dataclass
class Disk:
    """What is surely there, and what was asked since the last sync, in order."""

    names: dict[str, int] = field(default_factory=dict)
    content: dict[int, bytes] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    renames: list[Naming] = field(default_factory=list)
    acknowledged: int = -1

    def take(self, event: object) -> None:
        match event:
            case Write() | Truncate():
                self.changes.append(event)
            case Sync(file, folder):
                mine = [change for change in self.changes if change.file == file]
                self.changes = [change for change in self.changes if change.file != file]
                self.content[file] = applied(self.content.get(file, b""), mine, None)
                if folder:
                    self._settle_names(len(self.renames))
            case FolderSync():
                self._settle_names(len(self.renames))
            case Create() | Rename():
                self.renames.append(event)
            case Delete(_, synced):
                self.renames.append(event)
                if synced:
                    self._settle_names(len(self.renames))
            case Acknowledged(act):
                self.acknowledged = act

    def _settle_names(self, count: int) -> None:
        self.names = named(self.names, self.renames[:count])
        del self.renames[:count]

    def image(self, kept: list[Change], renames: int, rubbish: Random | None) -> Image:
        """The files if only `kept` and the first `renames` changes of names arrived."""
        names = named(self.names, self.renames[:renames])
        return {
            name: applied(self.content.get(file, b""), [one for one in kept if one.file == file], rubbish)
            for name, file in sorted(names.items())
        }


def named(names: dict[str, int], changes: list[Naming]) -> dict[str, int]:
    """The files by name after these changes of names, in order."""
    after = dict(names)
    for change in changes:
        if isinstance(change, Create):
            after[change.name] = change.file
        elif isinstance(change, Rename):
            after[change.new] = after.pop(change.old)
        else:
            after.pop(change.name, None)
    return after


def applied(before: bytes, changes: list[Change], rubbish: Random | None) -> bytes:
    """The content after `changes`; what lies between the old end and a write beyond it is zeros or `rubbish`."""
    after = bytearray(before)
    for change in changes:
        if isinstance(change, Truncate):
            del after[change.size :]
            continue
        gap = change.offset - len(after)
        if gap > 0:
            after += rubbish.randbytes(gap) if rubbish else bytes(gap)
        after[change.offset : change.offset + len(change.data)] = change.data
    return bytes(after)


def states(record: Record, wanted: int, seed: int) -> Iterator[State]:
    """About `wanted` states, spread over all moments around a sync or an answer; fewer where a moment has no more."""
    moments = list(_moments(record))
    each = -(-wanted // len(moments))
    for number, (at, disk) in enumerate(moments):
        seen: set[int] = set()
        chance = Random(f"{seed} {number}")
        for image in _images(disk, each, chance):
            key = hash(tuple(image.items()))
            if key not in seen:
                seen.add(key)
                yield State(at, disk.acknowledged, image)


def _moments(record: Record) -> Iterator[tuple[int, Disk]]:
    """Before each sync and deletion the most is uncertain; after each answer the most must be there."""
    disk = Disk()
    for at, event in enumerate(record.events):
        if isinstance(event, Sync | FolderSync | Delete):
            yield at, _copy(disk)
        disk.take(event)
        if isinstance(event, Acknowledged):
            yield at + 1, _copy(disk)
    yield len(record.events), _copy(disk)


def _copy(disk: Disk) -> Disk:
    return Disk(dict(disk.names), dict(disk.content), list(disk.changes), list(disk.renames), disk.acknowledged)


def _images(disk: Disk, count: int, chance: Random) -> Iterator[Image]:
    """The plain ones first, then by chance, `count` in all."""
    everything = len(disk.renames)
    given = 0
    for kept in _plain(disk.changes):
        for renames in range(everything + 1):
            yield disk.image(kept, renames, None)
            given += 1
            if given >= count:
                return
    if not disk.changes and not everything:
        return
    for _ in range(count - given):
        kept = _by_chance(disk.changes, chance)
        yield disk.image(kept, chance.randint(0, everything), chance if chance.randrange(2) else None)


def _plain(changes: list[Change]) -> Iterator[list[Change]]:
    """Nothing, all, every beginning, all but one, one alone; and every subset of sectors where these are few."""
    yield []
    yield list(changes)
    for cut in range(1, len(changes)):
        yield changes[:cut]
    for left_out in range(len(changes)):
        yield changes[:left_out] + changes[left_out + 1 :]
        yield [changes[left_out]]
    pieces = [piece for change in changes for piece in _sectors(change)]
    if len(pieces) <= EXHAUSTIVE:
        for choice in product((False, True), repeat=len(pieces)):
            yield [piece for piece, here in zip(pieces, choice, strict=True) if here]


def _by_chance(changes: list[Change], chance: Random) -> list[Change]:
    return chance.choice(_WAYS)(changes, chance)


def _some_sectors(changes: list[Change], chance: Random) -> list[Change]:
    """Each sector has arrived or not, with few, half or most of them there."""
    percent = chance.choice((10, 50, 90))
    return [piece for change in changes for piece in _sectors(change) if chance.randrange(100) < percent]


def _torn_sectors(changes: list[Change], chance: Random) -> list[Change]:
    """As before, and some sectors stopped in the middle: one end of them has arrived."""
    return [_torn(piece, chance) if chance.randrange(8) == 0 else piece for piece in _some_sectors(changes, chance)]


def _some_writes(changes: list[Change], chance: Random) -> list[Change]:
    return [change for change in changes if chance.randrange(2)]


def _beginning(changes: list[Change], chance: Random) -> list[Change]:
    """All writes up to one, and the first sectors of that one."""
    if not changes:
        return []
    cut = chance.randrange(len(changes))
    pieces = list(_sectors(changes[cut]))
    return changes[:cut] + pieces[: chance.randint(0, len(pieces))]


_WAYS: tuple[Callable[[list[Change], Random], list[Change]], ...] = (
    _some_sectors,
    _torn_sectors,
    _some_writes,
    _beginning,
)


def _sectors(change: Change) -> Iterator[Change]:
    """A write in the parts that arrive alone."""
    if isinstance(change, Truncate):
        yield change
        return
    start, end = change.offset, change.offset + len(change.data)
    while start < end:
        stop = min(end, start - start % SECTOR + SECTOR)
        yield Write(change.file, start, change.data[start - change.offset : stop - change.offset])
        start = stop


def _torn(piece: Change, chance: Random) -> Change:
    if isinstance(piece, Truncate) or len(piece.data) < 2:
        return piece
    cut = chance.randrange(1, len(piece.data))
    if chance.randrange(2):
        return Write(piece.file, piece.offset, piece.data[:cut])
    return Write(piece.file, piece.offset + cut, piece.data[cut:])
