"""The report of a scripted run: what was checked, how long it took, and the counts that must agree."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


class CheckFailed(Exception):
    """A check of the script did not hold; the text says what was expected and what was found."""


def check(holds: bool, what: str) -> None:
    """Raises CheckFailed with `what` unless it holds. Stays on under every optimisation."""
    if not holds:
        raise CheckFailed(what)


@dataclass
class Stage:
    """One step of the script; `detail` is what it saw, or why it failed."""

    name: str
    ok: bool
    ms: int
    detail: str = ""

    def view(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "ms": self.ms, "detail": self.detail}


@dataclass
class Report:
    """`numbers` are the counts; the run is ok when every stage is, and nothing is lost, doubled or overspent."""

    stages: list[Stage] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return bool(self.stages) and all(stage.ok for stage in self.stages)

    def view(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.numbers, "stages": [stage.view() for stage in self.stages]}

    async def stage(self, name: str, work: Callable[[], Awaitable[str]]) -> bool:
        """Run one stage; its text becomes the detail. A failed check or an unreachable part ends it as not ok."""
        started = time.monotonic_ns()
        try:
            detail, ok = await work(), True
        except (CheckFailed, OSError, TimeoutError, RuntimeError, KeyError) as error:
            detail, ok = f"{type(error).__name__}: {error}", False
        self.stages.append(Stage(name, ok, (time.monotonic_ns() - started) // 1_000_000, detail))
        return ok
