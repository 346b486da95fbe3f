"""Printers on USB: found by what stays over a replug, taken from the kernel and given back, short waits."""

from __future__ import annotations

from typing import Any

import pytest
import usb.backend

from drivers.errors import DeviceLost
from drivers.options import EscposOptions
from drivers.printer.usb_wire import usb_wire
from tests.drivers.printer.usb_stand_in import UsbStandIn


def options(**more: str) -> EscposOptions:
    return EscposOptions.model_validate({"usb": "04b8:0e15", **more})


def refusal(backend: Any, **more: str) -> DeviceLost:
    with pytest.raises(DeviceLost) as lost, usb_wire(options(**more), backend):
        pass
    return lost.value


def test_bytes_go_there_and_come_back_and_the_kernel_has_it_again() -> None:
    stand_in = UsbStandIn()
    with usb_wire(options(), stand_in) as wire:
        assert (stand_in.claimed, stand_in.kernel) == (True, False)
        assert wire.read(0.1) == b""
        assert wire.write(b"\x10\x04\x01") == 3
        assert wire.read(0.1) == b"\x12"
    assert (stand_in.claimed, stand_in.kernel) == (False, True)


def test_a_printer_that_takes_a_part_or_nothing_is_waited_for() -> None:
    stand_in = UsbStandIn()
    with usb_wire(options(), stand_in) as wire:
        stand_in.room = 2
        assert wire.write(b"hello") == 2
        stand_in.room = 0
        assert wire.write(b"hello") == 0


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"serial": "P1"}, True),
        ({"serial": "P2"}, False),
        ({"usb_path": "1-1.2"}, True),
        ({"usb_path": "1-1.3"}, False),
    ],
)
def test_it_is_known_by_its_port_or_its_serial_number(more: dict[str, str], fits: bool) -> None:
    stand_in = UsbStandIn(port=2, serial="P1")
    if fits:
        with usb_wire(options(**more), stand_in):
            assert stand_in.claimed
    else:
        lost = refusal(stand_in, **more)
        assert lost.code == "printer_absent"
        assert next(iter(more.values())) in str(lost.params["place"])


def test_a_printer_that_is_held_or_away_says_so() -> None:
    stand_in = UsbStandIn()
    stand_in.held = True
    assert refusal(stand_in).code == "printer_busy"
    stand_in.plugged = False
    assert refusal(stand_in).code == "printer_absent"


def test_a_cable_that_is_pulled_is_noticed_by_either_way() -> None:
    stand_in = UsbStandIn()
    with usb_wire(options(), stand_in) as wire:
        stand_in.plugged = False
        for call in (lambda: wire.write(b"x"), lambda: wire.read(0.1)):
            with pytest.raises(DeviceLost) as lost:
                call()
            assert lost.value.code == "printer_lost"


def test_two_of_one_model_must_be_told_apart() -> None:
    class Two(UsbStandIn):
        def enumerate_devices(self) -> Any:
            return iter([self, UsbStandIn(port=3, serial="P2")])

    lost = refusal(Two())
    assert (lost.code, "usb_path" in str(lost.params["reason"])) == ("printer_refused", True)
    assert isinstance(Two(), usb.backend.IBackend)


def test_without_such_a_printer_libusb_says_that_there_is_none() -> None:
    """The real library of this machine, with a vendor that nobody has."""
    lost = refusal(None, usb="fffe:fffe")
    assert lost.code == "printer_absent"
