"""The bench of scans: it measures the real driver, and notices what is lost."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from drivers.base import Event, Scanned
from terminal.bench import scan_bench
from terminal.bench.scan_bench import _account, measure
from terminal.bench.scan_hand import code
from terminal.cli import main


def test_every_code_comes_once_and_in_order() -> None:
    result = measure(30, 300)
    assert [result[name] for name in ("scans", "lost", "doubled", "merged", "in_order")] == [30, 0, 0, 0, True]
    assert result["last_byte_to_event"]["samples"] == result["floor"]["samples"] == 30


def test_what_did_not_come_as_it_was_sent_is_counted() -> None:
    codes = [code(number) for number in range(4)]
    good = {"lost": 0, "doubled": 0, "merged": 0, "in_order": True}
    assert _account(codes, codes) == good
    assert _account(codes, codes[1:]) == {**good, "lost": 1}
    assert _account(codes, [codes[0], *codes]) == {**good, "doubled": 1}
    assert _account(codes, [codes[0] + codes[1], *codes[2:]]) == {**good, "lost": 2, "merged": 1}
    assert _account(codes, codes[::-1]) == {**good, "in_order": False}


class Deaf(scan_bench.Ears):
    """Hears that the driver is ready, and no code."""

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Scanned):
            super().__call__(event)


def test_where_nothing_is_heard_all_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_bench, "Ears", Deaf)
    monkeypatch.setattr(scan_bench, "WAIT_S_MAX", 2.0)
    result = measure(3, 300)
    assert (result["lost"], result["last_byte_to_event"], result["floor"]["samples"]) == (3, {"samples": 0}, 3)


def test_codes_are_all_different() -> None:
    assert len({code(number) for number in range(1000)}) == 1000
    assert {len(code(number)) for number in (0, 99_999)} == {13}


def test_the_command_prints_figures() -> None:
    done = CliRunner().invoke(main, ["bench", "scan", "--scans", "5", "--per-second", "500", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    assert (figures["bench"], figures["scans"], figures["lost"]) == ("scan", 5, 0)
    assert set(figures["floor"]) == {"samples", "median_us", "p95_us", "p99_us"}
