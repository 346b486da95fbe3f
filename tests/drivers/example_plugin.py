"""The example plug-in of the docs, as if it were installed."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

from drivers.plugins import GROUP

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "scale-plugin"


def points() -> list[EntryPoint]:
    """What its pyproject.toml declares. Its folder has to be on sys.path to load one."""
    declared = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][GROUP]
    return [EntryPoint(name, value, GROUP) for name, value in declared.items()]
