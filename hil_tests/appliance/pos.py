"""Runs in the guest: a till of somebody else's, that asks the terminal over the POS API until it gets its answer.

`python -m hil_tests.appliance.pos SECONDS METHOD PATH [JSON]` prints the first answer that is none of an error and ends
with 0, or the last one and ends with 1 when the time is over.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import urllib3

ADDRESS = "http://127.0.0.1:8321"
TOKEN = Path("/var/lib/stillpoint/pos-token")
STEP_S = 0.5


def ask(limit_s: float, method: str, path: str, body: str | None) -> tuple[bool, str]:
    """Whether it was done in time, and the last answer."""
    headers = {"Authorization": f"Bearer {TOKEN.read_text()}", "Content-Type": "application/json"}
    until, tick, said = time.monotonic() + limit_s, threading.Event(), ""
    with urllib3.PoolManager() as pool:
        while time.monotonic() < until:
            try:
                answer = pool.request(method, ADDRESS + path, body=body, headers=headers, retries=False)
            except urllib3.exceptions.HTTPError as error:
                said = str(error)
            else:
                said = answer.data.decode()
                if answer.status < 300:
                    return True, said
            tick.wait(STEP_S)
    return False, said


def main() -> None:
    """Exit code 0 or 1."""
    done, said = ask(float(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None)
    sys.stdout.write(said)
    sys.exit(0 if done else 1)


if __name__ == "__main__":
    main()
