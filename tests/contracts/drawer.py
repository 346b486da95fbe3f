"""What every cash drawer must do."""

from __future__ import annotations

from typing import Protocol

from drivers.base import DeviceStatus, OpensDrawer
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder


class DrawerBed(Bed, Protocol):
    """Eyes: `sprang_open` waits until it was opened `times` in all; `opened` counts so far."""

    def sprang_open(self, times: int) -> bool: ...

    def opened(self) -> int: ...


def drawer(bed: DrawerBed) -> OpensDrawer:
    assert isinstance(bed.driver, OpensDrawer)
    return bed.driver


class DrawerContract(DriverContract):
    def test_it_opens_once_for_each_request(self, bed: DrawerBed, told: Recorder) -> None:
        told.status("device_ready")
        for times in (1, 2):
            drawer(bed).open_drawer()
            assert bed.sprang_open(times)

    def test_it_does_not_open_by_itself(self, bed: DrawerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.driver.close()
        assert bed.opened() == 0


class DrawerReplugContract(ReplugContract, DrawerContract):
    """For a drawer whose driver can notice that it went away."""

    def test_what_was_asked_while_it_was_away_is_not_done_later(self, bed: DrawerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.unplug()
        told.next(DeviceStatus, state="missing")
        drawer(bed).open_drawer()
        bed.plug()
        told.status("device_ready")
        drawer(bed).open_drawer()
        assert bed.sprang_open(1)
