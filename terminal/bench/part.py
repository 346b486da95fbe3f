"""One process of the bench: started, stopped, or killed the hard way."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_S = 10.0


class Part:
    """A child process with its output in a log file, and its number beside it.

    If a bench was killed, the next one finds the number and ends what is left before it starts the same again.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name, self._command, self._log = name, list(command), log
        self._env = {**os.environ, **(env or {})}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def _number(self) -> Path:
        return self._log.with_suffix(".pid")

    def _end_left_over(self) -> None:
        """Kill the process of an earlier bench, if the number is still that of this very command."""
        text = self._number.read_text() if self._number.exists() else ""
        if not text.isdigit():
            return
        try:
            words = Path(f"/proc/{text}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return
        if self._command[1:] == words[-len(self._command[1:]) - 1 : -1]:
            os.killpg(int(text), signal.SIGKILL)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def process(self) -> int:
        """Its process number, for as long as it runs."""
        assert self._process is not None, f"{self.name} has not been started"
        return self._process.pid

    async def start(self) -> None:
        if self.running:
            return
        self._end_left_over()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._env, start_new_session=True
            )
        self._number.write_text(str(self._process.pid))

    async def kill(self) -> None:
        """Power off: SIGKILL, nothing is flushed, nobody is asked."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL if that is not enough after STOP_S seconds."""
        try:
            await asyncio.wait_for(self._end(signal.SIGTERM), STOP_S)
        except TimeoutError:
            await self.kill()

    def tail(self, lines: int = 20) -> str:
        """The end of the log, for an error message."""
        text = self._log.read_text("utf-8", "replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            os.killpg(self._process.pid, how)
        await self._process.wait()
