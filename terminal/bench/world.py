"""The bench as a whole: HQ, the line, and one terminal of three processes that can lose its power."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from drivers.virtual.client import send
from terminal.bench.client import Client
from terminal.bench.layout import SAMPLE_CHAIN, BenchError, Layout
from terminal.bench.line import Line
from terminal.bench.part import Part
from terminal.bench.sample_today import copy_sample

READY_S = 60.0
POLL_S = 0.05
TERMINAL_PARTS = ("terminal", "devices", "sync")


class World:
    """HQ and a terminal of store `store`. Every process is real; only cards, codes and keys are virtual."""

    def __init__(self, layout: Layout, today: date, store: str = "s01", lane: str = "1") -> None:
        self.layout, self.today, self.store, self.lane = layout, today, store, lane
        ports = layout.ports
        self.line = Line(("127.0.0.1", ports.hq), ports.line)
        serve = ["serve", "--state", str(layout.hq), "--listen", f"127.0.0.1:{ports.hq}"]
        serve += ["--status", f"127.0.0.1:{ports.status}"]
        self.hq = Part("hq", [layout.program("stillpoint-hq"), *serve], layout.log("hq"))
        self.parts = [self._terminal_part(name) for name in TERMINAL_PARTS]

    def _terminal_part(self, name: str) -> Part:
        command = [self.layout.program("stillpoint"), "run", "--only", name, "--config", str(self.layout.toml)]
        return Part(name, command, self.layout.log(name))

    async def start(self) -> None:
        """Everything, in order; a new state folder is initialised and the terminal enrolled on the way."""
        await self.start_headquarters()
        await self.start_terminal()

    async def start_headquarters(self) -> None:
        """HQ and the line to it."""
        if not self.layout.hq.exists():
            copy_sample(SAMPLE_CHAIN, self.layout.chain, self.today)
            await self.layout.tool(
                "stillpoint-hq", "init", "--state", str(self.layout.hq), "--chain", str(self.layout.chain)
            )
        await self.line.start()
        await self.start_hq()

    async def start_terminal(self) -> None:
        """The terminal, until it knows the members."""
        if not (self.layout.terminal / "identity.json").exists():
            await self.enrol()
        await self.power_on()
        await self.until(self._knows_members, "the terminal has the member directory", self.parts[0])

    async def enrol(self) -> None:
        """HQ makes a claim, the device uses it once."""
        hq = f"https://127.0.0.1:{self.line.port}"
        claim = ["claim", "--state", str(self.layout.hq), "--store", self.store, "--lane", self.lane, "--hq", hq]
        text = (await self.layout.tool("stillpoint-hq", *claim)).strip().splitlines()[-1]
        await self.layout.tool("stillpoint", "enrol", text, "--state", str(self.layout.terminal))

    async def start_hq(self) -> None:
        await self.hq.start()
        await self.until(lambda: self._answers(self.status_url, "/status.json"), "HQ answers", self.hq)

    async def power_on(self) -> None:
        for part in self.parts:
            await part.start()
        await self.until(lambda: self._answers(self.member_url, "/health"), "the terminal answers", self.parts[0])

    async def power_off(self) -> None:
        """kill −9 on every process of the terminal at once."""
        await asyncio.gather(*(part.kill() for part in self.parts))

    async def close(self) -> None:
        """Stop in reverse order of starting."""
        for part in reversed(self.parts):
            await part.stop()
        await self.line.close()
        await self.hq.stop()

    async def device(self, kind: str, command: dict[str, Any]) -> None:
        """Say something to a virtual device. Raises OSError when the devices process is down."""
        await asyncio.to_thread(send, self.layout.socket(kind), command)

    @property
    def power(self) -> bool:
        return all(part.running for part in self.parts)

    @property
    def member_url(self) -> str:
        return f"http://127.0.0.1:{self.layout.ports.terminal}/"

    @property
    def status_url(self) -> str:
        return f"http://127.0.0.1:{self.layout.ports.status}/"

    async def until(self, condition: Callable[[], Awaitable[bool]], what: str, part: Part | None = None) -> None:
        """Wait for `condition`. Raises BenchError naming `what` after READY_S seconds, or when `part` has died."""
        deadline = asyncio.get_running_loop().time() + READY_S
        while not await condition():
            dead = part is not None and not part.running
            if dead or asyncio.get_running_loop().time() > deadline:
                tail = f"; the end of its log:\n{part.tail()}" if part else ""
                raise BenchError(f"waited in vain until {what}{tail}")
            await asyncio.sleep(POLL_S)

    async def _knows_members(self) -> bool:
        """Whether the directory has once been complete; from then on a card is known or unknown for good reason."""
        client = Client(self.member_url, self.layout.token.read_text())
        try:
            status = await asyncio.to_thread(client.get, "/api/v1/status")
        finally:
            client.close()
        return bool(status) and status["as_of_ms"] is not None

    async def _answers(self, base: str, path: str) -> bool:
        client = Client(base)
        try:
            return await asyncio.to_thread(client.get, path) is not None
        finally:
            client.close()
