"""A folder with the files that `stillpoint quote` reads, and the command on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from terminal.cli import main
from tests.loyalty.material import document, member_price, spend_and_save, tier_percent

PROGRAMME = document(
    member_price({"6901234567892": 990}),
    tier_percent(),
    spend_and_save(15000, 2000, "save-20"),
    spend_and_save(99900, 100, "save-1", 4),
    cash_rounding=10,
)
BASKET = {
    "zone": "Asia/Shanghai",
    "cutoff_hours": 4,
    "lines": [
        {"gtin": "6901234567892", "quantity": 2, "unit_price": 1200, "category": "snacks"},
        {"gtin": "10000000", "quantity": 1, "unit_price": 20000, "category": "drinks"},
    ],
    "removed": [],
    "points": 1050,
}
MEMBER = {
    "id": "m1",
    "tier": "gold",
    "birthday": None,
    "lots": [{"id": "a", "points": 5000, "earned_on": "2026-01-01", "expires_on": "2026-12-31"}],
    "assurance": "P1",
    "copyable_used": 0,
}
AT = "2026-03-01T12:00:00+08:00"
Change = Callable[[dict[str, Any]], Any]


class Desk:
    """Programme, basket and member stand in `folder`; other files are written by the test that needs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, value in (("programme", PROGRAMME), ("basket", BASKET), ("member", MEMBER)):
            self.put(name, value)

    def put(self, name: str, value: Any) -> str:
        """Write `value` as a JSON file, and say its path."""
        self.write(name, json.dumps(value, ensure_ascii=False))
        return self.path(name)

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.json").write_text(text, "utf-8")

    def change(self, name: str, change: Change) -> None:
        value = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        change(value)
        self.put(name, value)

    def run(self, *more: str, member: bool = True, at: str | None = AT) -> Result:
        words = ["--programme", self.path("programme"), "--basket", self.path("basket")]
        words += ["--member", self.path("member")] if member else []
        words += ["--at", at] if at is not None else []
        return quote(*words, *more)

    def path(self, name: str) -> str:
        return str(self.folder / f"{name}.json")


def quote(*words: str) -> Result:
    """`stillpoint quote` with these words."""
    return CliRunner().invoke(main, ["quote", *words])
