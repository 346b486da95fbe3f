"""The other end of the wires in the bench of scans: a process of its own, so that its work is nobody's delay.

`python -m terminal.bench.scan_hand SCANS PER_SECOND WIRE FLOOR` writes each code to the file descriptor WIRE, and half
a turn later to FLOOR. At the end it prints a JSON object: for "wire" and "floor" the monotonic times in nanoseconds at
which the last byte of each code was handed to the kernel.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

END = b"\r"


def code(number: int) -> str:
    """The code of one scan: thirteen digits, none twice."""
    return f"69{number:011}"


def scan(descriptor: int, text: str) -> int:
    """Put one code on a wire. The time just before its last byte was."""
    os.write(descriptor, text.encode())
    at_ns = time.monotonic_ns()
    os.write(descriptor, END)
    return at_ns


def main() -> None:
    """The process: its arguments are whole numbers."""
    scans, per_second, wire, floor = map(int, sys.argv[1:])
    half_ns = 500_000_000 // per_second
    times: dict[str, list[int]] = {"wire": [], "floor": []}
    clock = threading.Event()
    next_ns = time.monotonic_ns()
    for turn in range(2 * scans):
        next_ns += half_ns
        clock.wait(max(0, next_ns - time.monotonic_ns()) / 1_000_000_000)
        name, descriptor = ("floor", floor) if turn % 2 else ("wire", wire)
        times[name].append(scan(descriptor, code(turn // 2)))
    sys.stdout.write(json.dumps(times))


if __name__ == "__main__":
    main()
