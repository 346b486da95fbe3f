"""What every scale must do; the kind is brought by a plug-in."""

from __future__ import annotations

from typing import Protocol

from drivers.base import Noted
from tests.contracts.driver import Bed, ReplugContract
from tests.contracts.driver import DriverContract as Contract
from tests.contracts.recorder import Recorder


class ScaleBed(Bed, Protocol):
    """A hand that puts goods on the scale."""

    def weigh(self, grams: int) -> None: ...

    def noise(self) -> None: ...


class ScaleContract(ReplugContract, Contract):
    def test_each_new_weight_is_told_in_grams(self, bed: ScaleBed, told: Recorder) -> None:
        told.status("device_ready")
        for grams in (512, 0, 15_000):
            bed.weigh(grams)
            bed.weigh(grams)
            noted = told.next(Noted)
            assert (noted.kind, noted.device, noted.values) == (
                "scale",
                bed.driver.device,
                {"grams": grams, "stable": 1},
            )

    def test_noise_is_no_weight(self, bed: ScaleBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.noise()
        bed.weigh(100)
        assert told.next(Noted).values["grams"] == 100
        assert len(told.all(Noted)) == 1
