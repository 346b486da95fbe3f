"""From a card's insertion to its proof by EV2First, and to the greeted member, beside a bare loop of as many commands.

The card is an emulated NTAG 424 DNA at a twin of the PC/SC service that tells insertions at once, where a real reader
polls its field; libpcsclite, pyscard and the driver are the real ones. Twin, driver, bare loop and till are processes;
the latter three have a reader each and take turns. The clock is the kernel's monotonic one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from terminal.bench.card_turns import Turn, heard
from terminal.bench.measure import figures

ROOT = Path(__file__).parents[2]
READERS = {
    "terminal": "Stillpoint Bench A 00 00",
    "floor": "Stillpoint Bench B 01 00",
    "till": "Stillpoint Bench C 02 00",
}
UID = "04A1B2C3D4E5F6"
UID_COMMANDS = 1  # the driver's own, which asks each card for its UID
Taken = list[tuple[int, Turn]]  # when a card was inserted, and what came of it


class Process:
    """One that says a line for each that it hears, or that it was meant to hear."""

    def __init__(self, module: str, arguments: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, **order: Any) -> None:
        line(self._process.stdin).write(json.dumps(order) + "\n")
        line(self._process.stdin).flush()

    def hear(self) -> str:
        return line(self._process.stdout).readline()

    def close(self) -> None:
        """Wait for its end; its input ends here."""
        self._process.communicate()


def line(end: IO[str] | None) -> IO[str]:
    """A pipe that was asked for is there."""
    if end is None:
        raise OSError("a process of the bench has no pipe")
    return end


def measure(taps: int) -> dict[str, Any]:
    """Insert a card `taps` times for each side, and give the times in microseconds. Judges nothing.

    `insertion` begins before the order to the twin is written; `authentication` begins with the driver's event, and
    `identified` ends with the light for the member at the till. Raises OSError when a side ends before its time.
    """
    taken: dict[str, Taken] = {name: [] for name in READERS}
    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder, sides(Path(folder), taps) as (twin, both):
        for _ in range(taps):
            for number, (name, side) in enumerate(both.items()):
                taken[name].append(tap(twin, side, number))
    ours, floor, till = taken["terminal"], taken["floor"], taken["till"]
    authentication = [turn.end_ns - turn.seen_ns for _, turn in ours]
    return {
        "taps": taps,
        "commands": UID_COMMANDS + len(ours[0][1].apdus_ns),
        "apdu_count": UID_COMMANDS + len(ours[0][1].apdus_ns),
        "identified": {
            "apdu_count": UID_COMMANDS + len(till[0][1].apdus_ns),
            "seen_to_end": figures([turn.end_ns - turn.seen_ns for _, turn in till]),
            **_shown(till),
        },
        **_shown(ours),
        "authentication": figures(authentication),
        "authentication_cpu": figures([turn.after_cpu_ns for _, turn in ours]),
        "floor": {"commands": len(floor[0][1].apdus_ns), "apdu_count": len(floor[0][1].apdus_ns), **_shown(floor)},
    }


@contextmanager
def sides(folder: Path, taps: int) -> Iterator[tuple[Process, dict[str, Process]]]:
    """The twin, and both who wait for cards there; ready."""
    path = str(folder / "pcscd.comm")
    with ExitStack() as stack:
        twin = Process("drivers.virtual.pcscd", [path, *READERS.values()], {})
        stack.callback(twin.close)
        order(twin, service="running")
        both = {}
        for name, reader in READERS.items():
            there = {"PCSCLITE_CSOCK_NAME": path}
            both[name] = Process(f"terminal.bench.card_{name}", [reader, str(taps)], there)
            stack.callback(both[name].close)
            heard(both[name].hear())
        yield twin, both


def tap(twin: Process, side: Process, reader: int) -> tuple[int, Turn]:
    """One card, until it has been taken away again."""
    inserted_ns = time.monotonic_ns()
    order(twin, tap=UID, card="ntag424", reader=reader)
    turn = heard(side.hear())
    order(twin, remove=True, reader=reader)
    heard(side.hear())
    if turn is None:
        raise OSError("a side of the bench told no figures")
    return inserted_ns, turn


def order(twin: Process, **wanted: Any) -> None:
    """Let the twin do one thing. Raises OSError with what it says instead."""
    twin.say(**wanted)
    answer = twin.hear()
    if "done" not in json.loads(answer or "{}"):
        raise OSError(f"the twin of the PC/SC service refused an order: {answer}")


def _shown(taken: Taken) -> dict[str, Any]:
    return {
        "insertion_to_seen": figures([turn.seen_ns - at_ns for at_ns, turn in taken]),
        "insertion_to_end": figures([turn.end_ns - at_ns for at_ns, turn in taken]),
        "apdu_total": figures([sum(turn.apdus_ns) for _, turn in taken]),
        "command": figures([took for _, turn in taken for took in turn.apdus_ns]),
        "cpu": figures([turn.cpu_ns for _, turn in taken]),
    }
