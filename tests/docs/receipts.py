"""The receipts on the pages about pricing. `python -m tests.docs.receipts` prints them anew where they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from terminal.cli import main

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted((DOCS / "examples" / "pricing").glob("*.json"))
PAGES = (DOCS / "pricing.md", DOCS / "examples" / "README.md")
RECEIPT = re.compile(r"^<!-- receipt: ([\w-]+) -->\n```text\n(.*?)\n?```$", re.MULTILINE | re.DOTALL)
NEEDED = {"about", "programme", "basket", "member", "at", "expect"}
OPTIONAL = {"state", "options", "never"}


def read(path: Path) -> dict[str, Any]:
    """An example, with the keys that it must have."""
    example: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert set(example) >= NEEDED, path
    assert set(example) <= NEEDED | OPTIONAL, path
    return example


def printed(path: Path, *more: str) -> str:
    """What `stillpoint quote` prints for an example, with the options that it names."""
    result = CliRunner().invoke(main, ["quote", "--case", str(path), *read(path).get("options", []), *more])
    assert result.exit_code == 0, result.output
    return result.stdout.rstrip("\n")


def filled(page: str, receipts: dict[str, str]) -> str:
    """The page with each receipt as it is printed."""

    def block(found: re.Match[str]) -> str:
        return f"<!-- receipt: {found[1]} -->\n```text\n{receipts[found[1]]}\n```"

    return RECEIPT.sub(block, page)


if __name__ == "__main__":
    found = {path.stem: printed(path) for path in FILES}
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8"), found), "utf-8")
