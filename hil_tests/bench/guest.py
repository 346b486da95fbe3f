"""A guest that runs: its emulator, its agent, and what is plugged into it."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from hil_tests.bench.agent_link import AgentLink
from hil_tests.bench.emulator import GUEST, Emulator, Parts

SHARED_MEMORY = Path("/dev/shm")
BOOT_S = 600.0
TICK_S = 0.02
MOUNT = "mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro bench /bench"


class Guest:
    """Booted, or taken up from a snapshot where `parts` has one; then its clock is right and `share` is at /bench."""

    def __init__(self, parts: Parts, share: Path, network: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="stillpoint-guest-", dir=SHARED_MEMORY))
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self.emulator = Emulator(parts, self._folder, share, network)
            undo.callback(self.emulator.close)
            self.qmp = self.emulator.qmp
            self.agent = AgentLink(self.emulator.connect("agent"))
            undo.callback(self.agent.close)
            if parts.state:
                self._wake()
            else:
                self.agent.run("true", limit_s=BOOT_S)
            if network:
                self.agent.shell(f"ip address add {GUEST}/24 dev eth0 && ip link set eth0 up")
            self._undo = undo.pop_all()

    def _wake(self) -> None:
        tick = threading.Event()
        while self.qmp.do("query-status")["status"] == "inmigrate":
            tick.wait(TICK_S)
        self.qmp.do("cont")
        self.agent.shell(f"date -s @{int(time.time())} >/dev/null && {MOUNT}")

    def cable(self, plugged: bool) -> None:
        """Pull the cable of its network, or put it in."""
        self.qmp.do("set_link", name="nic", up=plugged)

    def console(self) -> str:
        """What the guest's kernel said, and systemd."""
        return (self._folder / "console").read_text("utf-8", "replace")

    def __enter__(self) -> Guest:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Pull the plug and forget everything."""
        self._undo.close()
