"""Drivers that hang."""

from __future__ import annotations

from drivers.base import Emit, Kind
from drivers.status import status
from terminal.devices.outbound import Outbound
from terminal.devices.watch import HUNG_NS, Watch


class Still:
    """A driver whose beat is set by hand."""

    kind: Kind = "card_reader"
    device = "counter"
    beat_ns = 0

    def start(self, emit: Emit) -> None:
        emit(status(self.kind, self.device, "device_ready"))

    def close(self) -> None:
        """Nothing to let go."""


def test_a_driver_without_a_beat_is_hung_until_it_beats_again() -> None:
    driver, outbound = Still(), Outbound(lambda: None)
    driver.start(outbound.put)
    watch = Watch([driver], outbound)
    assert watch.all_alive(HUNG_NS)
    assert not watch.all_alive(HUNG_NS + 1)
    assert not watch.all_alive(HUNG_NS + 2)
    hung = outbound.status("card_reader", "counter")
    assert hung is not None
    assert (hung.state, hung.code) == ("failed", "driver_hung")
    driver.beat_ns = HUNG_NS
    assert watch.all_alive(HUNG_NS + 3)
    assert outbound.status("card_reader", "counter") == status("card_reader", "counter", "device_ready")


def test_what_the_driver_says_itself_counts_more() -> None:
    driver, outbound = Still(), Outbound(lambda: None)
    driver.start(outbound.put)
    watch = Watch([driver], outbound)
    watch.all_alive(HUNG_NS + 1)
    driver.beat_ns = HUNG_NS + 1
    outbound.put(status("card_reader", "counter", "pcscd_absent"))
    watch.all_alive(HUNG_NS + 2)
    assert outbound.status("card_reader", "counter") == status("card_reader", "counter", "pcscd_absent")
