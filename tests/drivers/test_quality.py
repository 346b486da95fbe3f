"""The checklist of every driver says what is true."""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers import registry
from tests.contracts.driver import DriverContract, ReplugContract

ROOT = Path(__file__).parents[2]
QUALITY: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "drivers" / "QUALITY.toml").read_text("utf-8"))
ON_BENCH = ROOT / "hil_tests" / "contracts"
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


@pytest.mark.parametrize(("kind", "name"), [found for found in registry.DRIVERS if found[1] != "virtual"])
def test_its_page_says_how_it_is_wired_and_which_models_are_known(kind: str, name: str) -> None:
    page = (ROOT / "docs" / "reference" / "drivers.md").read_text("utf-8")
    section = page.partition(f"\n### {QUALITY[kind][name]['docs']}\n")[2].partition("\n##")[0]
    assert "\nWiring:" in section
    assert "tried" in section.partition("odel")[2], "no models, and not whether one was tried"


def test_what_is_said_of_the_bench_is_what_its_contracts_hold() -> None:
    claimed = {(kind, name) for kind, drivers in QUALITY.items() for name in drivers if drivers[name]["bench_tested"]}
    assert claimed == set(held_on_the_bench(ON_BENCH))


def test_a_contract_that_left_the_bench_would_be_missed(tmp_path: Path) -> None:
    """The control: the same folder without one suite, and with one that inherits another kind's contract."""
    whole = set(held_on_the_bench(ON_BENCH))
    for path in ON_BENCH.glob("*.py"):
        if path.name != "test_keypad.py":
            text = path.read_text("utf-8").replace("tests.contracts.light import", "tests.contracts.buzzer import")
            (tmp_path / path.name).write_text(text, "utf-8")
    assert whole - set(held_on_the_bench(tmp_path)) == {("keypad", "hid"), ("light", "gpio")}


def held_on_the_bench(folder: Path) -> Iterator[tuple[str, str]]:
    """The drivers that a suite of the bench holds to the contract of their kind, read without running any of it: a test
    class that inherits one, its bed, and the driver that this bed makes."""
    by_place = {entry.place: found for found, entry in registry.DRIVERS.items()}
    for path in sorted(folder.glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        places = imported(tree)
        for suite in (node for node in tree.body if isinstance(node, ast.ClassDef)):
            contracts = {places.get(ast.unparse(base), "").partition(":")[0] for base in suite.bases}
            for bed in beds_of(suite):
                found = by_place.get(driver_of(*places[bed].split(":")))
                if found is not None and f"tests.contracts.{found[0]}" in contracts:
                    yield found


def imported(tree: ast.Module) -> dict[str, str]:
    """Names, and from where they are as "module:name"."""
    return {
        each.name: f"{node.module}:{each.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    }


def beds_of(suite: ast.ClassDef) -> Iterator[str]:
    for node in suite.body:
        if isinstance(node, ast.FunctionDef) and node.name == "bed" and isinstance(node.returns, ast.Subscript):
            yield ast.unparse(node.returns.slice)


def driver_of(module: str, bed: str) -> str:
    """The place of the driver that a bed makes as its `driver`."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    made = [
        node.value.func
        for found in tree.body
        if isinstance(found, ast.ClassDef) and found.name == bed
        for node in ast.walk(found)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "self.driver"
        if isinstance(node.value, ast.Call)
    ]
    return imported(tree).get(ast.unparse(made[0]), "") if made else ""


def test_no_driver_claims_a_device_before_there_was_one() -> None:
    """Change this test together with the first report of a real device."""
    claims = [entry["real_device_tested"] for drivers in QUALITY.values() for entry in drivers.values()]
    assert claims == [False] * len(registry.DRIVERS)
