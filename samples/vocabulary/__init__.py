"""The words that the sample chain is made of, as plain text files with one thing a line."""

from __future__ import annotations

from pathlib import Path


def sections(name: str) -> dict[str, list[list[str]]]:
    """The lines of `name`.txt by their `[section]`, each split at `|`; lines before any section are under ""."""
    found: dict[str, list[list[str]]] = {}
    section = ""
    for line in (Path(__file__).parent / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(section, []).append([part.strip() for part in line.split("|")])
    return found
