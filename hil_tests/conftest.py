"""The virtual bench for tests on the host: one snapshot for all, and a guest for each test that wants one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hil_tests.bench import build
from hil_tests.bench.emulator import Parts
from hil_tests.bench.stand import Stand

collect_ignore = ["contracts"]  # they run in the guest, or on real devices
ROOT = Path(__file__).parents[1]
GUEST_INI = """[pytest]
addopts = -q --strict-markers -p no:cacheprovider --import-mode=importlib
pythonpath = .
filterwarnings =
    error
    ignore:builtin type (SwigPyPacked|SwigPyObject|swigvarlink) has no __module__ attribute:DeprecationWarning
"""


@pytest.fixture(scope="session")
def parts(pytestconfig: pytest.Config) -> Parts:
    """What a guest is taken up from; the first time it takes minutes to build."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    reporter = pytestconfig.pluginmanager.getplugin("terminalreporter")

    def say(words: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(words)

    return build.parts(say)


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the guest sees at /bench: the tests that run in it, and nothing of the release, which it has already."""
    folder = tmp_path_factory.mktemp("share")
    without = shutil.ignore_patterns("__pycache__")
    for name in ("tests/contracts", "hil_tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=without)
    (folder / "pytest.ini").write_text(GUEST_INI)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried on the bench, in figures."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture
def stand(parts: Parts, share: Path) -> Iterator[Stand]:
    """A guest of this test's own, taken up from the snapshot."""
    with Stand(parts, share) as stand:
        yield stand
