"""A virtual printer at the far end of a wire of bytes, moved by a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from PIL import Image

from drivers.virtual.escpos.letters import Chinese
from drivers.virtual.escpos.machine import LOW_DOTS, Machine

LIMIT_STEPS, STEP_S = 1000, 0.01
PAPER = {"ok": None, "low": LOW_DOTS - 1, "out": 0}


class End(Protocol):
    """The printer's end of the wire. `receive` waits for a moment and raises OSError when the other end is gone."""

    def receive(self) -> bytes: ...

    def send(self, data: bytes) -> None: ...


class WiredMachine:
    """The printer stays what it is while its cable is out: paper, cover, and what it had in its buffer."""

    def __init__(self, chinese: Chinese = "gb18030") -> None:
        self._lock = threading.Lock()
        self._pieces: list[Image.Image] = []
        self.kicks = 0
        self.machine = Machine(48, chinese, self._pieces.append, self._kick)
        self.mute = False
        self._serving = True

    def serve(self, end: End) -> None:
        """Move bytes until the wire ends or after `stop`; what the printer does not take now stays in the wire."""
        rest, tick = b"", threading.Event()
        while self._serving:
            try:
                rest += end.receive() if len(rest) <= 4096 or tick.wait(STEP_S) else b""
            except OSError:
                return
            with self._lock:
                rest = rest[self.machine.feed(rest) :]
                said = self.machine.answers()
            if said and not self.mute:
                end.send(said)

    def stop(self) -> None:
        """Serve no more until `begin`, also by a thread that has not come to it yet."""
        self._serving = False

    def begin(self) -> None:
        self._serving = True

    def paper(self, state: str | int) -> None:
        self._change(lambda: setattr(self.machine.paper, "left", PAPER[state] if isinstance(state, str) else state))

    def cover(self, state: str) -> None:
        self._change(lambda: setattr(self.machine, "cover_open", state == "open"))

    def pieces(self) -> list[Image.Image]:
        with self._lock:
            return list(self._pieces)

    def kicked(self, times: int) -> bool:
        tick = threading.Event()
        return any(self.kicks == times or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))

    def _change(self, change: Callable[[], None]) -> None:
        with self._lock:
            change()
            self.machine.changed()

    def _kick(self) -> None:
        self.kicks += 1
