"""A bed for worlds is one thing among others in its process."""

from __future__ import annotations

import gc
import logging

import pytest

from terminal.bench.simulation.runs import Bed, bed
from terminal.bench.simulation.settings import Settings


def test_only_a_world_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    before = gc.get_threshold()
    with bed(2) as made:
        made.live(Settings(1, terminals=2, days=1))
        assert not caplog.records, "what a world does to the product is nobody's news"
        logging.getLogger("terminal").error("a till beside it")
        assert gc.get_threshold() == before
    assert [record.getMessage() for record in caplog.records] == ["a till beside it"]


def test_what_a_silence_would_hide(caplog: pytest.LogCaptureFixture, worlds: Bed) -> None:
    """The bed that all of these tests share stands for as long as their process."""
    assert worlds.live(Settings(1, days=1)).trace.digest()
    logging.getLogger("terminal").error("heard")
    assert "heard" in caplog.text
