"""The virtual buzzer."""

from __future__ import annotations

from drivers.base import Kind, Tune
from drivers.virtual.device import VirtualDevice


class VirtualBuzzer(VirtualDevice):
    """Every client of its socket hears `{"sound": "ok"}` for each tune."""

    kind: Kind = "buzzer"

    def sound(self, tune: Tune) -> None:
        if self.plugged:
            self.tell({"sound": tune})
