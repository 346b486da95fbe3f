"""A real HQ for tests: its own folder, served over TLS by uvicorn on a free port, in a thread.

with serve_hq(tmp_path, chain_folder) as hq:
    text = hq.make_claim("s01", "1")        # hq.url, hq.ca_pem, hq.state_dir, hq.headquarters
    hq.stop()                               # the line is dead
    hq.start()                              # again on the same port
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from hq.api import create_app
from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from hq.server import Servers, listen
from hq.status import create_status_app

START_S = 30


def real_clock() -> int:
    return time.time_ns() // 1_000_000


class ServedHq:
    """`url` and `status_url` stay the same over `stop` and `start`; `headquarters` is open while it serves."""

    def __init__(self, state_dir: Path, clock: Callable[[], int], random: Callable[[int], bytes]) -> None:
        self.state_dir, self._clock, self._random = state_dir, clock, random
        self._address, self._status = "127.0.0.1:0", "127.0.0.1:0"
        self._thread: threading.Thread | None = None
        self.start()

    def start(self) -> None:
        """Serve on the ports of before. Returns when HQ answers."""
        assert self._thread is None, "HQ is being served already"
        self.headquarters = Headquarters.open(self.state_dir, self._clock)
        terminals, page = listen(self._address), listen(self._status)
        self._address, self._status = (f"127.0.0.1:{listener.getsockname()[1]}" for listener in (terminals, page))
        ready = threading.Event()

        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            status = create_status_app(self.headquarters)
            self._servers = Servers((create_app(self.headquarters), terminals), (status, page), self.state_dir)
            with terminals, page:
                await self._servers.run(ready.set)

        self._thread = threading.Thread(target=asyncio.run, args=(run(),), name="hq")
        self._thread.start()
        assert ready.wait(START_S), "HQ did not start"

    def stop(self) -> None:
        """Stop serving; what was committed stays. Stopping twice is stopping once."""
        if self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._servers.stop)
        self._thread.join()
        self._thread = None
        self.headquarters.close()

    @property
    def url(self) -> str:
        return f"https://{self._address}"

    @property
    def status_url(self) -> str:
        return f"http://{self._status}"

    @property
    def ca_pem(self) -> str:
        return (self.state_dir / "ca.pem").read_text()

    def make_claim(self, store: str, lane: str, hq: str | None = None) -> str:
        """The text of a new claim; `hq` is another address of this HQ, such as a relay."""
        return self.headquarters.make_claim(store=store, lane=lane, hq=hq or self.url, random=self._random)


@contextmanager
def serve_hq(
    tmp_path: Path,
    chain_folder: Path,
    clock: Callable[[], int] = real_clock,
    random: Callable[[int], bytes] | None = None,
    hosts: Sequence[str] = (),
) -> Iterator[ServedHq]:
    """Found an HQ of `chain_folder` under `tmp_path` and serve it until the block ends; `hosts` are further names."""
    state_dir, random = tmp_path / "hq", random or Random(1).randbytes
    found(state_dir, read_chain(chain_folder), hosts=hosts, now_ms=clock(), random=random)
    served = ServedHq(state_dir, clock, random)
    try:
        yield served
    finally:
        served.stop()
