"""Who the guest is: a terminal that was enrolled at a headquarters which it cannot reach."""

from __future__ import annotations

import json
from pathlib import Path

IDENTITY = {
    "device": "bench-1",
    "epoch": 1,
    "store": "s01",
    "lane": "1",
    "hq": "https://hq.bench.invalid",
    "trust_key": "11" * 32,
    "lookup_key": "22" * 32,
    "private_key": "33" * 32,
}
POS_TOKEN = "bench-pos-token-of-no-worth"


def make_state(folder: Path) -> None:
    """A terminal's state folder before its first day."""
    (folder / "identity.json").write_text(json.dumps(IDENTITY))
    (folder / "pos-token").write_text(POS_TOKEN)
