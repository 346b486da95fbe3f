"""The NBD server, asked as QEMU asks it, and by strangers."""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from hil_tests.bench import nbd
from hil_tests.bench.disk import SECTOR, Disk, Flush, Write

SIZE = 8 * SECTOR
DATA = b"d" * SECTOR


class Client:
    """Speaks the client's half by hand."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(str(path))
        assert self.take(18)[:16] == nbd.MAGIC + nbd.OPTION_MAGIC
        self.socket.sendall(struct.pack(">I", 3))

    def take(self, length: int) -> bytes:
        return nbd.take(self.socket, length)

    def option(self, number: int, data: bytes = b"") -> tuple[int, bytes]:
        self.socket.sendall(nbd.OPTION_MAGIC + struct.pack(">II", number, len(data)) + data)
        return self.reply()

    def reply(self) -> tuple[int, bytes]:
        magic, _, kind, length = struct.unpack(">QIII", self.take(20))
        assert magic == nbd.OPTION_REPLY_MAGIC
        return kind, self.take(length)

    def go(self) -> bytes:
        kind, told = self.option(nbd.OPT_GO, struct.pack(">IH", 0, 0))
        assert (kind, self.reply()[0]) == (nbd.REP_INFO, nbd.REP_ACK)
        return told

    def ask(self, kind: int, offset: int = 0, length: int = 0, data: bytes = b"", handle: int = 7) -> int:
        """The error number of the answer."""
        self.socket.sendall(nbd.REQUEST.pack(nbd.REQUEST_MAGIC, 0, kind, handle, offset, length) + data)
        magic, error, named = nbd.REPLY.unpack(self.take(nbd.REPLY.size))
        assert (magic, named) == (nbd.REPLY_MAGIC, handle)
        return int(error)


@pytest.fixture
def disk() -> Disk:
    return Disk(bytes(SIZE))


@pytest.fixture
def client(disk: Disk, tmp_path: Path) -> Iterator[Client]:
    server = nbd.NbdServer(disk, tmp_path / "s")
    client = Client(tmp_path / "s")
    yield client
    client.socket.close()
    server.close()


def test_an_option_that_is_unknown_is_refused_and_the_next_one_taken(client: Client) -> None:
    assert client.option(8)[0] == nbd.REP_UNSUPPORTED
    assert struct.unpack(">HQH", client.go()) == (0, SIZE, nbd.HAS_FLAGS | nbd.SEND_FLUSH | nbd.SEND_WRITE_ZEROES)


def test_writes_flushes_and_reads_reach_the_disk_in_order(client: Client, disk: Disk) -> None:
    client.go()
    assert client.ask(nbd.WRITE, SECTOR, SECTOR, DATA) == 0
    assert client.ask(nbd.FLUSH) == 0
    assert client.ask(nbd.READ, SECTOR, SECTOR) == 0
    assert client.take(SECTOR) == DATA
    assert client.ask(nbd.WRITE_ZEROES, SECTOR, SECTOR) == 0
    assert disk.log == [Write(SECTOR, DATA), Flush(), Write(SECTOR, bytes(SECTOR))]


@pytest.mark.parametrize(("kind", "offset"), [(99, 0), (nbd.READ, SIZE), (nbd.WRITE_ZEROES, SIZE - 1)])
def test_what_the_disk_has_not_is_an_invalid_argument(client: Client, kind: int, offset: int) -> None:
    client.go()
    assert client.ask(kind, offset, SECTOR) == errno.EINVAL


def test_a_bad_place_answers_eio(client: Client, disk: Disk) -> None:
    client.go()
    disk.fails = lambda offset, length: True
    assert client.ask(nbd.WRITE, 0, SECTOR, DATA) == errno.EIO
    disk.fails = lambda offset, length: False
    assert client.ask(nbd.WRITE, 0, SECTOR, DATA) == 0


def test_without_power_it_answers_nothing_and_the_line_stays(client: Client, disk: Disk) -> None:
    client.go()
    disk.cut_at = 1
    client.socket.sendall(nbd.REQUEST.pack(nbd.REQUEST_MAGIC, 0, nbd.FLUSH, 1, 0, 0))
    assert disk.dark.wait(10)
    client.socket.settimeout(0.05)
    with pytest.raises(TimeoutError):
        client.take(1)


@pytest.mark.parametrize("said", [b"x" * 28, nbd.REQUEST.pack(nbd.REQUEST_MAGIC, 0, nbd.WRITE, 1, 0, 2**32 - 1)])
def test_a_stranger_is_hung_up_on_and_the_next_client_served(
    client: Client, disk: Disk, tmp_path: Path, said: bytes
) -> None:
    client.go()
    client.socket.sendall(said)
    with pytest.raises(nbd.Refused):
        client.take(1)
    other = Client(tmp_path / "s")
    other.go()
    assert other.ask(nbd.FLUSH) == 0
    other.socket.close()
