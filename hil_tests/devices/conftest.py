"""Devices that are away are listed at the end, in a line each instead of one for each of their tests."""

from __future__ import annotations

import pytest

from hil_tests.devices import away
from hil_tests.devices.named import FILE, BenchWrong, named


def pytest_collection_modifyitems() -> None:
    """Say what is wrong in the file once, and not at each test."""
    try:
        named(FILE.read_text("utf-8"))
    except BenchWrong as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Tests of such devices are counted apart."""
    return (away.AWAY, "-", "AWAY") if report.skipped and away.told([report]) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for words in away.told(terminalreporter.stats.get(away.AWAY, [])):
        terminalreporter.write_line(words)
