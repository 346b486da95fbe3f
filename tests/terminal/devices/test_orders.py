"""Receipts, drawers and buzzers over the socket: what is asked for reaches the device, and its end comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers import registry
from drivers.base import Driver, PrintEnded
from drivers.errors import DeviceLost
from drivers.receipt import Receipt, Text
from drivers.status import status
from drivers.virtual.client import VirtualClient, send
from terminal.config import DeviceConfig
from terminal.devices.host import Host
from terminal.devices.hub import DeviceHub
from terminal.devices.lines import LineError, OpenDrawer, PrintJob, Sound, event_line
from terminal.devices.obeying import obey
from terminal.devices.printing import JOBS_MAX, Printing
from tests.terminal.devices.hosting import Heard, listening, running

KINDS = ("printer", "drawer", "buzzer")
SALE = Receipt((Text("谢谢惠顾"),))


def device(kind: str, folder: Path, driver: str = "virtual", name: str = "counter", **options: object) -> DeviceConfig:
    given = options or {"control": folder / kind}
    return DeviceConfig(kind, name, driver, registry.find(kind, driver).options.model_validate(given))


@pytest.fixture
def host(tmp_path: Path) -> Host:
    at_printer = device("drawer", tmp_path, "printer", "till", printer="counter")
    return Host([*(device(kind, tmp_path) for kind in KINDS), at_printer], tmp_path / "devices.sock")


@pytest.fixture
def eyes(tmp_path: Path) -> Iterator[dict[str, VirtualClient]]:
    clients: dict[str, VirtualClient] = {}
    yield clients
    for client in clients.values():
        client.close()


@asynccontextmanager
async def connected(host: Host, folder: Path) -> AsyncIterator[tuple[DeviceHub, Heard]]:
    async with listening(folder / "devices.sock") as (hub, heard):
        with running(host):
            for kind in KINDS:
                await heard.until(kind=kind, device="counter", state="ready")
            await heard.until(kind="drawer", device="till", state="ready")
            yield hub, heard


async def news(eyes: dict[str, VirtualClient], folder: Path, kind: str) -> VirtualClient:
    eyes[kind] = client = await asyncio.to_thread(VirtualClient, folder / kind)
    await asyncio.to_thread(client.plug, True)
    return client


def test_a_receipt_is_printed_and_its_end_comes_back(host: Host, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with connected(host, tmp_path) as (hub, heard):
            hub.print("counter", "sale-1", SALE)
            ended = await heard.until(event="print_ended")
            assert (ended["device"], ended["job"], ended["outcome"]) == ("counter", "sale-1", "printed")

    asyncio.run(scenario())


def test_drawers_open_and_buzzers_sound(host: Host, tmp_path: Path, eyes: dict[str, VirtualClient]) -> None:
    async def scenario() -> None:
        async with connected(host, tmp_path) as (hub, _):
            drawer = await news(eyes, tmp_path, "drawer")
            assert await asyncio.to_thread(drawer.news) == {"drawer": "shut"}
            hub.open_drawer("counter")
            assert await asyncio.to_thread(drawer.news) == {"drawer": "open"}
            printer = await news(eyes, tmp_path, "printer")
            hub.open_drawer("till")
            assert await asyncio.to_thread(printer.news) == {"drawer": "open"}
            buzzer = await news(eyes, tmp_path, "buzzer")
            hub.sound("refused")
            assert await asyncio.to_thread(buzzer.news) == {"sound": "refused"}

    asyncio.run(scenario())


def test_what_waits_when_the_devices_process_ends_is_not_printed(host: Host, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with listening(tmp_path / "devices.sock") as (hub, heard):
            with running(host):
                await heard.until(kind="printer", state="ready")
                await asyncio.to_thread(send, tmp_path / "printer", {"paper": "out"})
                await heard.until(code="printer_no_paper")
                hub.print("counter", "sale-1", SALE)
                await asyncio.to_thread(send, tmp_path / "printer", {"plug": True})
            assert (await heard.until(event="print_ended", job="sale-1"))["outcome"] == "not_printed"
            await heard.until(kind="printer", code="device_away")
            with pytest.raises(DeviceLost):
                hub.print("counter", "sale-2", SALE)
            with pytest.raises(DeviceLost):
                hub.open_drawer("counter")
            hub.sound("ok")

    asyncio.run(scenario())


def test_what_was_given_to_a_process_that_vanished_is_unknown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with listening(tmp_path / "devices.sock") as (hub, heard):
            _, writer = await asyncio.open_unix_connection(tmp_path / "devices.sock")
            writer.write(event_line(status("printer", "counter", "device_ready")))
            await heard.until(kind="printer", state="ready")
            hub.print("counter", "sale-1", SALE)
            writer.close()
            await writer.wait_closed()
            assert (await heard.until(event="print_ended", job="sale-1"))["outcome"] == "unknown"

    asyncio.run(scenario())


def test_what_no_printer_could_take_is_refused_at_once(host: Host, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with connected(host, tmp_path) as (hub, _):
            with pytest.raises(DeviceLost):
                hub.print("kitchen", "sale-1", SALE)
            with pytest.raises(LineError, match="too long"):
                hub.print("counter", "sale-1", Receipt((Text("茶" * 400),) * 200))
            with pytest.raises(LineError, match="text"):
                hub.print("counter", "sale-1", Receipt((Text("\x1bp\x00"),)))

    asyncio.run(scenario())


class Broken:
    """A driver with a bug in everything it is asked for."""

    device = "counter"
    beat_ns = 0

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def start(self, emit: object) -> None: ...

    def close(self) -> None: ...

    def print(self, job: str, receipt: Receipt) -> None:
        raise ZeroDivisionError

    def open_drawer(self) -> None:
        raise ZeroDivisionError

    def sound(self, tune: str) -> None:
        raise ZeroDivisionError


def test_a_driver_with_a_bug_takes_no_other_along(tmp_path: Path) -> None:
    told: list[object] = []
    broken: list[Driver] = [Broken(kind) for kind in KINDS]
    for order in (PrintJob("sale-1", "counter", SALE), OpenDrawer("counter"), Sound("ok")):
        obey(broken, order, told.append)
    assert [(end.job, end.outcome) for end in told if isinstance(end, PrintEnded)] == [("sale-1", "not_printed")]


def test_jobs_under_way_are_bounded_and_told_once() -> None:
    printing = Printing()
    for number in range(JOBS_MAX):
        printing.need_room(f"job-{number}")
        printing.begin("counter", f"job-{number}")
    with pytest.raises(DeviceLost):
        printing.need_room("one more")
    printing.need_room("job-0")
    printing.end(PrintEnded("counter", "job-0", "printed", 1))
    lost = printing.lost()
    assert [(end.job, end.outcome) for end in lost] == [(f"job-{number}", "unknown") for number in range(1, JOBS_MAX)]
    assert printing.lost() == []
