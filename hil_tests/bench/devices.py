"""What can be plugged into a guest from outside, while it runs: card readers, serial scanners, disks."""

from __future__ import annotations

import itertools
import socket
from collections import deque
from pathlib import Path
from typing import Any

from hil_tests.bench.disk import SECTOR, Disk, Entry, Mark
from hil_tests.bench.nbd import NbdServer
from hil_tests.bench.qmp import Qmp
from hil_tests.bench.vscard import Slot
from hil_tests.bench.write_log import entries, read

LIMIT_S = 120.0
_number = itertools.count(1)


class _Plug:
    """A device behind a socket of its own; QEMU listens on it."""

    def __init__(self, qmp: Qmp, folder: Path, name: str) -> None:
        self.qmp, self.name = qmp, name
        self._path = folder / f"{name}.sock"
        self.connection: socket.socket | None = None

    def open_socket(self) -> socket.socket:
        """A new character device of QEMU, and the other end of it."""
        address = {"type": "unix", "data": {"path": str(self._path)}}
        backend = {"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
        self.qmp.do("chardev-add", id=self.name, backend=backend)
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(str(self._path))
        return self.connection

    def close(self) -> None:
        """Let go of our end, when the machine is gone."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close_socket(self) -> None:
        if self.connection is not None:
            self.close()
            self.qmp.do("chardev-remove", id=self.name)
            self._path.unlink(missing_ok=True)


class CardReader(_Plug):
    """A CCID reader on USB port `port` with one slot; unplugged at first."""

    def __init__(self, qmp: Qmp, folder: Path, port: int) -> None:
        super().__init__(qmp, folder, f"reader{next(_number)}")
        self._port = port
        self.slot: Slot | None = None

    def plug(self) -> None:
        """Nothing if it is plugged in already."""
        if self.slot is not None:
            return
        self.slot = Slot(self.open_socket())
        self.qmp.do("device_add", driver="usb-ccid", id=self.name, bus="xhci.0", port=str(self._port))
        card = f"{self.name}-card"
        self.qmp.do("device_add", driver="ccid-card-passthru", id=card, bus=f"{self.name}.0", chardev=self.name)

    def unplug(self) -> None:
        if self.slot is None:
            return
        self.qmp.do("device_del", id=self.name)
        self.qmp.event("DEVICE_DELETED", LIMIT_S, device=self.name)
        self.slot.close()
        self.slot = None
        self.close_socket()


class SerialAdapter(_Plug):
    """An FTDI adapter on USB port `port`: what is written to it comes out of the guest's serial port."""

    def __init__(self, qmp: Qmp, folder: Path, port: int) -> None:
        super().__init__(qmp, folder, f"serial{next(_number)}")
        self._port = port

    def plug(self) -> None:
        if self.connection is None:
            self.open_socket()
            port = str(self._port)
            self.qmp.do("device_add", driver="usb-serial", id=self.name, bus="xhci.0", port=port, chardev=self.name)

    def unplug(self) -> None:
        if self.connection is not None:
            self.qmp.do("device_del", id=self.name)
            self.qmp.event("DEVICE_DELETED", LIMIT_S, device=self.name)
            self.close_socket()

    def send(self, data: bytes) -> None:
        """What the scanner says."""
        assert self.connection is not None, "the adapter is unplugged"
        self.connection.sendall(data)


class LoggedDisk:
    """A SCSI disk in a file in `folder`, whose writes QEMU itself writes down beside it."""

    def __init__(self, qmp: Qmp, folder: Path, content: bytes) -> None:
        self.begun = content
        self.name = f"disk{next(_number)}"
        self._marks: list[tuple[int, int]] = []
        self._medium, self._log = folder / f"{self.name}.img", folder / f"{self.name}.log"
        self._medium.write_bytes(content)
        self._log.touch()
        medium, log = ({"driver": "file", "filename": str(path)} for path in (self._medium, self._log))
        sizes: dict[str, Any] = {"log_sector_size": SECTOR, "log_super_update_interval": 1}
        qmp.do("blockdev-add", driver="blklogwrites", node_name=self.name, file=medium, log=log, **sizes)
        qmp.do("device_add", driver="scsi-hd", id=self.name, bus="scsi.0", drive=self.name, serial=self.name)

    @property
    def place(self) -> str:
        """Where the guest finds it."""
        return place_of(self.name)

    def mark(self, number: int) -> None:
        """The guest acknowledged an act: what is in the log by now came before it."""
        self._marks.append((entries(self._log.read_bytes()[:SECTOR]), number))

    def log(self) -> list[Entry]:
        """What happened so far, in order."""
        marks, told = deque(self._marks), list[Entry]()
        for number, happened in enumerate(read(self._log.read_bytes())):
            while marks and marks[0][0] <= number:
                told.append(Mark(marks.popleft()[1]))
            told += happened
        return [*told, *(Mark(act) for _, act in marks)]


def place_of(name: str) -> str:
    """Where the guest finds the SCSI disk of this serial number."""
    return f"/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_{name}"


class PluggedDisk:
    """A SCSI disk whose medium is `disk`, which stays in our hands."""

    def __init__(self, qmp: Qmp, folder: Path, disk: Disk) -> None:
        self._disk = disk
        self.name = f"disk{next(_number)}"
        path = folder / f"{self.name}.sock"
        self._server = NbdServer(disk, path)
        cache = {"direct": True, "no-flush": False}
        server = {"type": "unix", "path": str(path)}
        qmp.do("blockdev-add", driver="nbd", node_name=self.name, server=server, cache=cache)
        qmp.do("device_add", driver="scsi-hd", id=self.name, bus="scsi.0", drive=self.name, serial=self.name)

    @property
    def place(self) -> str:
        """Where the guest finds it."""
        return place_of(self.name)

    def cut(self) -> None:
        """Its power goes."""
        self._disk.cut()

    def close(self) -> None:
        self._server.close()
