"""The virtual cash drawer."""

from __future__ import annotations

from drivers.base import Kind
from drivers.options import VirtualOptions
from drivers.virtual.control import Message
from drivers.virtual.device import VirtualDevice


class VirtualDrawer(VirtualDevice):
    """Every client of its socket hears `{"drawer": "open"}` or "shut"; the order `{"shut": true}` pushes it in."""

    kind: Kind = "drawer"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self.is_open = False
        self.opened = 0
        self.orders["shut"] = lambda _: self.shut()

    def open_drawer(self) -> None:
        """Spring open, if the cable is in; what is asked for without it is lost."""
        if self.plugged:
            self.opened += 1
            self._move(True)

    def shut(self) -> None:
        """Push the drawer in."""
        self._move(False)

    def greeting(self) -> list[Message]:
        return [self._news()]

    def _move(self, is_open: bool) -> None:
        self.is_open = is_open
        self.tell(self._news())

    def _news(self) -> Message:
        return {"drawer": "open" if self.is_open else "shut"}
