"""The devices process and the terminal over their real socket, with virtual devices."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers import registry
from drivers.base import Driver, Kind
from drivers.errors import DriverUnavailable
from drivers.options import Options, VirtualOptions
from drivers.virtual.client import VirtualClient, send
from drivers.virtual.keypad import VirtualKeypad
from drivers.virtual.light import VirtualLight
from terminal.config import DeviceConfig
from terminal.devices.host import Host
from terminal.devices.watch import Watch
from tests.terminal.devices.hosting import LIMIT_S, listening, running

KEYPAD_LIGHT: tuple[Kind, ...] = ("keypad", "light")
ADA = "04A1B2C3D4E5F6"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "devices.sock"


@pytest.fixture
def devices(tmp_path: Path) -> list[DeviceConfig]:
    return [DeviceConfig(kind, "counter", "virtual", virtual(kind, tmp_path / kind)) for kind in registry.KINDS]


def virtual(kind: str, control: Path) -> Options:
    return registry.find(kind, "virtual").options.model_validate({"control": control})


@contextmanager
def hosting(devices: list[DeviceConfig], path: Path, create: Any = registry.create) -> Iterator[None]:
    with running(Host(devices, path, create)):
        yield


async def order(folder: Path, kind: str, **what: Any) -> None:
    await asyncio.to_thread(send, folder / kind, what)


async def seen(eyes: VirtualClient, pattern: str) -> None:
    """Wait until the light shows `pattern`."""
    while await asyncio.to_thread(eyes.light) != pattern:
        pass


def test_events_of_every_device_reach_the_terminal(path: Path, devices: list[DeviceConfig]) -> None:
    async def scenario() -> None:
        async with listening(path) as (hub, heard):
            assert hub.statuses["card_reader", "counter"].code == "device_away"
            with hosting(devices, path):
                for kind in registry.KINDS:
                    await heard.until(kind=kind, state="ready")
                await order(path.parent, "card_reader", tap=ADA)
                card = await heard.until(event="card")
                assert (card["device"], card["uid"], card["technology"]) == ("counter", ADA, "uid")
                await order(path.parent, "scanner", scan="6901234567892")
                assert (await heard.until(event="scan"))["text"] == "6901234567892"
                await order(path.parent, "keypad", key="enter")
                assert (await heard.until(event="key"))["key"] == "enter"
                assert {hub.statuses[kind, "counter"].state for kind in registry.KINDS} == {"ready"}

    asyncio.run(scenario())


def test_a_device_that_vanishes_and_comes_back_is_told(path: Path, devices: list[DeviceConfig]) -> None:
    async def scenario() -> None:
        async with listening(path) as (hub, heard):
            with hosting(devices, path):
                await heard.until(kind="scanner", state="ready")
                await order(path.parent, "scanner", plug=False)
                missing = await heard.until(kind="scanner", state="missing")
                assert missing["sentence"] == "Scanner counter is unplugged: is the cable in? Sales go on without it."
                assert hub.statuses["card_reader", "counter"].state != "missing"
                await order(path.parent, "scanner", plug=True)
                await heard.until(kind="scanner", state="ready")

    asyncio.run(scenario())


def test_when_the_devices_process_goes_everything_is_missing_until_it_is_back(
    path: Path, devices: list[DeviceConfig]
) -> None:
    async def scenario() -> None:
        async with listening(path) as (hub, heard):
            for _ in range(2):
                with hosting(devices, path):
                    for kind in registry.KINDS:
                        await heard.until(kind=kind, state="ready")
                for kind in registry.KINDS:
                    away = await heard.until(kind=kind, code="device_away")
                    assert away["state"] == "missing"
                    assert "Sales go on" in away["sentence"]
            assert {status.state for status in hub.statuses.values()} == {"missing"}

    asyncio.run(scenario())


def test_a_terminal_that_comes_back_hears_every_status_again(path: Path, devices: list[DeviceConfig]) -> None:
    async def scenario() -> None:
        with hosting(devices, path):
            for _ in range(2):
                async with listening(path) as (_, heard):
                    for kind in registry.KINDS:
                        await heard.until(event="status", kind=kind, state="ready")
                    await order(path.parent, "card_reader", tap=ADA)
                    await heard.until(event="card", uid=ADA)

    asyncio.run(scenario())


def test_acts_are_dropped_when_too_old_and_statuses_are_not(path: Path, devices: list[DeviceConfig]) -> None:
    """The clock of this host runs 10 s ahead of the drivers' times."""

    async def scenario() -> None:
        async with listening(path) as (_, heard):
            host = Host(devices, path, now_ns=lambda: time.monotonic_ns() + 10_000_000_000)
            with running(host):
                await heard.until(kind="keypad", state="ready")
                await order(path.parent, "keypad", key="1")
                await order(path.parent, "keypad", plug=False)
                await heard.until(kind="keypad", state="missing")
                assert "key" not in heard.names

    asyncio.run(scenario())


