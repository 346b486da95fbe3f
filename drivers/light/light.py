"""What every light can do, whatever it is made of."""

from __future__ import annotations

import threading
from abc import abstractmethod

from drivers.base import Kind, Pattern
from drivers.supervised import Supervised

STEP_S = 1.0


class Light(Supervised):
    """A light holds one pattern until it is shown another; one that comes back shows the newest pattern."""

    kind: Kind = "light"

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self._pattern: Pattern = "off"
        self._changed = threading.Event()

    def show(self, pattern: Pattern) -> None:
        """Ask for `pattern` and return at once; may be called from any thread."""
        self._pattern = pattern
        self._changed.set()

    def wake(self) -> None:
        self._changed.set()

    @abstractmethod
    def draw(self, pattern: Pattern) -> None:
        """Make the light look like `pattern`; called in the light's own thread while it is open."""

    def draw_until_closed(self) -> None:
        """Follow `show`; for `hold`, once the light is open."""
        self.draw(self._pattern)
        self.report("device_ready")
        while not self.closing:
            self.beat()
            if self._changed.wait(STEP_S):
                self._changed.clear()
                self.draw(self._pattern)
