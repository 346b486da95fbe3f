"""The PC/SC service's twin in a process of its own: libpcsclite and pyscard are real, and nothing polls."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from drivers.card_reader.pcsc import PcscCardReader
from drivers.options import PcscOptions

ROOT = Path(__file__).parents[3]
FIRST, SECOND = "Stillpoint Twin A 00 00", "Stillpoint Twin B 00 00"


class TwinProcess:
    """`drivers.virtual.pcscd` at work, with two readers."""

    def __init__(self, socket_path: Path) -> None:
        command = [sys.executable, "-m", "drivers.virtual.pcscd", str(socket_path), f"{FIRST}=1001", f"{SECOND}=1002"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        self.order(service="running")

    def order(self, **order: Any) -> Any:
        """Give an order and wait until it is done; what it was answered with."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "done" in answer, answer
        return answer["done"]

    def close(self) -> None:
        self._process.communicate(timeout=20)


class TwinBed:
    """The first of two readers."""

    def __init__(self, socket_path: Path) -> None:
        self.twin = TwinProcess(socket_path)
        self.driver = PcscCardReader("counter", PcscOptions(reader=FIRST))

    def tap(self, uid: str, **order: Any) -> None:
        self.twin.order(tap=uid, **order)

    def remove(self) -> None:
        self.twin.order(remove=True)

    def unplug(self) -> None:
        self.twin.order(plug=False)

    def plug(self) -> None:
        self.twin.order(plug=True)

    def close(self) -> None:
        self.driver.close()
        self.twin.close()
