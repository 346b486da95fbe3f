"""From the last byte of a code to the driver's event, beside a bare loop that reads lines from the same kind of wire.

Both wires are pseudo-terminals in this process; who writes is another one. They take turns, half a turn apart, so that
neither waits for the other. The clock is the kernel's monotonic one, which both processes share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import tty
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from drivers.base import DeviceStatus, Event, Scanned
from drivers.options import SerialOptions
from drivers.scanner.serial import SerialScanner
from terminal.bench.measure import figures
from terminal.bench.scan_hand import END, code

WAIT_S_MAX = 10.0
Times = list[tuple[str, int]]  # a text, and when it was there


class Wire:
    """A pseudo-terminal: one writes to `hand`, the other end has the path `port`."""

    def __init__(self) -> None:
        self.hand, self._end = os.openpty()
        tty.setraw(self._end)
        self.port = os.ttyname(self._end)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)
        os.close(self.hand)


class Ears:
    """Hears a driver: each code with the time at which it was told."""

    def __init__(self) -> None:
        self.heard: Times = []
        self.ready = threading.Event()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Scanned):
            self.heard.append((event.text, time.monotonic_ns()))
        elif isinstance(event, DeviceStatus) and event.code == "device_ready":
            self.ready.set()


class Floor:
    """The bare loop: what the kernel and Python alone take from the last byte to a line."""

    def __init__(self, port: str, lines: int) -> None:
        self.heard: Times = []
        self._lines = lines
        self._end = os.open(port, os.O_RDONLY | os.O_NOCTTY)
        self._thread = threading.Thread(target=self._read, name="floor", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until it has heard all lines, or gives up."""
        self._thread.join(WAIT_S_MAX)
        os.close(self._end)

    def _read(self) -> None:
        rest = b""
        while len(self.heard) < self._lines:
            rest += os.read(self._end, 4096)
            *lines, rest = rest.split(END)
            at_ns = time.monotonic_ns()
            self.heard += [(line.decode(), at_ns) for line in lines]


def measure(scans: int, per_second: int) -> dict[str, Any]:
    """Scan `scans` codes at `per_second` and give the times in microseconds. Judges nothing.

    `lost` are codes that no event came for, `doubled` those with more than one, `merged` are events that are no code.
    """
    with ExitStack() as stack:
        wire, floor_wire = stack.enter_context(Wire()), stack.enter_context(Wire())
        ears = Ears()
        driver = SerialScanner("bench", SerialOptions(port=wire.port))
        driver.start(ears)
        stack.callback(driver.close)
        if not ears.ready.wait(WAIT_S_MAX):
            raise OSError(f"the driver did not open {wire.port}")
        floor = Floor(floor_wire.port, scans)
        sent = _hand(scans, per_second, wire.hand, floor_wire.hand)
        floor.wait()
        _until(ears, scans)
    codes = [code(number) for number in range(scans)]
    return {
        "scans": scans,
        "per_second": per_second,
        **_account(codes, [text for text, _ in ears.heard]),
        "last_byte_to_event": figures(_delays(codes, sent["wire"], ears.heard)),
        "floor": figures(_delays(codes, sent["floor"], floor.heard)),
    }


def _hand(scans: int, per_second: int, wire: int, floor: int) -> dict[str, list[int]]:
    command = [sys.executable, "-m", "terminal.bench.scan_hand", *map(str, (scans, per_second, wire, floor))]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, pass_fds=(wire, floor), stdout=subprocess.PIPE, check=True)
    times: dict[str, list[int]] = json.loads(done.stdout)
    return times


def _until(ears: Ears, scans: int) -> None:
    """Wait for the last events; one that does not come is lost."""
    tick = threading.Event()
    end_ns = time.monotonic_ns() + round(WAIT_S_MAX * 1_000_000_000)
    while len(ears.heard) < scans and time.monotonic_ns() < end_ns:
        tick.wait(0.01)


def _account(codes: Sequence[str], heard: Sequence[str]) -> dict[str, Any]:
    counted = Counter(heard)
    return {
        "lost": sum(text not in counted for text in codes),
        "doubled": sum(counted[text] > 1 for text in codes),
        "merged": len(set(heard) - set(codes)),
        "in_order": list(heard) == sorted(heard),
    }


def _delays(codes: Sequence[str], sent: Sequence[int], heard: Times) -> list[int]:
    """Nanoseconds from sending to hearing of each code that was heard."""
    first: dict[str, int] = {}
    for text, at_ns in heard:
        first.setdefault(text, at_ns)
    return [first[text] - at_ns for text, at_ns in zip(codes, sent, strict=True) if text in first]
