"""The guest's end of the bench's hands: what cannot be done in the guest is asked of the host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PORT = Path("/dev/virtio-ports/stillpoint.hands")


class Hands:
    """One order after another; each returns when it is done."""

    def __init__(self, port: Path = PORT) -> None:
        self._port = open(port, "r+b", buffering=0)  # noqa: SIM115 - as long as there are hands
        self._rest = b""

    def do(self, order: str, /, **what: Any) -> Any:
        """What the host returns. Raises AssertionError with its words when it could not."""
        self._port.write(json.dumps({"do": order, "with": what}).encode() + b"\n")
        while b"\n" not in self._rest:
            self._rest += self._port.read(65536)
        line, _, self._rest = self._rest.partition(b"\n")
        said = json.loads(line)
        assert "error" not in said, f"{order}: {said['error']}"
        return said["done"]

    def close(self) -> None:
        self._port.close()
