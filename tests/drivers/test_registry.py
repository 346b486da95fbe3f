"""Drivers by kind and name."""

from __future__ import annotations

import pytest

from drivers import registry
from drivers.base import OpensDrawer, Prints, ShowsPatterns, Sounds
from drivers.errors import DriverUnavailable, UnknownDriver
from drivers.options import (
    EscposOptions,
    GpioButtonOptions,
    GpioBuzzerOptions,
    GpioDrawerOptions,
    GpioOptions,
    HidKeypadOptions,
    HidScannerOptions,
    Options,
    PcscOptions,
    Pn532Options,
    PrinterDrawerOptions,
    SerialOptions,
    VirtualButtonOptions,
    VirtualOptions,
    VirtualPrinterOptions,
    WedgeOptions,
)

ABLE_TO: dict[str, type[object]] = {"printer": Prints, "light": ShowsPatterns, "drawer": OpensDrawer, "buzzer": Sounds}
SAMPLE: dict[type[Options], Options] = {
    PcscOptions: PcscOptions(),
    Pn532Options: Pn532Options(port="/dev/null"),
    SerialOptions: SerialOptions(port="/dev/null"),
    GpioOptions: GpioOptions(red=1, green=2),
    EscposOptions: EscposOptions(host="192.0.2.1"),
    VirtualPrinterOptions: VirtualPrinterOptions.model_validate({"control": "/tmp/x.sock"}),
    PrinterDrawerOptions: PrinterDrawerOptions(printer="counter"),
    GpioButtonOptions: GpioButtonOptions(pin=5),
    GpioBuzzerOptions: GpioBuzzerOptions(pin=6),
    GpioDrawerOptions: GpioDrawerOptions(pin=7),
    HidKeypadOptions: HidKeypadOptions(usb="05e0:1200"),
    HidScannerOptions: HidScannerOptions(tell_by="timing"),
    WedgeOptions: WedgeOptions(usb="ffff:0035"),
    VirtualButtonOptions: VirtualButtonOptions.model_validate({"control": "/tmp/x.sock"}),
    VirtualOptions: VirtualOptions.model_validate({"control": "/tmp/x.sock"}),
}


@pytest.mark.parametrize(("kind", "name"), registry.DRIVERS)
def test_every_driver_can_be_made_and_knows_its_kind(kind: str, name: str) -> None:
    driver = registry.create(kind, name, "counter", SAMPLE[registry.find(kind, name).options])
    assert (driver.kind, driver.device) == (kind, "counter")
    assert isinstance(driver, ABLE_TO.get(kind, object))
    driver.close()


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_kind_has_a_virtual_twin(kind: str) -> None:
    assert "virtual" in registry.names(kind)


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("card_reader", "pcs", "no card_reader driver named 'pcs'; did you mean 'pcsc'?"),
        ("scanner", "zzz", "no scanner driver named 'zzz'; there are 'hid' and 'serial' and 'virtual'"),
        ("light", "pcsc", "no light driver named 'pcsc'; there are 'gpio' and 'virtual'"),
        (
            "toaster",
            "x",
            f"no toaster driver named 'x'; kinds are {', '.join(registry.KINDS)}",
        ),
    ],
)
def test_an_unknown_driver_gets_the_way_out(kind: str, name: str, message: str) -> None:
    with pytest.raises(UnknownDriver) as caught:
        registry.find(kind, name)
    assert str(caught.value) == message


def test_a_name_is_quoted_bounded() -> None:
    with pytest.raises(UnknownDriver) as caught:
        registry.find("scanner", "x" * 5000)
    assert len(str(caught.value)) < 200


def test_a_driver_without_its_library_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = registry.Entry("drivers.card_reader.no_such_module:Reader", PcscOptions)
    monkeypatch.setattr(registry, "DRIVERS", {("card_reader", "pcsc"): gone})
    with pytest.raises(DriverUnavailable, match="no_such_module"):
        registry.create("card_reader", "pcsc", "counter", PcscOptions())
