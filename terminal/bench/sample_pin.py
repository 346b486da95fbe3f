"""The PIN of one sample member. It is no secret: the bench's page tells it.

HQ sets it by the commands that set real ones, and the terminal learns of it by sync.
"""

from __future__ import annotations

from terminal.bench.layout import Layout

MEMBER = "m0004"
PIN = "407163"
WRONG = "407164"
BY = "demo"


async def give_pin(layout: Layout) -> None:
    """Have HQ make a pepper and set the PIN, unless that was done."""
    done = layout.state / "pin-set"
    if done.exists():
        return
    hq = ["--state", str(layout.hq)]
    await layout.tool("stillpoint-hq", "pin", "begin", *hq)
    await layout.tool("stillpoint-hq", "pin", "set", MEMBER, "--by", BY, *hq, typed=f"{PIN}\n{PIN}\n")
    done.touch()
