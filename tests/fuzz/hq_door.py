"""HQ's door in process: requests as a terminal signs them, whatever is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

from hq.chain import read_chain
from hq.exchange import answer
from hq.founding import found
from hq.headquarters import Headquarters
from hq.route import Answer, Request
from tests.hq.clients import signed
from tests.hq.devices import Device, join
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain

STEP_MS = 1000  # between two requests, so that nobody asks too often


class Door:
    """An HQ with one terminal; its clock moves on with each request."""

    def __init__(self, folder: Path) -> None:
        self.now_ms = NOW_MS
        chain = read_chain(write_tiny_chain(folder / "chain"))
        found(folder / "hq", chain, hosts=(), now_ms=NOW_MS, random=Random(1).randbytes)
        self.hq = Headquarters.open(folder / "hq", lambda: self.now_ms)
        self.device: Device = join(self.hq, "s01", "1")
        self._chance = Random(2)

    def ask(self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Signed by the terminal, with `headers` in place of what the signature says."""
        self.now_ms += STEP_MS
        return answer(
            self.hq, Request(method, target, {**self.signature(method, target, body), **(headers or {})}, body)
        )

    def signature(self, method: str, target: str, body: bytes) -> dict[str, str]:
        """The headers of a request made now, names in lower case."""
        nonce = self._chance.randbytes(16).hex()
        made = signed(self.hq, self.device, method, target, body or None, nonce=nonce)
        return {name.lower(): value for name, value in made.items()}


@contextmanager
def open_door(folder: Path) -> Iterator[Door]:
    door = Door(folder)
    try:
        yield door
    finally:
        door.hq.close()
