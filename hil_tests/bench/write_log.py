"""What QEMU's `blklogwrites` writes down of a disk, in the format of the kernel's dm-log-writes: every write and flush.

The first sector is the head: how many entries there are. Each entry is a sector, and after it what was written. Numbers
are little end first, 64 bits unless they are said to have 32.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from hil_tests.bench.disk import SECTOR, Entry, Flush, Write

MAGIC = 0x6A736677736872
VERSION = 1
HEAD = struct.Struct("<QQQI")  # magic, version, entries, bytes of a sector (32)
ENTRY = struct.Struct("<QQQQ")  # first sector, sectors, flags, bytes of text
SECTORS_MAX = 65_536  # of one write
FLUSHED, AT_ONCE, DISCARDED, MARK = 1, 2, 4, 8


class BadLog(Exception):
    """This is no such log, or it ends too soon."""


def entries(log: bytes) -> int:
    """How many entries the head tells of. Raises BadLog."""
    if len(log) < HEAD.size:
        raise BadLog(f"a head has {HEAD.size} bytes, not {len(log)}")
    magic, version, count, sector = HEAD.unpack_from(log)
    if (magic, version, sector) != (MAGIC, VERSION, SECTOR):
        raise BadLog(f"magic {magic:#x}, version {version}, sectors of {sector} bytes")
    return int(count)


def read(log: bytes) -> Iterator[tuple[Entry, ...]]:
    """What each entry did. Raises BadLog.

    A write that was to be on the medium at once is a write like any other here: so more may be lost than on a disk.
    """
    at = SECTOR
    for number in range(entries(log)):
        if at + SECTOR > len(log):
            raise BadLog(f"entry {number} is not there")
        first, count, flags, text = ENTRY.unpack_from(log, at)
        at += SECTOR
        length = 0 if flags & DISCARDED else SECTOR * count
        if text or at + length > len(log) or count > SECTORS_MAX:
            raise BadLog(f"entry {number} has {length} bytes and {text} of text")
        data = bytes(SECTOR * count) if flags & DISCARDED else log[at : at + length]
        flush: tuple[Entry, ...] = (Flush(),) if flags & FLUSHED else ()
        yield (*flush, Write(SECTOR * first, data)) if count else flush
        at += length
