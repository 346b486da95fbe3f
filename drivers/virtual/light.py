"""The virtual light."""

from __future__ import annotations

from drivers.base import Kind, Pattern
from drivers.options import VirtualOptions
from drivers.virtual.control import Message
from drivers.virtual.device import VirtualDevice


class VirtualLight(VirtualDevice):
    """Every client of its socket hears `{"light": "ok"}`: what it shows at first, then each change."""

    kind: Kind = "light"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self.pattern: Pattern = "off"

    def show(self, pattern: Pattern) -> None:
        self.pattern = pattern
        if self.plugged:
            self.tell({"light": pattern})

    def plug(self, plugged: bool) -> None:
        super().plug(plugged)
        if plugged:
            self.show(self.pattern)

    def greeting(self) -> list[Message]:
        return [{"light": self.pattern}]
