"""The bench of cards: the real driver proves a card in it, and a side that ends early is no figure."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from terminal.bench.card_floor import good
from terminal.bench.card_turns import Turn, heard, tell
from terminal.cli import main


def test_the_command_prints_figures_of_both_sides() -> None:
    done = CliRunner().invoke(main, ["bench", "card", "--taps", "3", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    assert (figures["bench"], figures["taps"]) == ("card", 3)
    assert figures["commands"] == figures["floor"]["commands"] == 4
    assert figures["authentication"]["samples"] == figures["floor"]["insertion_to_end"]["samples"] == 3
    assert figures["command"]["samples"] == 9
    for side in (figures, figures["identified"], figures["floor"]):
        assert side["apdu_count"] == 4
        assert side["apdu_total"]["samples"] == side["cpu"]["samples"] == 3
        assert side["command"]["median_us"] < side["apdu_total"]["median_us"] < side["insertion_to_end"]["p99_us"]
    assert figures["identified"]["command"]["samples"] == 9
    assert 0 < figures["authentication_cpu"]["median_us"] <= figures["cpu"]["p99_us"]


def test_what_one_side_tells_the_other_hears(capsys: pytest.CaptureFixture[str]) -> None:
    turn = Turn(1, 2, [3, 4], 5, 6)
    tell(turn)
    tell()
    said = capsys.readouterr().out.splitlines()
    assert [heard(line) for line in said] == [turn, None]


def test_a_side_that_ends_before_its_time_is_no_figure() -> None:
    with pytest.raises(OSError, match="ended before its time"):
        heard("")


def test_a_call_that_failed_is_no_figure() -> None:
    assert good((0, "context")) == ["context"]
    with pytest.raises(OSError, match="0x8010001D"):
        good((0x8010001D - 2**32, 0))
