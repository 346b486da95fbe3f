"""The three processes as the service manager sees them: ready, alive, and ended when asked."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.bench.layout import Layout, Ports
from terminal.bench.world import TERMINAL_PARTS
from tests.terminal.shops import IDENTITY

STILLPOINT = str(Path(sys.executable).with_name("stillpoint"))


@pytest.fixture
def layout() -> Iterator[Layout]:
    """An enrolled terminal's folder; nobody ever answers at its HQ's address."""
    with tempfile.TemporaryDirectory(prefix="sp-") as folder:
        layout = Layout(Path(folder), Ports.free())
        layout.prepare("token")
        path = layout.terminal / "identity.json"
        path.touch(0o600)
        path.write_text(json.dumps(IDENTITY.model_dump()))
        (layout.terminal / "ca.pem").write_text("")
        yield layout
        layout.wipe()


@pytest.mark.parametrize("part", TERMINAL_PARTS)
def test_a_part_says_that_it_is_ready_and_alive_and_ends_when_asked(layout: Layout, part: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(60)
        manager.bind(str(layout.state / "notify"))
        command = [STILLPOINT, "run", "--only", part, "--config", str(layout.toml)]
        process = subprocess.Popen(command, env={**os.environ, "NOTIFY_SOCKET": str(layout.state / "notify")})
        try:
            said = {manager.recv(100)}
            while not said >= {b"READY=1", b"WATCHDOG=1"}:
                said.add(manager.recv(100))
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
    assert code == 0


def test_a_device_that_was_never_enrolled_says_what_to_do(layout: Layout) -> None:
    (layout.terminal / "identity.json").unlink()
    command = [STILLPOINT, "run", "--only", "terminal", "--config", str(layout.toml)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "stillpoint enrol" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_three_run_and_end_together(layout: Layout) -> None:
    process = subprocess.Popen([STILLPOINT, "run", "--config", str(layout.toml)])
    try:
        socket_there = layout.run / "sync.sock"
        while not socket_there.exists() and process.poll() is None:
            os.sched_yield()
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0
