"""`./hil devices` has a suite for each driver that the bench holds to a contract, and lists once what is away."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import registry
from hil_tests.devices import away
from tests.drivers.test_quality import ON_BENCH, held_on_the_bench, imported

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "hil_tests" / "devices" / "test_devices.py"
REAL = [found for found in registry.DRIVERS if found[1] != "virtual"]
NOT_NAMED = "not named in bench.toml"


def held_by_hand(text: str) -> Iterator[tuple[str, str]]:
    """The drivers whose kind's contract a suite inherits: its bed's parameters, read without running any of it."""
    tree = ast.parse(text)
    places = imported(tree)
    for suite in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        kinds = [places.get(ast.unparse(base), "").partition(":")[0] for base in suite.bases]
        for node in ast.walk(suite):
            if isinstance(node, ast.keyword) and node.arg == "params":
                for driver in ast.literal_eval(node.value):
                    yield kinds[0].removeprefix("tests.contracts."), driver


def test_each_driver_of_the_bench_has_a_suite_on_devices() -> None:
    held = list(held_by_hand(SUITES.read_text("utf-8")))
    assert set(held_on_the_bench(ON_BENCH)) <= set(held)
    assert sorted(held) == sorted(REAL)


@pytest.mark.parametrize(
    ("there", "instead", "missed"),
    [
        ('params=["escpos"]', "params=[]", {("printer", "escpos")}),
        ('params=["serial", "hid"]', 'params=["hid"]', {("scanner", "serial")}),
        ("tests.contracts.button import", "tests.contracts.light import", {("button", "gpio")}),
    ],
)
def test_a_driver_without_a_suite_would_be_missed(there: str, instead: str, missed: set[tuple[str, str]]) -> None:
    text = SUITES.read_text("utf-8")
    assert there in text
    assert set(held_on_the_bench(ON_BENCH)) - set(held_by_hand(text.replace(there, instead))) == missed


def listed(*arguments: str) -> list[str]:
    """What `./hil devices` says."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "hil_tests/pytest.ini",
        "--rootdir",
        ".",
        "hil_tests/devices",
        "-s",
    ]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_each_device_that_is_not_named_is_told_once() -> None:
    lines = [line for line in listed() if NOT_NAMED in line]
    assert sorted(lines) == sorted(f"{kind} {driver}: {NOT_NAMED}" for kind, driver in REAL)


def test_without_the_hooks_it_would_be_told_for_each_test() -> None:
    """The control: the same run, with pytest's own list of what was skipped."""
    told = listed("--noconftest", "-k", "Printer")
    assert sum(NOT_NAMED in line for line in told) > 10


def test_what_keeps_two_devices_apart_is_told_of_both() -> None:
    reports = [
        pytest.TestReport(
            f"test_{number}", ("", 0, ""), {}, "skipped", None, "setup", user_properties=[(away.AWAY, words)]
        )
        for number, words in enumerate(["light gpio: gone", "buzzer gpio: gone", "light gpio: gone"])
    ]
    assert away.told(reports) == ["light gpio: gone", "buzzer gpio: gone"]
