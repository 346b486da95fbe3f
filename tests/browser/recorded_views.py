"""Views as the terminal sends them, recorded in `views/`: every screen in plain and in extreme shapes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("views")
EXTREME_LINES = 60
AT_MS = 1_795_315_320_000

STATUS = {
    "online": True,
    "waiting": 0,
    "as_of_ms": AT_MS,
    "clock": "trusted",
    "notice": None,
    "demo": False,
    "storage": "ok",
    "store": {"id": "s01", "name": {"zh-CN": "静安寺店", "zh-TW": "靜安寺門市", "en": "Jing’an Temple"}},
    "currency": "CNY",
    "devices": [
        {"kind": "card_reader", "device": "counter", "state": "ready", "phrase": {"code": "device_ready"}},
        {"kind": "scanner", "device": "hand", "state": "ready", "phrase": {"code": "device_ready"}},
    ],
}

View = dict[str, Any]


def names(view: str = "") -> list[str]:
    """The recorded states whose name begins with `view`."""
    return sorted(path.stem for path in FOLDER.glob(f"{view}*.json"))


def recorded(name: str, language: str = "zh-CN") -> View:
    """One message of the stream. A state called extreme gets a basket of 60 lines out of the few recorded."""
    view: View = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    view["status"] = {**STATUS, **view.get("status", {})}
    view |= {"n": 1, "sent_ns": 0, "tap": None}
    screen = view.get("member_screen") or view["counter"]
    if "member_screen" in view:
        screen["language"] = language
    if name.endswith("_extreme"):
        for sold in (screen["basket"], screen["receipt"]):
            if sold and sold["lines"]:
                sold["lines"] = _stretched(sold["lines"])
    return view


def _stretched(lines: list[View]) -> list[View]:
    return [{**copy.deepcopy(lines[at % len(lines)]), "no": at + 1} for at in range(EXTREME_LINES)]


def phrase_codes(value: object) -> set[str]:
    """Every code of a phrase anywhere in `value`."""
    if isinstance(value, list):
        return set().union(*(phrase_codes(item) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    if isinstance(value.get("code"), str):
        return {value["code"]}
    return set().union(*(phrase_codes(item) for item in value.values()))
