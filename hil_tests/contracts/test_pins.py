"""The contracts of drawer, buzzer and button on the lines of a GPIO chip."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.gpio_sim import ButtonBed, BuzzerBed, DrawerBed
from tests.contracts.button import ButtonContract
from tests.contracts.buzzer import BuzzerContract
from tests.contracts.drawer import DrawerContract


class TestDrawer(DrawerContract):
    @pytest.fixture
    def bed(self) -> Iterator[DrawerBed]:
        with contextlib.closing(DrawerBed()) as bed:
            yield bed


class TestBuzzer(BuzzerContract):
    @pytest.fixture
    def bed(self) -> Iterator[BuzzerBed]:
        with contextlib.closing(BuzzerBed()) as bed:
            yield bed


class TestButton(ButtonContract):
    @pytest.fixture(params=["up", "down"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[ButtonBed]:
        with contextlib.closing(ButtonBed(request.param)) as bed:
            yield bed
