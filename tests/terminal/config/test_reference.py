"""The reference pages name every key, every driver and every status."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from drivers import registry
from drivers.status import WORDS
from terminal.config.read import SECTIONS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def tables() -> Iterator[tuple[str, type[BaseModel]]]:
    """The heading of each table of the file, and what it holds."""
    for name, model in SECTIONS.items():
        yield f"[{name}]", model
    for (kind, driver), entry in registry.DRIVERS.items():
        yield f"[{kind}.NAME], driver {driver}", entry.options


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The cells of the table under a heading, by the key in the first one."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    lines = [line for line in found.group(1).splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("` "): row[1:] for row in cells}


@pytest.mark.parametrize(
    ("heading", "model"), list(tables()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_key_is_documented_with_type_default_and_meaning(heading: str, model: type[BaseModel]) -> None:
    documented = rows((REFERENCE / "terminal-toml.md").read_text("utf-8"), heading)
    assert set(documented) == set(model.model_fields)
    for key, field in model.model_fields.items():
        kind, default, meaning = documented[key]
        assert kind
        assert len(meaning) > 10
        assert default == ("required" if field.is_required() else shown(field.default)), key


def shown(default: object) -> str:
    """A default as the page shows it, in TOML."""
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if isinstance(default, int) else f'`"{default}"`'


@pytest.mark.parametrize(("kind", "driver"), registry.DRIVERS)
def test_every_driver_has_its_section(kind: str, driver: str) -> None:
    assert f"\n### {kind}: {driver}\n" in (REFERENCE / "drivers.md").read_text("utf-8")


def test_every_status_is_documented_with_its_state() -> None:
    documented = rows((REFERENCE / "drivers.md").read_text("utf-8"), "Statuses")
    assert {code: cells[0] for code, cells in documented.items()} == {code: state for code, (state, _) in WORDS.items()}
