"""One QEMU: how it is called, and how it ends. The same call boots a guest and takes up a snapshot of one."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from hil_tests.bench.commands import BenchError
from hil_tests.bench.qmp import Qmp

QEMU = "qemu-system-x86_64"
MEMORY_MB = 1024
CORES = 2
KERNEL_WORDS = "console=ttyS0 root=/dev/vda rw quiet mitigations=off nokaslr net.ifnames=0 systemd.show_status=0"
SOCKET_STEPS, SOCKET_STEP_S = 400, 0.05
QUIT_S = 20.0
PORTS = ("agent", "hands")
HOST, GUEST = "10.0.2.2", "10.0.2.15"


@dataclass(frozen=True)
class Parts:
    """What a machine is made of. `writable`: what it writes stays on its disk, otherwise it is forgotten."""

    kernel: Path
    initrd: Path
    disk: Path
    writable: bool = False
    state: Path | None = None


def command(parts: Parts, folder: Path, share: Path, network: bool = False) -> list[str]:
    """The call of QEMU; its sockets and its console are in `folder`, the guest may read `share`.

    With `network` the guest's cable leads to this machine, whose own address is HOST there; without, to nowhere.
    """
    words = [QEMU, "-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "max", "-smp", str(CORES)]
    words += ["-m", str(MEMORY_MB), "-nodefaults", "-display", "none", "-serial", f"file:{folder}/console"]
    words += ["-qmp", f"unix:{folder}/qmp,server=on,wait=off", "-rtc", "base=utc", "-action", "watchdog=none"]
    words += ["-kernel", str(parts.kernel), "-initrd", str(parts.initrd), "-append", KERNEL_WORDS]
    kept = "off" if parts.writable else "on"
    words += ["-drive", f"file={parts.disk},format=raw,if=none,id=root,snapshot={kept},cache=unsafe"]
    words += ["-device", "virtio-blk-pci,drive=root", "-device", "virtio-rng-pci", "-device", "virtio-serial-pci"]
    for name in PORTS:
        words += ["-chardev", f"socket,id={name},path={folder}/{name},server=on,wait=off"]
        words += ["-device", f"virtserialport,chardev={name},name=stillpoint.{name}"]
    words += ["-device", "virtio-scsi-pci,id=scsi", "-device", "qemu-xhci,id=xhci,p2=8,p3=4", "-device", "i6300esb"]
    words += [
        "-netdev",
        f"user,id=net,restrict={'off' if network else 'on'}",
        "-device",
        "virtio-net-pci,netdev=net,id=nic",
    ]
    words += ["-fsdev", f"local,id=share,path={share},security_model=none,readonly=on"]
    words += ["-device", "virtio-9p-pci,fsdev=share,mount_tag=bench"]
    return [*words, "-incoming", f"exec:cat {parts.state}"] if parts.state else words


class Emulator:
    """A QEMU that runs; `qmp` speaks with it."""

    def __init__(self, parts: Parts, folder: Path, share: Path, network: bool = False) -> None:
        """Raises BenchError if it does not come up."""
        self.folder = folder
        self._log = folder / "qemu.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                command(parts, folder, share, network),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "TMPDIR": "/dev/shm"},
            )
        try:
            self.qmp = Qmp(self.connect("qmp"))
        except BaseException:
            self.kill()
            raise

    def connect(self, name: str) -> socket.socket:
        """A connection with one of its sockets, as soon as it is there."""
        tick = threading.Event()
        for _ in range(SOCKET_STEPS):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.folder / name))
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
            else:
                return connection
            if self._process.poll() is not None:
                break
            tick.wait(SOCKET_STEP_S)
        raise BenchError(f"QEMU does not come up: {self._log.read_text()[-1000:].strip()}")

    def kill(self) -> None:
        """Pull its plug: it gets no time for anything."""
        self._process.kill()
        self._process.wait(QUIT_S)

    def close(self) -> None:
        self.qmp.close()
        self.kill()
