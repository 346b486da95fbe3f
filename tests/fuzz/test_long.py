"""The long run counts, finds and keeps; what it once kept is read or refused ever after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.long import (
    FAILURES_MAX,
    REGRESSIONS,
    TookTooLong,
    bounded,
    folder_name,
    inputs_of,
    keep,
    main,
    run,
    within,
)
from tests.fuzz.readers import Reader
from tests.fuzz.trial import all_readers, give


def careless(data: bytes) -> int:
    return data[3]


GOOD = Reader("good / one", (b"abcd", b"efgh"), bytes.hex, ())
CARELESS = Reader("careless", (b"abcd",), careless, (ValueError,))


def test_what_was_kept_does_no_harm_any_more() -> None:
    by_folder = {folder_name(reader): reader for reader in all_readers()}
    for path in sorted(REGRESSIONS.glob("*/*")):
        give(by_folder[path.parent.name], path.read_bytes())


def test_readers_are_told_apart_by_their_folders() -> None:
    assert len({folder_name(reader) for reader in all_readers()}) == len(all_readers())


def test_inputs_are_as_many_as_wanted_and_the_same_for_the_same_seed() -> None:
    assert len(list(inputs_of(GOOD, 101, "1"))) == 101
    assert list(inputs_of(GOOD, 50, "1")) == list(inputs_of(GOOD, 50, "1")) != list(inputs_of(GOOD, 50, "2"))


def test_a_reader_that_is_well_has_its_inputs_counted() -> None:
    tally = run(GOOD, inputs_of(GOOD, 40, "1"))
    assert (tally.inputs, tally.refused, tally.failures) == (40, 0, [])


def test_a_reader_that_forgets_a_case_is_found_and_its_inputs_kept(tmp_path: Path) -> None:
    tally = run(CARELESS, inputs_of(CARELESS, 1000, "1"))
    assert len(tally.failures) == FAILURES_MAX
    data, error = tally.failures[0]
    assert error.startswith("IndexError")
    assert keep(CARELESS, data, tmp_path).read_bytes() == data
    assert keep(GOOD, data, tmp_path).parent.name == "good___one"


def test_the_command_prints_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(30, "1", ["seal", "pn532 target"]) == 0
    *each, last = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in each] == ["pn532 target", "seal"]
    assert last.startswith("30 inputs to 2 readers, 0 failures")


def endless(_: bytes) -> None:
    while True:
        pass


def test_a_reader_that_hangs_is_found() -> None:
    with bounded():
        tally = run(Reader("endless", (b"a",), endless, (Exception,)), [b"a"], cpu_s_max=0.02)
    assert [error for _, error in tally.failures] == ["TookTooLong: too much processor time"]


def test_a_test_that_hangs_is_found() -> None:
    """The control of what the tests of readers are run in."""
    with pytest.raises(TookTooLong), within(0.02):
        endless(b"")
    with within(60.0):
        careless(b"abcd")
