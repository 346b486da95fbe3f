"""The tables of a documentation page as rows of cells, so that a test can run what they show."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def table(page: str, header: str) -> list[list[str]]:
    """The rows under the line `header` of docs/`page`, cells without blanks and backticks. ValueError if absent."""
    lines = (DOCS / page).read_text("utf-8").splitlines()
    start = lines.index(header) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows
