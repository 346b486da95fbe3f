"""Runs in the guest: feeds the machine's watchdog once, and never again while it is there."""

from __future__ import annotations

import fcntl
import os
import signal
import struct

DOG = "/dev/watchdog0"
SET_TIMEOUT = 0xC0045706  # WDIOC_SETTIMEOUT
SECONDS = 2


def main() -> None:
    """Until it is ended; letting go of the watchdog would be another thing than not feeding it."""
    dog = os.open(DOG, os.O_WRONLY)
    fcntl.ioctl(dog, SET_TIMEOUT, struct.pack("i", SECONDS))
    os.write(dog, b"x")
    signal.pause()


if __name__ == "__main__":
    main()
