"""The sample chain moved to today: its dates were right on the day it was made, and a demo must not grow old."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

MEMBER_DATES = ("last_seen", "points_earned_on", "points_expires_on")
PROGRAMME_DATES = ("valid_from", "valid_until", "from", "until")


def copy_sample(source: Path, target: Path, today: date) -> None:
    """Copy the chain in `source` to `target` with every date moved by as many days as make its newest visit today."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("chain.json", "products.csv"):
        shutil.copyfile(source / name, target / name)
    with (source / "members.csv").open(encoding="utf-8", newline="") as file:
        members = list(csv.DictReader(file))
    by = today - max(date.fromisoformat(member["last_seen"]) for member in members)
    _write_members(target / "members.csv", members, by)
    programme = json.loads((source / "programme.json").read_text("utf-8"))
    (target / "programme.json").write_text(json.dumps(_moved(programme, by), ensure_ascii=False, indent=2), "utf-8")


def _write_members(path: Path, members: list[dict[str, str]], by: timedelta) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(members[0]))
        writer.writeheader()
        for member in members:
            moved = {name: _day(member[name], by) for name in MEMBER_DATES if member[name]}
            writer.writerow({**member, **moved})


def _moved(value: Any, by: timedelta) -> Any:
    """The programme with its dates moved, wherever they stand."""
    if isinstance(value, list):
        return [_moved(item, by) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _day(item, by) if name in PROGRAMME_DATES and isinstance(item, str) else _moved(item, by)
        for name, item in value.items()
    }


def _day(text: str, by: timedelta) -> str:
    return (date.fromisoformat(text) + by).isoformat()
