"""A real HQ with a small chain, a device that enrolled there, and what a terminal of it is configured with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from provisioning.enrol import enrol
from terminal.config import Config, SyncConfig, TerminalConfig, WebConfig
from terminal.config.model import RefundConfig
from terminal.identity import Identity, load_identity
from terminal.sync.agent import Agent, Chance
from tests.hq.served import ServedHq, serve_hq
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain
from tests.terminal.store.material import append
from tests.terminal.sync.till import PATIENCE_S, Till, open_till


@dataclass
class World:
    """HQ (its clock stands at NOW_MS) and one terminal's folder; `till` and `agent` start its two processes."""

    hq: ServedHq
    folder: Path
    random: Random = field(default_factory=lambda: Random(5))

    @property
    def identity(self) -> Identity:
        return load_identity(self.folder)

    @property
    def config(self) -> Config:
        where = TerminalConfig(state=self.folder, run=self.folder)
        often = SyncConfig(interval_s=3600, retry_delay_s_max=1)
        return Config(self.folder / "terminal.toml", where, WebConfig(), often, RefundConfig(), ())

    def enrol(self, hq_url: str | None = None) -> Identity:
        claim = self.hq.make_claim("s01", "1", hq_url)
        enrol(claim, self.folder, "serial", NOW_MS, self.random.randbytes)
        return self.identity

    @contextmanager
    def till(self) -> Iterator[Till]:
        with open_till(self.folder, self.identity.device) as till:
            yield till

    @contextmanager
    def agent(self) -> Iterator[Agent]:
        """The agent's own logic on a thread, until the block ends."""
        agent = Agent(self.config, Chance(lambda: 0.0, lambda: self.random.randbytes(16).hex()))
        thread = threading.Thread(target=agent.run, name="agent")
        thread.start()
        try:
            yield agent
        finally:
            agent.stop()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    def sell(self, till: Till, count: int = 1, **more: Any) -> None:
        """Append sales at the till, as the counter would, and say so to the agent."""
        device = self.identity.device
        for _ in range(count):
            till.do(lambda ledger: append(ledger, device=device, at_ms=NOW_MS, **more))
        till.nudge()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    chain = write_tiny_chain(tmp_path / "chain")
    with serve_hq(tmp_path, chain, clock=lambda: NOW_MS) as hq:
        world = World(hq, tmp_path / "terminal")
        world.enrol()
        yield world
