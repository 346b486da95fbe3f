"""A network block device (NBD, fixed newstyle) over a unix socket: QEMU's way to a disk that is a Python object.

Offers flushes and no FUA: for a write that must be on the medium QEMU then writes and flushes.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

from hil_tests.bench.disk import Disk, DiskError, PowerLost

MAGIC, OPTION_MAGIC = b"NBDMAGIC", b"IHAVEOPT"
OPTION_REPLY_MAGIC = 0x3E889045565A9
REQUEST_MAGIC, REPLY_MAGIC = 0x25609513, 0x67446698
FIXED_NEWSTYLE, NO_ZEROES = 1, 2
OPT_ABORT, OPT_INFO, OPT_GO = 2, 6, 7
REP_ACK, REP_INFO, REP_UNSUPPORTED = 1, 3, 0x80000001
INFO_EXPORT = 0
HAS_FLAGS, SEND_FLUSH, SEND_WRITE_ZEROES = 1, 4, 64
READ, WRITE, DISCONNECT, FLUSH, WRITE_ZEROES = 0, 1, 2, 3, 6
REQUEST = struct.Struct(">IHHQQI")
REPLY = struct.Struct(">IIQ")
LENGTH_MAX = 32 * 1024 * 1024


class Refused(Exception):
    """The other end does not speak the protocol."""


class NbdServer:
    """Serves `disk` at the unix socket `path`, to one client after another, until it is closed.

    A disk that loses its power answers nothing any more, and the connection stays open: so nothing downstream can tell
    a lost answer from one that is late.
    """

    def __init__(self, disk: Disk, path: Path) -> None:
        self._disk = disk
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, name="nbd", daemon=True)
        self._thread.start()

    def close(self) -> None:
        for end in (self._listener, self._connection):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._disk.cut()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                self._connection, _ = self._listener.accept()
            except OSError:
                return
            with self._connection as connection, contextlib.suppress(Refused, OSError):
                handshake(connection, len(self._disk.content))
                transmit(connection, self._disk)


def handshake(connection: socket.socket, size: int) -> None:
    """Until the client goes over to requests. Raises Refused when it gives up or speaks otherwise."""
    connection.sendall(MAGIC + OPTION_MAGIC + struct.pack(">H", FIXED_NEWSTYLE | NO_ZEROES))
    take(connection, 4)
    while True:
        magic, option, length = struct.unpack(">8sII", take(connection, 16))
        if magic != OPTION_MAGIC or length > LENGTH_MAX:
            raise Refused
        take(connection, length)
        if option == OPT_ABORT:
            _reply(connection, option, REP_ACK)
            raise Refused
        if option not in {OPT_GO, OPT_INFO}:
            _reply(connection, option, REP_UNSUPPORTED)
            continue
        flags = HAS_FLAGS | SEND_FLUSH | SEND_WRITE_ZEROES
        _reply(connection, option, REP_INFO, struct.pack(">HQH", INFO_EXPORT, size, flags))
        _reply(connection, option, REP_ACK)
        if option == OPT_GO:
            return


def transmit(connection: socket.socket, disk: Disk) -> None:
    """Requests one after another, until the client disconnects. Raises Refused when it speaks otherwise."""
    while True:
        magic, _, kind, handle, offset, length = REQUEST.unpack(take(connection, REQUEST.size))
        if magic != REQUEST_MAGIC or length > LENGTH_MAX:
            raise Refused
        if kind == DISCONNECT:
            return
        data = take(connection, length) if kind == WRITE else b""
        doing = _doing(disk, kind, offset, length, data)
        if doing is None or offset + length > len(disk.content):
            connection.sendall(REPLY.pack(REPLY_MAGIC, errno.EINVAL, handle))
            continue
        try:
            answer = doing()
        except DiskError:
            connection.sendall(REPLY.pack(REPLY_MAGIC, errno.EIO, handle))
        except PowerLost:
            continue
        else:
            connection.sendall(REPLY.pack(REPLY_MAGIC, 0, handle) + (answer or b""))


def _doing(disk: Disk, kind: int, offset: int, length: int, data: bytes) -> Callable[[], bytes | None] | None:
    """What the request asks of the disk, None if it knows no such request."""
    return {
        READ: lambda: disk.read(offset, length),
        WRITE: lambda: disk.write(offset, data),
        WRITE_ZEROES: lambda: disk.write(offset, bytes(length)),
        FLUSH: disk.flush,
    }.get(kind)


def take(connection: socket.socket, length: int) -> bytes:
    """So many bytes. Raises Refused when the other end goes away before."""
    data = bytearray()
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            raise Refused
        data += piece
    return bytes(data)


def _reply(connection: socket.socket, option: int, kind: int, data: bytes = b"") -> None:
    connection.sendall(struct.pack(">QIII", OPTION_REPLY_MAGIC, option, kind, len(data)) + data)
