"""Runs in the guest: what comes out of a serial port. `python -m hil_tests.appliance.listen PORT COUNT OUT`.

The file OUT is made, empty, when the port is open, and has the bytes when so many have come.
"""

from __future__ import annotations

import sys
from pathlib import Path

import serial

LIMIT_S = 120


def main() -> None:
    """Listen once."""
    out = Path(sys.argv[3])
    with serial.Serial(sys.argv[1], timeout=LIMIT_S) as port:
        out.touch()
        out.write_bytes(port.read(int(sys.argv[2])))


if __name__ == "__main__":
    main()
