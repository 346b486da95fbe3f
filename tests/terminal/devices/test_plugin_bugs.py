"""Drivers of others with a bug: it is a status of their device, and the other devices and the process go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from drivers.base import Driver, Emit, KeyPressed, Kind, Noted
from drivers.options import Options, VirtualOptions
from drivers.status import status
from terminal.config import DeviceConfig
from terminal.devices.host import Host
from tests.terminal.devices.hosting import listening, running


class Scale:
    """Without a bug: the control."""

    kind: Kind = "scale"
    device = "front"
    beat_ns: Any = 0

    def start(self, emit: Emit) -> None:
        emit(status(self.kind, self.device, "device_ready"))

    def close(self) -> None:
        """Nothing to let go."""


class Beats(Scale):
    @property
    def beat_ns(self) -> int:  # type: ignore[override]  # as a plug-in might
        raise RuntimeError("beat")


class Leans(Scale):
    def lean_on(self, drivers: Sequence[Driver]) -> None:
        raise RuntimeError("lean")


class Ends(Scale):
    def start(self, emit: Emit) -> None:
        raise SystemExit(3)


class Another(Scale):
    kind: Kind = "drawer"


class Tells(Scale):
    def __init__(self, event: Any) -> None:
        self._event = event

    def start(self, emit: Emit) -> None:
        emit(self._event)


class Closes(Scale):
    def close(self) -> None:
        raise RuntimeError("close")


class Keypad:
    """Another device, which serves on; made before the scale, it is closed after it."""

    kind: Kind = "keypad"
    device = "counter"
    beat_ns = 0

    def __init__(self) -> None:
        self.closed = False
        self.emit: Emit | None = None

    def start(self, emit: Emit) -> None:
        self.emit = emit

    def close(self) -> None:
        self.closed = True


def play(path: Path, scale: Scale, code: str) -> dict[str, Any]:
    """What the scale's status of this `code` says; another device is heard after it, and closed at the end."""
    keypad = Keypad()
    made: dict[str, Driver] = {"keypad": keypad, "scale": scale}
    configs = [
        DeviceConfig("keypad", "counter", "virtual", VirtualOptions(control=path / "k")),
        DeviceConfig("scale", "front", "acme", VirtualOptions(control=path / "s")),
    ]

    def create(kind: str, _name: str, _device: str, _options: Options) -> Driver:
        return made[kind]

    async def run() -> dict[str, Any]:
        async with listening(path / "devices.sock") as (hub, heard):
            with running(Host(configs, path / "devices.sock", create)):
                said = await heard.until(event="status", kind="scale", device="front", code=code)
                assert keypad.emit is not None
                keypad.emit(KeyPressed("counter", "7", time.monotonic_ns()))
                await heard.until(event="key", key="7")
                assert hub.dropped == 0
        return dict(said["params"])

    params = asyncio.run(run())
    assert keypad.closed
    return params


NONE = "it told what is no event: "


@pytest.mark.parametrize(
    ("scale", "reason"),
    [
        (Beats(), "RuntimeError"),
        (Leans(), "RuntimeError"),
        (Ends(), "SystemExit"),
        (Another(), "TypeError"),
        (Tells({"grams": 1}), f"{NONE}KeyError"),
        (Tells(None), f"{NONE}KeyError"),
        (Tells(Noted("scale", "front", {"grams": object()}, 1)), f"{NONE}TypeError"),  # type: ignore[dict-item]  # as a plug-in might
        (Tells(Noted("scale", "front", {}, 1)), f"{NONE}LineError"),
        (Tells(Noted("scale", "front", {"grams": 1}, "now")), f"{NONE}LineError"),  # type: ignore[arg-type]  # as a plug-in might
        (Tells(Noted("scale", "front", {"grams": "\ud800"}, 1)), f"{NONE}UnicodeEncodeError"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Scale) else value,
)
def test_a_bug_is_a_status_and_the_others_go_on(tmp_path: Path, scale: Scale, reason: str) -> None:
    assert play(tmp_path, scale, "driver_failed") == {"reason": reason}


@pytest.mark.parametrize("scale", [Scale(), Closes()], ids=["well", "closes"])
def test_one_that_is_well_until_its_end_is_ready(tmp_path: Path, scale: Scale) -> None:
    """The control, and a bug that shows when the others are still to be closed."""
    assert play(tmp_path, scale, "device_ready") == {}
