"""The hub against what a socket can bring: nonsense, floods, second comers, and a socket that is taken."""

from __future__ import annotations

import asyncio
import logging
import socket
import stat
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from terminal.devices.hub import DeviceHub
from terminal.devices.lines import LINE_BYTES_MAX
from terminal.errors import DeviceError

SCAN = b'{"event":"scan","device":"hand","text":"690","at_ns":1}\n'
READY = b'{"event":"status","kind":"scanner","device":"%d","state":"ready","code":"device_ready","sentence":"."}\n'
LIMIT_S = 30
ROOT = Path(__file__).parents[3]
Scenario = Callable[[DeviceHub, "asyncio.Queue[Mapping[str, Any]]"], Awaitable[None]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "devices.sock"


def play(path: Path, scenario: Scenario) -> DeviceHub:
    """Run `scenario` with a hub that listens."""

    async def run() -> DeviceHub:
        events: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        hub = DeviceHub(path, events.put_nowait)
        await hub.start()
        try:
            async with asyncio.timeout(LIMIT_S):
                await scenario(hub, events)
        finally:
            await hub.close()
        return hub

    return asyncio.run(run())


def test_the_socket_is_closed_to_others_and_goes_with_the_hub(path: Path) -> None:
    async def scenario(_hub: DeviceHub, _events: object) -> None:
        assert stat.S_IMODE(path.stat().st_mode) & 0o117 == 0

    play(path, scenario)
    assert not path.exists()


def test_malformed_lines_are_counted_and_the_next_event_is_heard(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(hub: DeviceHub, events: asyncio.Queue[Mapping[str, Any]]) -> None:
        _, writer = await asyncio.open_unix_connection(path)
        for line in (b"nonsense\n", b"\xff\xff\n", b"{}\n", b"x" * (2 * LINE_BYTES_MAX) + b"\n"):
            writer.write(line)
        writer.write(SCAN)
        assert (await events.get())["text"] == "690"
        writer.close()
        await writer.wait_closed()
        assert hub.dropped >= 4

    with caplog.at_level(logging.WARNING):
        play(path, scenario)
    assert "nonsense" not in caplog.text


def test_a_flood_of_nonsense_does_not_fill_the_log(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(_hub: DeviceHub, events: asyncio.Queue[Mapping[str, Any]]) -> None:
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(b"x\n" * 5000 + SCAN)
        await events.get()
        writer.close()
        await writer.wait_closed()

    with caplog.at_level(logging.WARNING):
        assert play(path, scenario).dropped == 5000
    assert len(caplog.records) < 20


def test_devices_are_bounded(path: Path) -> None:
    async def scenario(hub: DeviceHub, events: asyncio.Queue[Mapping[str, Any]]) -> None:
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(b"".join(READY % number for number in range(1000)) + SCAN)
        while (await events.get())["event"] != "scan":
            pass
        assert len(hub.statuses) == 64
        writer.close()
        await writer.wait_closed()

    play(path, scenario)


def test_the_newest_devices_process_counts(path: Path) -> None:
    async def scenario(hub: DeviceHub, events: asyncio.Queue[Mapping[str, Any]]) -> None:
        old_reader, old = await asyncio.open_unix_connection(path)
        old.write(READY % 1)
        assert (await events.get())["state"] == "ready"
        new_reader, new = await asyncio.open_unix_connection(path)
        assert await new_reader.readline() == b'{"light":"off"}\n'
        assert await old_reader.read() == b'{"light":"off"}\n'
        hub.light("ok")
        assert await new_reader.readline() == b'{"light":"ok"}\n'
        assert hub.statuses["scanner", "1"].state == "ready"
        for writer in (old, new):
            writer.close()
            await writer.wait_closed()
        assert (await events.get())["code"] == "device_away"

    play(path, scenario)


def test_a_socket_in_use_is_an_error_with_the_way_out(path: Path) -> None:
    async def scenario(_hub: DeviceHub, _events: object) -> None:
        with pytest.raises(DeviceError, match="another terminal"):
            await DeviceHub(path, lambda _: None).start()

    play(path, scenario)


def test_a_run_folder_that_is_missing_is_an_error_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="check the run folder"):
        asyncio.run(DeviceHub(tmp_path / "no" / "x.sock", lambda _: None).start())


def test_a_file_in_the_way_is_not_removed(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(DeviceError):
        asyncio.run(DeviceHub(path, lambda _: None).start())
    assert path.read_text() == "precious"


def test_a_socket_that_a_dead_terminal_left_is_replaced(path: Path) -> None:
    async def scenario(_hub: DeviceHub, _events: object) -> None:
        assert path.is_socket()

    play(path, scenario)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    play(path, scenario)
