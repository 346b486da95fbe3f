"""The terminal's side of print jobs: which ones one devices process was given and has not told the end of."""

from __future__ import annotations

import time

from drivers.base import PrintEnded
from drivers.errors import DeviceLost

JOBS_MAX = 64


class Printing:
    """Belongs to one connection. What was given to a devices process that went away may be printed, or not."""

    def __init__(self) -> None:
        self._jobs: dict[str, str] = {}

    def need_room(self, job: str) -> None:
        """Raises DeviceLost when too many other jobs are under way."""
        if job not in self._jobs and len(self._jobs) >= JOBS_MAX:
            raise DeviceLost("printer_stalled")

    def begin(self, device: str, job: str) -> None:
        """A job was given."""
        self._jobs[job] = device

    def end(self, ended: PrintEnded) -> None:
        self._jobs.pop(ended.job, None)

    def lost(self) -> list[PrintEnded]:
        """The connection is gone: what is to be told of each job."""
        jobs, self._jobs = self._jobs, {}
        return [PrintEnded(device, job, "unknown", time.monotonic_ns()) for job, device in jobs.items()]
