"""The buzzer where its contract does not look: the newest tune wins, and a flood is bounded."""

from __future__ import annotations

from drivers.buzzer.gpio import GpioBuzzer
from drivers.buzzer.tunes import TUNES
from drivers.options import GpioBuzzerOptions
from tests.contracts.beds.pins import BuzzerPinBed
from tests.contracts.recorder import Recorder


def test_a_newer_tune_cuts_an_older_one_short() -> None:
    bed, told = BuzzerPinBed(), Recorder()
    assert isinstance(bed.driver, GpioBuzzer)
    bed.driver.start(told)
    told.status("device_ready")
    bed.driver.sound("refused")
    assert bed.wait(bed.on)
    bed.driver.sound("attention")
    assert bed.wait(lambda: bed.pulses() == 1 + len(TUNES["attention"][::2]) and not bed.on())
    bed.close()


def test_a_buzzer_that_is_away_keeps_nothing_for_later() -> None:
    buzzer = GpioBuzzer("counter", GpioBuzzerOptions(pin=24))
    for _ in range(100):
        buzzer.sound("refused")
    assert buzzer._asked.qsize() == 0
