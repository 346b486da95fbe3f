"""The checklist of every driver says what is true."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from drivers import registry
from tests.contracts.driver import DriverContract, ReplugContract

ROOT = Path(__file__).parents[2]
QUALITY: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "drivers" / "QUALITY.toml").read_text("utf-8"))
KEYS = {"contract", "replug", "bench_tested", "real_device_tested", "docs"}


def suite_of(contract: str) -> type[Any]:
    """The class that "path::Class" names."""
    path, _, name = contract.partition("::")
    found = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
    assert isinstance(found, type)
    return found


def test_every_driver_is_on_the_list_and_nothing_else() -> None:
    listed = {(kind, name) for kind, drivers in QUALITY.items() for name in drivers}
    assert listed == set(registry.DRIVERS)


@pytest.mark.parametrize(("kind", "name"), registry.DRIVERS)
def test_what_the_list_says_is_true(kind: str, name: str) -> None:
    entry = QUALITY[kind][name]
    assert set(entry) == KEYS
    suite = suite_of(entry["contract"])
    assert issubclass(suite, DriverContract)
    assert suite.__mro__[1].__module__ == f"tests.contracts.{kind}"
    assert issubclass(suite, ReplugContract) == entry["replug"]
    assert f"\n### {entry['docs']}\n" in (ROOT / "docs" / "reference" / "drivers.md").read_text("utf-8")


def test_no_driver_claims_a_device_before_there_was_one() -> None:
    """Change this test together with the first report of a real device."""
    claims = [entry["real_device_tested"] for drivers in QUALITY.values() for entry in drivers.values()]
    assert claims == [False] * len(registry.DRIVERS)
