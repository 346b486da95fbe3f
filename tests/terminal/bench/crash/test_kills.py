"""kill −9 on the real service: every acknowledged receipt is there again, and at HQ once."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from terminal.bench.crash.kills import Found, Killer, kill_often
from terminal.bench.layout import Layout, Ports
from terminal.bench.world import World

KILLS = 6


def test_every_receipt_is_there_after_a_kill() -> None:
    with tempfile.TemporaryDirectory(prefix="sp-") as folder:
        found = asyncio.run(kill_often(Path(folder), datetime.now(UTC).date(), KILLS, 1))
    assert found.violations == 0, found.wrong
    assert found.kills.total() == KILLS
    assert found.acknowledged > 0
    assert found.at_hq >= found.acknowledged
    assert found.asked_again >= found.acknowledged


class Forgetful(Killer):
    """The control: a disk that forgets the newest log when the power goes, with HQ dead so that nobody has it."""

    async def _kill(self, target: str) -> None:
        await self.world.hq.kill()
        await super()._kill("power")
        (self.world.layout.terminal / "ledger.db-wal").unlink(missing_ok=True)

    async def _converge(self) -> None:
        """What was found is enough."""


async def forget(folder: Path) -> Found:
    layout = Layout(folder, Ports.free())
    layout.prepare(secrets.token_urlsafe(32))
    world = World(layout, datetime.now(UTC).date())
    try:
        await world.start()
        return await Forgetful(world, Random(3)).run(2)
    finally:
        await world.close()
        layout.wipe()


def test_a_disk_that_forgets_its_log_is_caught() -> None:
    with tempfile.TemporaryDirectory(prefix="sp-") as folder:
        found = asyncio.run(forget(Path(folder)))
    assert found.changed > 0
