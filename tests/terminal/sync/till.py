"""A till without a shop: a real ledger behind a real door, in an event loop of its own thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from protocol.lease import GrantAsk, GrantPage
from terminal.store.ledger import Ledger
from terminal.sync.door import Door

T = TypeVar("T")
PATIENCE_S = 30


class Till:
    """`do` runs something with the ledger on its thread; `wait` waits until what the agent did makes it true."""

    def __init__(self, path: Path, ledger: Ledger) -> None:
        self.ledger = ledger
        self.door = Door(path, self, lambda: {"clock": "held", "devices": {"reader": "ready"}})
        self.heard: list[tuple[Any, ...]] = []
        self.fail: Exception | None = None  # what the gate raises next
        self._news = threading.Condition()
        self.loop = asyncio.new_event_loop()

    async def acknowledge(self, seq: int, digest: str) -> None:
        self._hear("acknowledge", seq)
        self.ledger.acknowledge(seq, bytes.fromhex(digest))

    async def apply_grants(self, page: GrantPage) -> int:
        applied = self.ledger.apply_grants(page)
        self._hear("grants", applied)
        return applied

    async def note_contact(self, utc_ms: int, spend_until_ms: int) -> None:
        self.ledger.note_spend_until(spend_until_ms)
        self._hear("contact", utc_ms)

    async def directory_changed(self, bucket: str) -> None:
        self._hear("directory", bucket)

    async def link(self, online: bool, code: str | None) -> None:
        self._hear("link", online, code)

    def _hear(self, *what: Any) -> None:
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error
        with self._news:
            self.heard.append(what)
            self._news.notify_all()

    def wait(self, done: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(done, PATIENCE_S), f"never came; heard {self.heard[-20:]}"

    def wait_for(self, *what: Any, times: int = 1) -> None:
        """Wait until this was heard so often since `forget`."""
        self.wait(lambda: sum(heard[: len(what)] == what for heard in self.heard) >= times)

    def forget(self) -> None:
        with self._news:
            self.heard.clear()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the till's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    def do(self, work: Callable[[Ledger], T]) -> T:
        """Run `work` on the ledger's thread."""

        async def call() -> T:
            return work(self.ledger)

        return self.run(call())

    def nudge(self) -> None:
        self.loop.call_soon_threadsafe(self.door.nudge)

    def ask(self, member: str, points: int, deadline_s: float = PATIENCE_S) -> bool:
        return self.run(self.door.ask(GrantAsk(member=member, points=points, after=0), deadline_s)).granted


@contextmanager
def open_till(folder: Path, device: str, epoch: int = 1) -> Iterator[Till]:
    """A till whose ledger is in `folder` and whose door is `folder`/sync.sock."""
    with Ledger.open(folder / "ledger.db", device, epoch) as ledger:
        till = Till(folder / "sync.sock", ledger)
        thread = threading.Thread(target=till.loop.run_forever, name="till")
        thread.start()
        try:
            till.run(till.door.start())
            yield till
        finally:
            till.run(till.door.close())
            till.loop.call_soon_threadsafe(till.loop.stop)
            thread.join()
            till.loop.close()
