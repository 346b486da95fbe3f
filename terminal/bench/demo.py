"""The demo: a world that stays up until Ctrl-C, or one that plays the script and ends."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable
from datetime import date

import uvicorn

from terminal.bench.chip_card import ChipCard
from terminal.bench.layout import BenchError, Layout
from terminal.bench.once import Script
from terminal.bench.page import create_page
from terminal.bench.report import Report
from terminal.bench.sample_pin import give_pin
from terminal.bench.world import World
from terminal.web.server import ENDINGS, Server


async def play_once(layout: Layout, today: date, pos_token: str, chance: random.Random) -> Report:
    """The script in a world of its own; what it bought is decided by `chance`."""
    layout.prepare(pos_token)
    world = World(layout, today)
    _end_in_order_on_signals()
    try:
        return await Script(world, chance).run()
    finally:
        await world.close()


async def serve(layout: Layout, today: date, pos_token: str, say: Callable[[str], None]) -> int:
    """Start everything, say where the pages are, and serve the bench page until Ctrl-C."""
    layout.prepare(pos_token)
    world = World(layout, today)
    chip_card = ChipCard(layout)
    server = Server(uvicorn.Config(create_page(world, chip_card), log_config=None, lifespan="off"))
    bound = _bind(layout.ports.bench)
    _end_in_order_on_signals()
    try:
        await world.start_headquarters()
        await chip_card.issue()
        await give_pin(layout)
        await world.start_terminal()
        server.stop_on_signals()
        say(addresses(world))
        await server.serve(sockets=[bound])
    finally:
        bound.close()
        await world.close()
    return 0


def _end_in_order_on_signals() -> None:
    """A signal cancels this task, so that what was started is stopped in order."""
    task = asyncio.current_task()
    if task is not None:
        for name in ENDINGS:
            asyncio.get_running_loop().add_signal_handler(name, task.cancel)


def _bind(port: int) -> socket.socket:
    """Raises BenchError when the port is taken, before anything else is started."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise BenchError(f"port {port} is taken ({error.strerror}): stop the other demo, or use --port-base") from error


def addresses(world: World) -> str:
    """Where the pages are, for the terminal window."""
    rows = (
        ("bench", f"http://127.0.0.1:{world.layout.ports.bench}/"),
        ("member screen", world.member_url),
        ("counter", world.member_url + "counter"),
        ("HQ status", world.status_url),
    )
    lines = [f"  {name:<14} {address}" for name, address in rows]
    return "\n".join(["Stillpoint is up. Open the bench and tap a card.", *lines, "Ctrl-C stops everything."])


def as_text(report: Report) -> str:
    """The report for people."""
    lines = [
        f"{'ok ' if stage.ok else 'NOT'} {stage.ms:6d} ms  {stage.name}: {stage.detail}" for stage in report.stages
    ]
    lines += [f"{name}: {value}" for name, value in report.numbers.items()]
    return "\n".join([*lines, "every check holds" if report.ok else "a check did not hold"])
