"""The contracts on the devices that `hil_tests/bench.toml` names; what is absent is skipped, and listed at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TypeVar

import pytest

from hil_tests.devices import away
from hil_tests.devices.named import FILE, NAME, Named, named
from hil_tests.devices.person import (
    PersonBed,
    PersonButtonBed,
    PersonBuzzerBed,
    PersonCardReaderBed,
    PersonKeypadBed,
    PersonLightBed,
    PersonScannerBed,
)
from hil_tests.devices.person_drawer import PersonDrawerBed, PersonPrinterDrawerBed
from hil_tests.devices.person_printer import PersonPrinterBed
from terminal.config import DeviceConfig
from terminal.devices.opening import probe
from tests.contracts.button import ButtonContract
from tests.contracts.buzzer import BuzzerContract
from tests.contracts.card_reader import CardReaderContract
from tests.contracts.drawer import DrawerContract, DrawerReplugContract
from tests.contracts.keypad import KeypadContract
from tests.contracts.light import LightContract
from tests.contracts.printer import PrinterReplugContract
from tests.contracts.scanner import ScannerContract

Bed = TypeVar("Bed", bound=PersonBed)
ANSWER_S = 30.0
ABSENT = pytest.StashKey[dict[tuple[str, str], str]]()  # why; a device that was not there once is not asked again


def there(request: pytest.FixtureRequest, kind: str, driver: str) -> Named:
    """A device that is named and ready; skips otherwise."""
    device = named(FILE.read_text("utf-8")).get((kind, driver))
    if device is None:
        away.skip(request, f"{kind} {driver}: not named in {FILE.name}")
    absent = request.config.stash.setdefault(ABSENT, {})
    why = absent[kind, driver] if (kind, driver) in absent else lacking(device)
    if why:
        absent[kind, driver] = why
        away.skip(request, f"{kind} {driver}: {why}")
    return device


def lacking(device: Named) -> str:
    """Why it is not ready; nothing if it is."""
    told = probe(DeviceConfig(device.kind, NAME, device.driver, device.options), ANSWER_S).status
    if told is None:
        return "it does not answer"
    return "" if told.state == "ready" else told.sentence


def bed_of(kind: str, bed: type[Bed], request: pytest.FixtureRequest) -> Iterator[Bed]:
    """The bed of a device that is there; its driver is the fixture's parameter."""
    with contextlib.closing(bed(there(request, kind, request.param))) as made:
        yield made


class TestCardReader(CardReaderContract):
    @pytest.fixture(params=["pcsc", "pn532", "wedge"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonCardReaderBed]:
        yield from bed_of("card_reader", PersonCardReaderBed, request)


class TestScanner(ScannerContract):
    @pytest.fixture(params=["serial", "hid"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonScannerBed]:
        yield from bed_of("scanner", PersonScannerBed, request)


class TestKeypad(KeypadContract):
    @pytest.fixture(params=["hid"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonKeypadBed]:
        yield from bed_of("keypad", PersonKeypadBed, request)


class TestPrinter(PrinterReplugContract):
    @pytest.fixture(params=["escpos"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonPrinterBed]:
        yield from bed_of("printer", PersonPrinterBed, request)


class TestDrawer(DrawerContract):
    @pytest.fixture(params=["gpio"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonDrawerBed]:
        yield from bed_of("drawer", PersonDrawerBed, request)


class TestDrawerAtPrinter(DrawerReplugContract):
    @pytest.fixture(params=["printer"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonPrinterDrawerBed]:
        drawer, printer = there(request, "drawer", request.param), there(request, "printer", "escpos")
        with contextlib.closing(PersonPrinterDrawerBed(drawer, printer)) as made:
            yield made


class TestLight(LightContract):
    @pytest.fixture(params=["gpio"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonLightBed]:
        yield from bed_of("light", PersonLightBed, request)


class TestBuzzer(BuzzerContract):
    @pytest.fixture(params=["gpio"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonBuzzerBed]:
        yield from bed_of("buzzer", PersonBuzzerBed, request)


class TestButton(ButtonContract):
    @pytest.fixture(params=["gpio"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonButtonBed]:
        yield from bed_of("button", PersonButtonBed, request)
