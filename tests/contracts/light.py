"""What every light must do."""

from __future__ import annotations

from typing import Protocol

import pytest

from drivers.base import Pattern, ShowsPatterns
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder


class LightBed(Bed, Protocol):
    """Eyes: `sees` waits until the light shows `pattern`; False if it does not come."""

    def sees(self, pattern: Pattern) -> bool: ...


def lamp(bed: LightBed) -> ShowsPatterns:
    assert isinstance(bed.driver, ShowsPatterns)
    return bed.driver


class LightContract(DriverContract):
    @pytest.mark.parametrize("pattern", ["ok", "busy", "refused"])
    def test_it_shows_each_pattern_and_goes_dark_again(self, bed: LightBed, told: Recorder, pattern: Pattern) -> None:
        told.status("device_ready")
        assert bed.sees("off")
        lamp(bed).show(pattern)
        assert bed.sees(pattern)
        lamp(bed).show("off")
        assert bed.sees("off")

    def test_the_newest_pattern_wins(self, bed: LightBed, told: Recorder) -> None:
        told.status("device_ready")
        for pattern in ("ok", "refused", "busy"):
            lamp(bed).show(pattern)
        assert bed.sees("busy")


class LightReplugContract(ReplugContract, LightContract):
    """For a light whose driver can notice that it went away."""

    def test_a_light_that_comes_back_shows_the_newest_pattern(self, bed: LightBed, told: Recorder) -> None:
        told.status("device_ready")
        lamp(bed).show("ok")
        assert bed.sees("ok")
        bed.unplug()
        lamp(bed).show("refused")
        bed.plug()
        told.status("device_ready")
        assert bed.sees("refused")
