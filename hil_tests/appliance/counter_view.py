"""Runs in the guest: waits until the counter's screen says something, as a browser would see it.

`python -m hil_tests.appliance.counter_view SECONDS PATTERN…` ends with 0 when every pattern was found, in this order,
each in a view of its own or in the same one; with 1 and the last view when the time is over.
"""

from __future__ import annotations

import re
import sys
import time

import urllib3
from websockets import Origin
from websockets.sync.client import connect

HOST = "127.0.0.1:8321"


def wait(limit_s: float, patterns: list[str]) -> tuple[bool, str]:
    """Whether all came in time, and the last view."""
    page = urllib3.PoolManager().request("GET", f"http://{HOST}/counter")
    cookie = page.headers["set-cookie"].partition(";")[0]
    until, view, left = time.monotonic() + limit_s, "", list(patterns)
    address, origin = f"ws://{HOST}/api/v1/stream?view=counter", Origin(f"http://{HOST}")
    with connect(address, origin=origin, additional_headers={"Cookie": cookie}, max_size=None) as stream:
        while left:
            try:
                view = str(stream.recv(max(until - time.monotonic(), 0.01)))
            except TimeoutError:
                break
            while left and re.search(left[0], view):
                left.pop(0)
    return not left, view


def main() -> None:
    """Exit code 0 or 1."""
    found, view = wait(float(sys.argv[1]), sys.argv[2:])
    sys.stdout.write(view)
    sys.exit(0 if found else 1)


if __name__ == "__main__":
    main()
