"""What every buzzer must do."""

from __future__ import annotations

from typing import Protocol, get_args

import pytest

from drivers.base import Sounds, Tune
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder

TUNES = get_args(Tune)


class BuzzerBed(Bed, Protocol):
    """Ears: `heard` waits until `tune`, the first since the start, has sounded; `silent` is whether it is quiet now."""

    def heard(self, tune: Tune) -> bool: ...

    def silent(self) -> bool: ...


def buzzer(bed: BuzzerBed) -> Sounds:
    assert isinstance(bed.driver, Sounds)
    return bed.driver


class BuzzerContract(DriverContract):
    @pytest.mark.parametrize("tune", TUNES)
    def test_it_sounds_each_tune(self, bed: BuzzerBed, told: Recorder, tune: Tune) -> None:
        told.status("device_ready")
        assert bed.silent()
        buzzer(bed).sound(tune)
        assert bed.heard(tune)

    def test_closing_silences_it(self, bed: BuzzerBed, told: Recorder) -> None:
        told.status("device_ready")
        assert bed.silent()
        for tune in TUNES * 10:
            buzzer(bed).sound(tune)
        bed.driver.close()
        assert bed.silent()


class BuzzerReplugContract(ReplugContract, BuzzerContract):
    """For a buzzer whose driver can notice that it went away."""