def test_the_light_follows_the_terminal_and_a_later_device_shows_the_newest(
    path: Path, devices: list[DeviceConfig]
) -> None:
    async def scenario() -> None:
        async with listening(path) as (hub, heard):
            hub.light("busy")
            with hosting(devices, path):
                await heard.until(kind="light", state="ready")
                with VirtualClient(path.parent / "light") as eyes:
                    await seen(eyes, "busy")
                    for pattern in ("ok", "refused", "off"):
                        hub.light(pattern)
                        await seen(eyes, pattern)
            with pytest.raises(ValueError):
                hub.light("purple")

    asyncio.run(scenario())


def test_a_driver_that_cannot_start_is_a_status_and_the_others_work(path: Path, devices: list[DeviceConfig]) -> None:
    def create(kind: str, name: str, device: str, options: Options) -> Driver:
        if kind == "card_reader":
            raise DriverUnavailable("smartcard")
        if kind == "light":
            raise ZeroDivisionError
        return registry.create(kind, name, device, options)

    async def scenario() -> None:
        async with listening(path) as (_, heard):
            with hosting(devices, path, create):
                reader = await heard.until(kind="card_reader", state="failed")
                assert (reader["code"], reader["params"]) == ("driver_unavailable", {"library": "smartcard"})
                light = await heard.until(kind="light", state="failed")
                assert (light["code"], light["params"]) == ("driver_failed", {"reason": "ZeroDivisionError"})
                await heard.until(kind="keypad", state="ready")

    asyncio.run(scenario())


def test_the_process_starts_tells_the_service_manager_and_ends_on_a_signal(path: Path) -> None:
    config = path.parent / "terminal.toml"
    config.write_text('[terminal]\nstate = "."\nrun = "."\n[keypad.pad]\ndriver = "virtual"\ncontrol = "pad"\n')
    code = "import sys; from pathlib import Path; from terminal import config; from terminal.devices import host; "
    code += f"sys.exit(host.run(config.load(Path({str(config)!r}))))"

    async def scenario(manager: socket.socket) -> None:
        async with listening(path) as (_, heard):
            environment = {**os.environ, "NOTIFY_SOCKET": str(path.parent / "notify")}
            process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)
            await heard.until(device="pad", state="ready")
            assert await asyncio.to_thread(manager.recv, 100) == b"READY=1"
            process.send_signal(signal.SIGTERM)
            await heard.until(device="pad", state="closed")
            assert await asyncio.to_thread(process.wait, LIMIT_S) == 0

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(LIMIT_S)
        manager.bind(str(path.parent / "notify"))
        asyncio.run(scenario(manager))


class Mortal(VirtualKeypad):
    """A keypad whose first thread dies by something that nothing catches, at the order of `die`."""

    def __init__(self) -> None:
        super().__init__("counter")
        self.die = threading.Event()

    def hold(self) -> None:
        if self.die.is_set():
            super().hold()
            return
        self.report("device_ready")
        while not self.die.wait(0.1):
            self.beat()
        raise SystemExit


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(("watched", "told"), [(True, ["driver_failed", "device_ready"]), (False, [])])
def test_a_thread_that_dies_is_told_and_replaced(
    path: Path, watched: bool, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nobody looks, and nothing is told."""
    pad, light = Mortal(), VirtualLight("counter")
    if not watched:
        monkeypatch.setattr(Watch, "look", lambda _: True)

    async def scenario() -> None:
        async with listening(path) as (_, heard):
            devices = [DeviceConfig(kind, "counter", "virtual", VirtualOptions(control=path)) for kind in KEYPAD_LIGHT]
            with hosting(devices, path, lambda kind, *_: pad if kind == "keypad" else light):
                await heard.until(kind="keypad", state="ready")
                await heard.until(kind="light", state="ready")
                pad.die.set()
                for code in told:
                    await heard.until(kind="keypad", code=code)
                light.plug(False)
                await heard.until(kind="light", state="missing")
                while pad.alive != watched:
                    await asyncio.sleep(0)
                assert {event["code"] for event in heard.left() if event.get("kind") == "keypad"} == set()

    asyncio.run(scenario())
