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
    """A child process with its output in a log file. It dies with the bench: it leads no life of its own."""

    def __init__(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name, self._command, self._log = name, list(command), log
        self._env = {**os.environ, **(env or {})}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        if self.running:
            return
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._env, start_new_session=True
            )

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
