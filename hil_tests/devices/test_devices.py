"""The contracts on the devices that `hil_tests/bench.toml` names; what is absent is skipped, and listed at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TypeVar

import pytest

from drivers.base import DeviceStatus
from hil_tests.devices.named import FILE, named
from hil_tests.devices.person import (
    PersonBed,
    PersonCardReaderBed,
    PersonKeypadBed,
    PersonLightBed,
    PersonScannerBed,
)
from tests.contracts.card_reader import CardReaderContract
from tests.contracts.keypad import KeypadContract
from tests.contracts.light import LightContract
from tests.contracts.recorder import Recorder
from tests.contracts.scanner import ScannerContract

Bed = TypeVar("Bed", bound=PersonBed)


def bed_of(kind: str, driver: str, bed: type[Bed]) -> Iterator[Bed]:
    """The bed of a device that is named and there; skips otherwise."""
    device = named(FILE.read_text("utf-8")).get((kind, driver))
    if device is None:
        pytest.skip(f"{kind} {driver}: not named in {FILE.name}")
    told = Recorder()
    with contextlib.closing(device.made()) as probe:
        probe.start(told)
        first = told.next(DeviceStatus)
    if first.state != "ready":
        pytest.skip(f"{kind} {driver}: {first.sentence}")
    with contextlib.closing(bed(device)) as made:
        yield made


class TestCardReader(CardReaderContract):
    @pytest.fixture(params=["pcsc", "pn532", "wedge"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonCardReaderBed]:
        yield from bed_of("card_reader", request.param, PersonCardReaderBed)


class TestScanner(ScannerContract):
    @pytest.fixture(params=["serial", "hid"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonScannerBed]:
        yield from bed_of("scanner", request.param, PersonScannerBed)


class TestKeypad(KeypadContract):
    @pytest.fixture(params=["hid"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonKeypadBed]:
        yield from bed_of("keypad", request.param, PersonKeypadBed)


class TestLight(LightContract):
    @pytest.fixture(params=["gpio"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[PersonLightBed]:
        yield from bed_of("light", request.param, PersonLightBed)
