"""A scanner on a serial adapter that speaks SSI: the decoder is played, line and driver are real."""

from __future__ import annotations

from drivers.virtual.ssi_scanner import TRIES, SsiDecoder
from hil_tests.bench.devices import SerialAdapter

ANSWER_S = 10.0  # a decoder gives up after two seconds; the guest is slow


class UartScanner:
    """Holds `adapter` while it is plugged in."""

    def __init__(self, adapter: SerialAdapter) -> None:
        self._adapter = adapter
        self.decoder = SsiDecoder(answer_s=ANSWER_S)

    def plug(self) -> None:
        """Put the cable in: the decoder starts anew."""
        self._adapter.plug()
        assert self._adapter.connection is not None
        self.decoder = SsiDecoder(self._adapter.connection.fileno(), ANSWER_S)

    def unplug(self) -> None:
        self._adapter.unplug()

    def scan(self, text: str, damage: int = 0, mute: int = 0) -> bool:
        """Send a code until the host takes it: whether it did. `damage` frames are spoilt, `mute` answers unheard."""
        self.decoder.damage, self.decoder.mute = damage, mute
        return self.decoder.scan(text)

    def scan_damaged(self) -> bool:
        """A code that is damaged each time it is sent."""
        return self.scan("6901234567892", damage=TRIES)
