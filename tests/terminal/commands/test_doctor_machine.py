"""The doctor's look at devices: each with its driver, its status as a sentence, and what tells it from its twin."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from drivers import registry
from drivers.button.gpio import GpioButton
from drivers.buzzer.gpio import GpioBuzzer
from drivers.drawer.gpio import GpioDrawer
from drivers.evdev.held import HeldInput
from drivers.evdev.identity import Wanted
from drivers.gpio_pins import lgpio_library
from drivers.identity import Identity, TellsIdentity
from drivers.keypad.hid import HidKeypad
from drivers.light.gpio import GpioLight
from drivers.options import EscposOptions, HidKeypadOptions
from drivers.printer.escpos import EscposPrinter
from drivers.printer.usb_wire import UsbWire, usb_wire
from drivers.status import WORDS
from terminal.commands.doctor_machine import IN_USE, device, devices
from terminal.config import DeviceConfig
from terminal.devices.opening import probe
from tests.contracts.beds.fifo import EventFifo
from tests.drivers.printer.usb_stand_in import UsbStandIn

lgpio = lgpio_library()
ON_USB = EscposOptions(usb="04b8:0e15")
ABSENT = {"usb": "1209:ffff"}
# options with which nothing is there, and what is told then
WITHOUT_DEVICE: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
    ("card_reader", "wedge"): (ABSENT, "input_absent"),
    ("card_reader", "pn532"): ({"port": "/dev/no-such-port"}, "reader_port_absent"),
    ("scanner", "hid"): (ABSENT, "input_absent"),
    ("scanner", "serial"): ({"port": "/dev/no-such-port"}, "port_absent"),
    ("keypad", "hid"): (ABSENT, "input_absent"),
    ("printer", "escpos"): ({"port": "/dev/no-such-port"}, "printer_absent"),
    ("drawer", "printer"): ({"printer": "till"}, "device_ready"),
    ("drawer", "gpio"): ({"pin": 5}, "pins_absent"),
    ("light", "gpio"): ({"red": 5, "green": 6}, "pins_absent"),
    ("buzzer", "gpio"): ({"pin": 5}, "pins_absent"),
    ("button", "gpio"): ({"pin": 5}, "pins_absent"),
}
ELSEWHERE = {("card_reader", "pcsc")}  # needs the one socket of a process: see the contracts


def configured(kind: str, name: str, options: dict[str, Any]) -> DeviceConfig:
    wanted = registry.find(kind, name).options.model_validate(options)
    return DeviceConfig(kind=kind, name="counter", driver=name, options=wanted)


@pytest.mark.parametrize(("kind", "name"), WITHOUT_DEVICE, ids=".".join)
def test_a_device_of_each_driver_is_told_with_driver_and_sentence(kind: str, name: str) -> None:
    options, code = WITHOUT_DEVICE[kind, name]
    check = device(configured(kind, name, options))
    assert check.name == f"{kind}.counter"
    assert check.value == {"driver": name, "code": code, "found": []}
    assert check.sentence.endswith(f". Driver: {name}.")
    assert check.state == ("ok" if code == "device_ready" else "warn")


def test_every_driver_with_a_real_device_is_looked_at_here() -> None:
    real = {(kind, name) for kind, name in registry.DRIVERS if name != "virtual"}
    assert real == WITHOUT_DEVICE.keys() | ELSEWHERE


@pytest.mark.parametrize("kind", sorted({kind for kind, name in registry.DRIVERS if name == "virtual"}))
def test_a_virtual_device_of_each_kind_is_ready(kind: str, tmp_path: Path) -> None:
    check = device(configured(kind, "virtual", {"control": str(tmp_path / "x.sock")}))
    assert (check.state, check.value) == ("ok", {"driver": "virtual", "code": "device_ready", "found": []})


def test_what_another_program_holds_is_in_use_whatever_it_is() -> None:
    assert {code for code in WORDS if code.endswith("_busy")} == IN_USE


class Taken(MockFactory):
    """A board on which another process holds every pin."""

    def pin(self, *_: object, **__: object) -> Any:
        raise lgpio.error(lgpio.error_text(lgpio.GPIO_BUSY))


@pytest.mark.parametrize(
    ("kind", "made"), [("light", GpioLight), ("drawer", GpioDrawer), ("buzzer", GpioBuzzer), ("button", GpioButton)]
)
def test_pins_that_the_running_terminal_holds_are_no_fault(kind: str, made: Any) -> None:
    wanted = configured(kind, "gpio", WITHOUT_DEVICE[kind, "gpio"][0])
    check = device(wanted, lambda _kind, _name, device, options: made(device, options, Taken))
    assert (check.state, check.value) == ("warn", {"driver": "gpio", "code": "pins_busy", "found": []})
    assert "counter is in use: stop the terminal" in check.sentence


def test_a_device_that_types_is_told_with_its_port_and_number(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event0")
    pad = Identity("Numeric pad", "P7", "1-1.2")

    def opened(wanted: Wanted) -> HeldInput:
        return HeldInput(EventFifo(tmp_path / "event0"), str(wanted), identity=pad)

    end = os.open(tmp_path / "event0", os.O_RDWR)
    options = HidKeypadOptions(usb="1209:ffff")
    wanted = DeviceConfig(kind="keypad", name="pad", driver="hid", options=options)
    probed = probe(wanted, 20, lambda kind, name, device, _: HidKeypad(device, options, opened))
    os.close(end)
    assert probed.status is not None
    assert (probed.status.code, probed.identities) == ("device_ready", (pad,))


def test_a_device_that_is_not_held_tells_nothing_of_itself() -> None:
    typing, printing = (
        HidKeypad("pad", HidKeypadOptions(usb="1209:ffff")),
        EscposPrinter("till", EscposOptions(port="x")),
    )
    assert isinstance(typing, TellsIdentity)
    assert isinstance(printing, TellsIdentity)
    assert typing.identities() == printing.identities() == []


class OnStandIn(EscposPrinter):
    """A printer whose USB is in memory."""

    def wire(self) -> AbstractContextManager[UsbWire]:
        return usb_wire(ON_USB, UsbStandIn(port=2, serial="P1"))


def test_a_printer_on_usb_is_told_with_its_port_and_number() -> None:
    wanted = DeviceConfig(kind="printer", name="till", driver="escpos", options=ON_USB)
    probed = probe(wanted, 20, lambda kind, name, device, _: OnStandIn(device, ON_USB))
    assert probed.status is not None
    assert probed.status.code == "device_ready"
    assert probed.identities == (Identity("USB 04b8:0e15", "P1", "1-1.2"),)


def named(kind: str, driver: str, name: str, options: dict[str, Any]) -> DeviceConfig:
    made = registry.find(kind, driver).options.model_validate(options)
    return DeviceConfig(kind=kind, name=name, driver=driver, options=made)


@pytest.mark.parametrize(
    ("driver", "options", "state", "code"),
    [
        ("escpos", {"port": "/dev/absent"}, "warn", "drawer_unreached"),
        ("virtual", {"control": "x.sock"}, "ok", "device_ready"),
    ],
)
def test_a_drawer_at_a_printer_is_there_when_its_printer_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str, options: dict[str, str], state: str, code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    drawer = named("drawer", "printer", "cash", {"printer": "till"})
    check, _ = devices([drawer, named("printer", driver, "till", options)])
    assert (check.name, check.state, check.value["code"]) == ("drawer.cash", state, code)
