"""kill −9 at any moment: what was acknowledged is there, whole and in order, when the ledger is opened again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal.store.audit import audit
from tests.terminal.store.material import append, open_ledger

ROOT = Path(__file__).parents[3]
KILLS = 20
MOST_KILLS = 400  # of the control, which nearly always loses at the first few


class Victim:
    """The process of `appender`; `kill_after` lets it run until it has acknowledged so many more."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def kill_after(self, count: int) -> int:
        """Returns the newest seq that it acknowledged before it died."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("go\n")
        stdin.flush()
        pid, newest, seen = 0, 0, 0
        for line in stdout:
            if line.startswith("pid"):
                pid = int(line.split()[1])
            elif line == "gone\n":
                return newest
            else:
                newest, seen = int(line), seen + 1
            if pid and seen == count:
                os.kill(pid, signal.SIGKILL)
        raise AssertionError("the appender ended by itself")


@contextmanager
def victim(path: Path, way: str) -> Iterator[Victim]:
    command = [sys.executable, "-m", "tests.terminal.store.appender", str(path), way]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, bufsize=1, **pipes) as process:
        try:
            yield Victim(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def head_after(path: Path) -> int:
    with open_ledger(path) as ledger:
        return ledger.head().seq


def test_every_acknowledged_operation_survives_the_kill(path: Path) -> None:
    chance, before = random.Random(7), 0
    with victim(path, "honest") as till:
        for _ in range(KILLS):
            acknowledged = till.kill_after(chance.randint(1, 30))
            head = head_after(path)
            assert before < acknowledged <= head <= acknowledged + 1
            before = head
    assert audit(path) == []
    with open_ledger(path) as ledger:
        append(ledger, earn=1)


def test_an_answer_before_the_commit_is_caught(path: Path) -> None:
    """The control: the same check finds a loss when the till answers too early."""
    chance = random.Random(7)
    with victim(path, "hasty") as till:
        for _ in range(MOST_KILLS):
            if head_after(path) < till.kill_after(chance.randint(1, 5)) > head_after(path):
                return
    raise AssertionError("the hasty till lost nothing")
