"""Several worker processes on the same sockets (PostgreSQL only): they share nothing but the database."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from hq.address import read_address, sqlite_file
from hq.problems import HqError

Serve = Callable[[Callable[[], None]], None]  # serves until SIGTERM; calls what it is given when it answers


def require_one_on_sqlite(state: Path, count: int) -> None:
    """Raises HqError for more than one worker on SQLite, where one connection writes."""
    if count > 1 and sqlite_file(read_address(state)) is not None:
        raise HqError(
            "HQ on SQLite runs one worker: for more, found HQ on PostgreSQL (`stillpoint-hq init --database URL`)"
        )


def run_workers(count: int, serve: Serve, ready: Callable[[], None]) -> None:
    """Run `serve` in `count` processes until SIGTERM; `ready` is called once all answer.

    If one ends on its own the others are stopped, and HqError is raised: whoever started HQ starts it again.
    """
    children: dict[int, int] = {}
    stopping = []

    def stop(*_: int | FrameType | None) -> None:
        stopping.append(True)
        for child in children:
            os.kill(child, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    reading, writing = os.pipe()
    for worker in range(count):
        children[_start(serve, reading, writing)] = worker
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        if len(told.read(count)) == count and not stopping:
            ready()
    _wait(children, stop, stopping)


def _start(serve: Serve, reading: int, writing: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.close(reading)
        serve(lambda: _tell(writing))
        code = 0
    finally:
        os._exit(code)


def _tell(writing: int) -> None:
    os.write(writing, b"1")
    os.close(writing)


def _wait(children: dict[int, int], stop: Callable[[], None], stopping: list[bool]) -> None:
    ended = ""
    while children:
        child, status = os.wait()
        number = children.pop(child)
        if not stopping:
            ended = f"worker {number} ended with {os.waitstatus_to_exitcode(status)}: its log says why"
            stop()
    if ended:
        raise HqError(ended)
