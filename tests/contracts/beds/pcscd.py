"""A private pcscd with a virtual reader, and a virtual card in a process of its own: all but the reader is real."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers.card_reader.pcsc import PcscCardReader
from drivers.options import PcscOptions

PCSCD = Path("/usr/sbin/pcscd")
VPCD = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
ROOT = Path(__file__).parents[3]
LIMIT_STEPS = 500
STEP_S = 0.02
# pcscd takes a listening socket as file 3, as from systemd's socket activation
START = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" --foreground -c "$1" "${@:3}" 3<&"$2"'
NO_POLKIT = "--disable-polkit"


def _without_polkit() -> list[str]:
    """A newer pcscd asks polkit about each client; where no polkit runs it would let nobody in."""
    said = subprocess.run([PCSCD, "--help"], capture_output=True, text=True, check=False)
    return [NO_POLKIT] if NO_POLKIT in said.stdout + said.stderr else []


class Pcscd:
    """One pcscd at `socket_path`; the reader driver listens on `port`, and on the next one for a second slot."""

    def __init__(self, socket_path: Path, folder: Path) -> None:
        assert PCSCD.exists(), "install pcscd and vsmartcard-vpcd, or leave these tests out: -m 'not pcscd'"
        self._socket_path = socket_path
        self._config = folder / "readers"
        self._config.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port_pair()

    def plug(self) -> None:
        """Start pcscd with the reader in it, and wait until the reader listens."""
        self._configure()
        self.start()
        self._wait()

    def start_empty(self) -> None:
        """Start pcscd without a reader."""
        (self._config / "vpcd").unlink(missing_ok=True)
        self.start()

    def _configure(self) -> None:
        line = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{self.port:#06x}\n'
        (self._config / "vpcd").write_text(f"{line}LIBPATH {VPCD}\nCHANNELID {self.port:#06x}\n")

    def _wait(self) -> None:
        tick = threading.Event()
        there = any(_listens(self.port) or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))
        assert there, "the virtual reader does not listen"

    def start(self) -> None:
        """Start pcscd with the readers that are configured, if any."""
        self._socket_path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self._socket_path))
            listener.listen(16)
            self._process = subprocess.Popen(
                ["bash", "-c", START, str(PCSCD), str(self._config), str(listener.fileno()), *_without_polkit()],
                pass_fds=[listener.fileno()],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


class CardProcess:
    """`drivers.virtual.vpcd` at work."""

    def __init__(self, port: int) -> None:
        command = [sys.executable, "-m", "drivers.virtual.vpcd", str(port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)

    def order(self, **order: Any) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "done" in answer, answer

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def close(self) -> None:
        self._process.communicate(timeout=20)


class PcscdBed:
    """A reader that goes with its pcscd."""

    def __init__(self, socket_path: Path, folder: Path) -> None:
        self.pcscd = Pcscd(socket_path, folder)
        self._card = CardProcess(self.pcscd.port)
        self.driver = PcscCardReader("counter", PcscOptions(reader="Virtual PCD*00"))

    def tap(self, uid: str, pull: bool = False) -> None:
        self._card.order(tap=uid, pull=pull)

    def show(self, order: Mapping[str, Any]) -> None:
        self._card.order(**order)

    def remove(self) -> None:
        self._card.order(remove=True)

    def card_signal(self, number: signal.Signals) -> None:
        """Let the card hang (SIGSTOP), go on or die."""
        self._card.signal(number)

    def new_card_process(self) -> None:
        """After the card's process died."""
        self._card.close()
        self._card = CardProcess(self.pcscd.port)

    def unplug(self) -> None:
        self.pcscd.stop()

    def plug(self) -> None:
        self.pcscd.plug()

    def close(self) -> None:
        self.driver.close()
        self._card.close()
        self.pcscd.stop(signal.SIGKILL)


def _free_port_pair() -> int:
    """A TCP port that is free, and the next one too."""
    for _ in range(100):
        with socket.create_server(("", 0)) as first:
            port = int(first.getsockname()[1])
            try:
                with socket.create_server(("", port + 1)):
                    return port
            except OSError:
                continue
    raise AssertionError("no two free ports in a row")


def _listens(port: int) -> bool:
    """Looked up, not tried: to vpcd a connection is a card."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)
