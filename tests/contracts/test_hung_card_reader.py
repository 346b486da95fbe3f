"""The devices process with a real pcscd that stops or dies, and with a card that hangs; another device goes on."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.base import Driver
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.options import Options, VirtualOptions
from drivers.virtual.keypad import VirtualKeypad
from terminal.config import DeviceConfig
from terminal.devices.host import Host
from terminal.devices.hub import DeviceHub
from tests.contracts.beds.pcscd import PcscdBed
from tests.contracts.card_reader import ADA, BEN
from tests.terminal.devices.hosting import Heard, listening, running

pytestmark = pytest.mark.pcscd
SELECT = bytes.fromhex("00A4040000")


@pytest.fixture
def bed(pcscd_socket: Path, tmp_path: Path) -> Iterator[PcscdBed]:
    with contextlib.closing(PcscdBed(pcscd_socket, tmp_path)) as bed:
        bed.plug()
        yield bed


def play(bed: PcscdBed, folder: Path, scenario: Callable[[DeviceHub, Heard, VirtualKeypad], Awaitable[None]]) -> None:
    """A devices process with the reader and a keypad, and a terminal that hears both."""
    keypad = VirtualKeypad("pad")
    made: dict[str, Driver] = {"card_reader": bed.driver, "keypad": keypad}

    def create(kind: str, name: str, device: str, options: Options) -> Driver:
        return made[kind]

    anywhere = VirtualOptions(control=folder / "unused")
    devices = [
        DeviceConfig("card_reader", "counter", "virtual", anywhere),
        DeviceConfig("keypad", "pad", "virtual", anywhere),
    ]

    async def run() -> None:
        async with listening(folder / "devices.sock") as (hub, heard):
            with running(Host(devices, folder / "devices.sock", create)):
                await heard.until(kind="card_reader", code="device_ready")
                await heard.until(kind="keypad", code="device_ready")
                await scenario(hub, heard, keypad)

    asyncio.run(run())


async def goes_on(keypad: VirtualKeypad, heard: Heard) -> None:
    keypad.press("7")
    await heard.until(event="key", key="7")


async def tapped(bed: PcscdBed, heard: Heard, uid: str) -> int:
    bed.tap(uid)
    return int((await heard.until(event="card", uid=uid))["card"])


@contextlib.asynccontextmanager
async def stopped(pid: Callable[[signal.Signals], None]) -> AsyncIterator[None]:
    """A process that gets no time; it goes on at the end, whatever happens."""
    pid(signal.SIGSTOP)
    try:
        yield
    finally:
        pid(signal.SIGCONT)


def test_a_stopped_pcscd_is_told_and_used_again_when_it_goes_on(bed: PcscdBed, tmp_path: Path) -> None:
    async def scenario(hub: DeviceHub, heard: Heard, keypad: VirtualKeypad) -> None:
        card = await tapped(bed, heard, ADA)
        async with stopped(bed.pcscd.signal):
            await heard.until(kind="card_reader", code="driver_hung")
            await heard.until(event="card_removed")
            await goes_on(keypad, heard)
            with pytest.raises((CardGone, CardMute)):
                await hub.exchange("counter", card, SELECT, 0.01)
        await heard.until(kind="card_reader", code="device_ready")
        again = int((await heard.until(event="card", uid=ADA))["card"])
        assert await hub.exchange("counter", again, SELECT, 10) == b"\x6d\x00"

    play(bed, tmp_path, scenario)


def test_a_stopped_pcscd_that_is_killed_and_started_again_is_found(bed: PcscdBed, tmp_path: Path) -> None:
    async def scenario(_hub: DeviceHub, heard: Heard, keypad: VirtualKeypad) -> None:
        bed.pcscd.signal(signal.SIGSTOP)
        await heard.until(kind="card_reader", code="driver_hung")
        await asyncio.to_thread(bed.pcscd.stop, signal.SIGKILL)
        await heard.until(kind="card_reader", code="pcscd_absent")
        await asyncio.to_thread(bed.plug)
        await heard.until(kind="card_reader", code="device_ready")
        await tapped(bed, heard, BEN)
        await goes_on(keypad, heard)

    play(bed, tmp_path, scenario)


def test_a_card_that_hangs_is_told_and_spoken_with_when_it_goes_on(bed: PcscdBed, tmp_path: Path) -> None:
    async def scenario(hub: DeviceHub, heard: Heard, keypad: VirtualKeypad) -> None:
        card = await tapped(bed, heard, ADA)
        async with stopped(bed.card_signal):
            with pytest.raises(CardMute):
                await hub.exchange("counter", card, SELECT, 0.2)
            await heard.until(kind="card_reader", code="card_mute", state="ready")
            await goes_on(keypad, heard)
        answer: Any = None
        while answer is None:
            with contextlib.suppress(CardMute):
                answer = await hub.exchange("counter", card, SELECT, 1)
        assert answer == b"\x6d\x00"

    play(bed, tmp_path, scenario)


def test_a_card_that_hangs_and_dies_is_gone_and_the_next_one_is_read(bed: PcscdBed, tmp_path: Path) -> None:
    async def scenario(hub: DeviceHub, heard: Heard, keypad: VirtualKeypad) -> None:
        card = await tapped(bed, heard, ADA)
        bed.card_signal(signal.SIGSTOP)
        with pytest.raises(CardMute):
            await hub.exchange("counter", card, SELECT, 0.2)
        bed.card_signal(signal.SIGKILL)
        await heard.until(event="card_removed")
        with pytest.raises((CardGone, DeviceLost)):
            await hub.exchange("counter", card, SELECT, 1)
        bed.new_card_process()
        await tapped(bed, heard, BEN)
        await goes_on(keypad, heard)

    play(bed, tmp_path, scenario)
