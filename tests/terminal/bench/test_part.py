"""Processes of the bench: started, stopped in order, or killed."""

import asyncio
import sys
from pathlib import Path

from terminal.bench.part import Part

ECHO = "import signal,sys; signal.signal(signal.SIGTERM, lambda *_: (print('asked', flush=True), sys.exit(0)));"
WAIT = ECHO + "print('up', flush=True); signal.pause()"


async def _up(part: Part, log: Path) -> None:
    await part.start()
    while "up" not in (log.read_text() if log.exists() else ""):
        await asyncio.sleep(0.01)


def test_stop_asks_first(tmp_path: Path) -> None:
    async def play() -> None:
        part = Part("x", [sys.executable, "-c", WAIT], tmp_path / "x.log")
        await _up(part, tmp_path / "x.log")
        assert part.running
        await part.stop()
        assert not part.running
        assert "asked" in part.tail()

    asyncio.run(play())


def test_kill_asks_nobody(tmp_path: Path) -> None:
    async def play() -> None:
        part = Part("x", [sys.executable, "-c", WAIT], tmp_path / "x.log")
        await _up(part, tmp_path / "x.log")
        await part.kill()
        assert not part.running
        assert "asked" not in part.tail()

    asyncio.run(play())


def test_starting_twice_is_starting_once_and_a_killed_part_starts_again(tmp_path: Path) -> None:
    async def play() -> None:
        part = Part("x", [sys.executable, "-c", WAIT], tmp_path / "x.log")
        await _up(part, tmp_path / "x.log")
        await part.start()
        assert part.tail().splitlines() == ["up"]
        await part.kill()
        await part.start()
        assert part.running
        await part.kill()

    asyncio.run(play())


def test_stopping_what_never_ran_is_nothing(tmp_path: Path) -> None:
    part = Part("x", [sys.executable, "-c", "pass"], tmp_path / "x.log")
    asyncio.run(part.stop())
    assert not part.running
    assert part.tail() == ""


def test_what_a_killed_bench_left_behind_is_ended_first(tmp_path: Path) -> None:
    async def play() -> None:
        log = tmp_path / "x.log"
        lost = Part("x", [sys.executable, "-c", WAIT], log)
        await _up(lost, log)
        again = Part("x", [sys.executable, "-c", WAIT], log)
        await again.start()
        assert lost._process is not None
        assert await asyncio.wait_for(lost._process.wait(), 20) == -9
        assert again.running
        await again.kill()

    asyncio.run(play())


def test_a_number_that_is_now_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    async def play() -> None:
        other = Part("other", [sys.executable, "-c", WAIT], tmp_path / "other.log")
        await _up(other, tmp_path / "other.log")
        assert other._process is not None
        (tmp_path / "x.pid").write_text(str(other._process.pid))
        part = Part("x", [sys.executable, "-c", "pass"], tmp_path / "x.log")
        await part.start()
        assert other.running
        await part.stop()
        await other.kill()

    asyncio.run(play())
