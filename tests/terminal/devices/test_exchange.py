"""Speaking with a card over the socket between the terminal and the devices process."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from drivers.base import CardTapped, Emit, Kind
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.options import VirtualOptions
from drivers.status import status
from terminal.config import DeviceConfig
from terminal.devices.host import Host
from terminal.devices.hub import DeviceHub

SELECT = bytes.fromhex("00A4040000")
CARDS = (1, 2, 3)
OK = b"\x90\x00"
LIMIT_S = 30.0
Answer = Callable[[int, bytes, float], bytes]


class Reader:
    """A card reader whose card is a function; it keeps no thread and beats for ever."""

    kind: Kind = "card_reader"
    beat_ns = 2**62

    def __init__(self, device: str, answer: Answer) -> None:
        self.device, self.exchange = device, answer
        self.shown: list[str] = []
        self.seen = threading.Event()

    def show(self, pattern: str) -> None:
        self.shown.append(pattern)
        if pattern == "busy":
            self.seen.set()

    def start(self, emit: Emit) -> None:
        emit(status(self.kind, self.device, "device_ready"))
        for card in CARDS:
            emit(CardTapped(self.device, "04A1B2C3", "uid", time.monotonic_ns(), "", card))

    def close(self) -> None:
        """Nothing to let go."""


def play(path: Path, readers: list[Reader], scenario: Callable[[DeviceHub, Host], Awaitable[None]]) -> None:
    """Run `scenario` once all readers are ready; the devices process is a thread."""
    configs = [
        DeviceConfig("card_reader", reader.device, "virtual", VirtualOptions(control=path / reader.device))
        for reader in readers
    ]
    known = {reader.device: reader for reader in readers}
    host = Host(configs, path / "devices.sock", lambda kind, name, device, options: known[device])

    async def run() -> None:
        ready: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        hub = DeviceHub(path / "devices.sock", ready.put_nowait)
        await hub.start()
        thread = threading.Thread(target=host.serve)
        thread.start()
        try:
            async with asyncio.timeout(LIMIT_S):
                for _ in range(len(readers) * (1 + len(CARDS))):
                    await ready.get()
                await scenario(hub, host)
        finally:
            host.stop()
            await asyncio.to_thread(thread.join, LIMIT_S)
            await hub.close()

    asyncio.run(run())


def raising(error: Exception) -> Answer:
    def answer(card: int, apdu: bytes, limit_s: float) -> bytes:
        raise error

    return answer


def test_the_card_hears_the_command_and_its_answer_comes_back(tmp_path: Path) -> None:
    heard: list[tuple[int, bytes, float]] = []

    def answer(*said: Any) -> bytes:
        heard.append(said)
        return said[1] + OK

    async def scenario(hub: DeviceHub, _host: Host) -> None:
        assert await hub.exchange("counter", 3, SELECT, 1.5) == SELECT + OK
        long = SELECT[:4] + bytes(2000)
        assert await hub.exchange("counter", 3, long, 0.25) == long + OK

    play(tmp_path, [Reader("counter", answer)], scenario)
    assert [(card, limit_s) for card, _, limit_s in heard] == [(3, 1.5), (3, 0.25)]


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (CardGone(), CardGone),
        (CardMute(), CardMute),
        (DeviceLost("pcscd_absent"), DeviceLost),
        (ZeroDivisionError("A404"), DeviceLost),
    ],
    ids=lambda value: str(value)[:20],
)
def test_faults_come_back_and_nothing_that_was_said_is_logged(
    tmp_path: Path, raised: Exception, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(hub: DeviceHub, _host: Host) -> None:
        with pytest.raises(error):
            await hub.exchange("counter", 1, SELECT, 1.5)

    with caplog.at_level(logging.DEBUG):
        play(tmp_path, [Reader("counter", raising(raised))], scenario)
    assert "A404" not in caplog.text.upper()


@pytest.mark.parametrize("answer", [b"", b"\x90", bytes(5000)], ids=len)
def test_an_answer_of_no_card_is_none(tmp_path: Path, answer: bytes) -> None:
    async def scenario(hub: DeviceHub, _host: Host) -> None:
        with pytest.raises(CardMute):
            await hub.exchange("counter", 1, SELECT, 1.5)

    play(tmp_path, [Reader("counter", lambda *_: answer)], scenario)


def test_a_slow_card_holds_up_neither_the_light_nor_another_reader(tmp_path: Path) -> None:
    release = threading.Event()
    slow = Reader("slow", lambda *_: (release.wait(LIMIT_S), OK)[1])
    fast = Reader("fast", lambda *_: OK)

    async def scenario(hub: DeviceHub, _host: Host) -> None:
        waiting = asyncio.create_task(hub.exchange("slow", 1, SELECT, 10))
        assert await hub.exchange("fast", 1, SELECT, 1.5) == OK
        hub.light("busy")
        assert await asyncio.to_thread(slow.seen.wait, LIMIT_S)
        assert not waiting.done()
        release.set()
        assert await waiting == OK

    play(tmp_path, [slow, fast], scenario)


def test_a_reader_has_one_exchange_at_a_time(tmp_path: Path) -> None:
    under_way, most = threading.Semaphore(1), []

    def answer(card: int, apdu: bytes, limit_s: float) -> bytes:
        most.append(under_way.acquire(blocking=False))
        under_way.release()
        return apdu + OK

    async def scenario(hub: DeviceHub, _host: Host) -> None:
        said = [SELECT + bytes([number]) for number in range(20)]
        assert await asyncio.gather(*(hub.exchange("counter", 1, apdu, 1.5) for apdu in said)) == [
            apdu + OK for apdu in said
        ]

    play(tmp_path, [Reader("counter", answer)], scenario)
    assert most == [True] * 20


def test_a_driver_that_never_answers_is_mute_and_the_next_talk_is_too(tmp_path: Path) -> None:
    release = threading.Event()

    async def scenario(hub: DeviceHub, _host: Host) -> None:
        for _ in range(2):
            with pytest.raises(CardMute):
                await hub.exchange("counter", 1, SELECT, 0.01)
        release.set()

    play(tmp_path, [Reader("counter", lambda *_: (release.wait(LIMIT_S), OK)[1])], scenario)


def test_a_devices_process_that_goes_away_ends_what_is_under_way(tmp_path: Path) -> None:
    release, begun = threading.Event(), threading.Event()

    def answer(*_: Any) -> bytes:
        begun.set()
        release.wait(LIMIT_S)
        return OK

    async def scenario(hub: DeviceHub, host: Host) -> None:
        waiting = asyncio.create_task(hub.exchange("counter", 1, SELECT, 10))
        assert await asyncio.to_thread(begun.wait, LIMIT_S)
        host.stop()
        with pytest.raises(DeviceLost) as lost:
            await waiting
        assert lost.value.code == "device_away"
        with pytest.raises(DeviceLost):
            await hub.exchange("counter", 1, SELECT, 1.5)
        release.set()

    play(tmp_path, [Reader("counter", answer)], scenario)


@pytest.mark.parametrize("card", [0, 4, 2**40])
def test_a_card_that_this_devices_process_has_not_told_is_gone(tmp_path: Path, card: int) -> None:
    """One that was tapped before the process was started again may have a number that is another card's by now."""
    asked: list[int] = []

    async def scenario(hub: DeviceHub, _host: Host) -> None:
        with pytest.raises(CardGone):
            await hub.exchange("counter", card, SELECT, 1.5)

    play(tmp_path, [Reader("counter", lambda card, *_: (asked.append(card), OK)[1])], scenario)
    assert asked == []


def test_a_reader_that_is_not_there_is_lost(tmp_path: Path) -> None:
    async def scenario(hub: DeviceHub, _host: Host) -> None:
        with pytest.raises(DeviceLost, match="reader_absent"):
            await hub.exchange("other", 1, SELECT, 1.5)

    play(tmp_path, [Reader("counter", lambda *_: OK)], scenario)
