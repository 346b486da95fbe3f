"""docs/programme.md as data: its sections, the keys in their tables, and its examples put together.

`python -m tests.docs.programme_page` writes the examples as one document, docs/examples/programme.json.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "programme.md").read_text("utf-8")


def sections(page: str) -> dict[str, str]:
    """The text under each heading of the second and third level, by the heading without its backticks."""
    parts = re.split(r"^##+ (.*)$", page, flags=re.MULTILINE)
    return {heading.replace("`", ""): text for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def documented(text: str) -> set[str]:
    """The keys in the first column of the tables whose header begins with `key`."""
    tables = re.findall(r"^\| key \|.*\n\|[-|]+\n((?:\|.*\n?)+)", text, re.MULTILINE)
    cells = [row.split("|")[1] for table in tables for row in table.strip().splitlines()]
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


def examples(text: str) -> list[Any]:
    """Every block of JSON."""
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


def together(parts: list[Any]) -> Any:
    """The parts as one: lists one after the other, objects key by key."""
    first, *others = parts
    for part in others:
        if isinstance(first, list):
            first = [*first, *part]
        else:
            both = {key: together([first[key], part[key]]) for key in first if key in part}
            first = {**first, **part, **both}
    return first


def text_of(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text_of(together(examples(PAGE))))
