"""Power cuts: acknowledged sales and swaps that are lost, 0; and two controls that must lose some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hil_tests.bench.disk import Disk, Survivor, survivors
from hil_tests.bench.emulator import Parts
from hil_tests.bench.stand import Stand
from hil_tests.power import sales, swaps
from hil_tests.power.medium import files_in, new_medium, recovered
from hil_tests.power.recording import cut_short, look_in_guest, record
from terminal.bench.crash.cuts import State
from terminal.bench.crash.judge import Judge
from terminal.bench.crash.ledger_look import LedgerLook

SEED = 1
SALES, SWAPS = "hil_tests.power.sales", "hil_tests.power.swaps"
Note = Callable[[str, object], None]
Verdict = Callable[[Path, int], str]


@pytest.fixture(params=[4, pytest.param(60, marks=pytest.mark.long)], ids=["short", "long"])
def count(request: pytest.FixtureRequest) -> int:
    """How many sales, or swaps."""
    return int(request.param)


def judge_of(folder: Path, count: int) -> Judge:
    """Knows what the ledger says after each act of the day, from the same day on this machine."""
    laid, played = folder / "laid", folder / "played"
    laid.mkdir()
    played.mkdir()
    judge = Judge(laid, LedgerLook())
    sales.play(played, SEED, count, lambda act: judge.learn(files_in(played)))
    return judge


def of_sales(judge: Judge) -> Verdict:
    def verdict(files: Path, acknowledged: int) -> str:
        wrong = judge.judge(State(0, acknowledged, files_in(files)))
        return "right" if wrong is None else wrong.kind

    return verdict


def of_swaps(files: Path, acknowledged: int) -> str:
    """The directory is that of the newest swap that was acknowledged, or of the one that was under way."""
    found = swaps.look(files)
    if found is None:
        return "right" if acknowledged < 0 else "lost"
    return "right" if acknowledged <= found <= acknowledged + 1 else "lost"


def verdicts(disk: Disk, folder: Path, verdict: Verdict) -> Counter[str]:
    """How many of the states that the disk may have been left in are right, and how many wrong in each way."""
    found: Counter[str] = Counter()
    seen: set[tuple[int, int]] = set()
    for state in survivors(disk.begun, disk.log, SEED):
        same = hash(state.content), state.acknowledged
        if same not in seen:
            seen.add(same)
            found[verdict(recovered(state.content, folder), state.acknowledged)] += 1
    return found


def test_no_acknowledged_sale_is_lost_in_any_crash_state(
    stand: Stand, tmp_path: Path, count: int, record_property: Note
) -> None:
    disk = record(stand, new_medium(tmp_path), SALES, str(SEED), str(count))
    found = verdicts(disk, tmp_path / "state", of_sales(judge_of(tmp_path, count)))
    record_property("bench", f"sales: {found.total()} crash states at {disk.flushes} flushes, {dict(found)}")
    assert set(found) == {"right"}
    assert found.total() > disk.flushes


def test_no_acknowledged_swap_is_lost_in_any_crash_state(
    stand: Stand, tmp_path: Path, count: int, record_property: Note
) -> None:
    disk = record(stand, new_medium(tmp_path), SWAPS, str(count))
    found = verdicts(disk, tmp_path / "state", of_swaps)
    record_property("bench", f"swaps: {found.total()} crash states at {disk.flushes} flushes, {dict(found)}")
    assert set(found) == {"right"}
    assert found.total() > disk.flushes


@pytest.mark.parametrize(("option", "words"), [("", ["normal"]), (",barrier=0", [])], ids=["normal", "no barriers"])
def test_the_controls_lose_acknowledged_sales(
    stand: Stand, tmp_path: Path, option: str, words: list[str], record_property: Note
) -> None:
    disk = record(stand, new_medium(tmp_path), SALES, str(SEED), "4", *words, options=option)
    found = verdicts(disk, tmp_path / "state", of_sales(judge_of(tmp_path, 4)))
    record_property("bench", f"control {words or option}: {found.total()} crash states, {dict(found)}")
    assert found["lost"] > 0


@pytest.mark.parametrize("cut_at", [9, *(pytest.param(k, marks=pytest.mark.long) for k in range(2, 40, 3))])
def test_a_till_that_loses_its_power_at_a_flush_opens_again_with_every_sale(
    parts: Parts, share: Path, tmp_path: Path, cut_at: int, record_property: Note
) -> None:
    with Stand(parts, share) as stand:
        disk = cut_short(stand, new_medium(tmp_path), cut_at, SALES, str(SEED), "20")
    left: list[Survivor] = list(survivors(disk.begun, disk.log, SEED))[-4::3]  # all of it gone, and torn
    judge = judge_of(tmp_path, 20)
    for state in left:
        with Stand(parts, share) as stand:
            found = look_in_guest(stand, state.content)
        first = max(state.acknowledged, 0)
        assert found in judge.after[first : state.acknowledged + 2]
    record_property("bench", f"live cut at flush {cut_at}: {len(left)} restarts")
