"""Power cuts: acknowledged sales and swaps that are lost, 0; and two controls that must lose some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from hil_tests.bench.devices import LoggedDisk
from hil_tests.bench.disk import Disk, Survivor, Write, replayed, survivors
from hil_tests.bench.emulator import Parts
from hil_tests.bench.stand import Stand
from hil_tests.power.judging import judge_of, of_sales, of_swaps, verdicts
from hil_tests.power.medium import new_medium
from hil_tests.power.recording import cut_short, look_in_guest, record, record_by_qemu

SEED = 1
SALES, SWAPS = "hil_tests.power.sales", "hil_tests.power.swaps"
Note = Callable[[str, object], None]


@pytest.fixture(params=[4, pytest.param(60, marks=pytest.mark.long)], ids=["short", "long"])
def count(request: pytest.FixtureRequest) -> int:
    """How many sales, or swaps."""
    return int(request.param)


def left_of(disk: Disk) -> Iterator[Survivor]:
    """What may lie on it, cut at each flush and at each answer."""
    return survivors(disk.begun, disk.log, SEED)


def test_no_acknowledged_sale_is_lost_in_any_crash_state(
    stand: Stand, tmp_path: Path, count: int, record_property: Note
) -> None:
    disk = record(stand, new_medium(tmp_path), SALES, str(SEED), str(count))
    found = verdicts(left_of(disk), tmp_path / "state", of_sales(judge_of(tmp_path, SEED, count)))
    record_property("bench", f"sales: {found.total()} crash states at {disk.flushes} flushes, {dict(found)}")
    assert set(found) == {"right"}
    assert found.total() > disk.flushes


def test_no_acknowledged_swap_is_lost_in_any_crash_state(
    stand: Stand, tmp_path: Path, count: int, record_property: Note
) -> None:
    disk = record(stand, new_medium(tmp_path), SWAPS, str(count))
    found = verdicts(left_of(disk), tmp_path / "state", of_swaps)
    record_property("bench", f"swaps: {found.total()} crash states at {disk.flushes} flushes, {dict(found)}")
    assert set(found) == {"right"}
    assert found.total() > disk.flushes


@pytest.mark.parametrize(("option", "words"), [("", ["normal"]), (",barrier=0", [])], ids=["normal", "no barriers"])
def test_the_controls_lose_acknowledged_sales(
    stand: Stand, tmp_path: Path, option: str, words: list[str], record_property: Note
) -> None:
    disk = record(stand, new_medium(tmp_path), SALES, str(SEED), "4", *words, options=option)
    found = verdicts(left_of(disk), tmp_path / "state", of_sales(judge_of(tmp_path, SEED, 4)))
    record_property("bench", f"control {words or option}: {found.total()} crash states, {dict(found)}")
    assert found["lost"] > 0


@pytest.mark.parametrize("cut_at", [9, *(pytest.param(k, marks=pytest.mark.long) for k in range(2, 40, 3))])
def test_a_till_that_loses_its_power_at_a_flush_opens_again_with_every_sale(
    parts: Parts, share: Path, tmp_path: Path, cut_at: int, record_property: Note
) -> None:
    with Stand(parts, share) as stand:
        disk = cut_short(stand, new_medium(tmp_path), cut_at, SALES, str(SEED), "20")
    left: list[Survivor] = list(left_of(disk))[-4::3]  # all of it gone, and torn
    judge = judge_of(tmp_path, SEED, 20)
    for state in left:
        with Stand(parts, share) as stand:
            found = look_in_guest(stand, state.content, "ledger")
        first = max(state.acknowledged, 0)
        assert found in judge.after[first : state.acknowledged + 2]
    record_property("bench", f"live cut at flush {cut_at}: {len(left)} restarts")


@pytest.mark.parametrize("cut_at", [30, *(pytest.param(k, marks=pytest.mark.long) for k in range(2, 60, 6))])
def test_a_swap_that_loses_its_power_at_a_flush_leaves_the_old_directory_or_the_new(
    parts: Parts, share: Path, tmp_path: Path, cut_at: int, record_property: Note
) -> None:
    with Stand(parts, share) as stand:
        disk = cut_short(stand, new_medium(tmp_path), cut_at, SWAPS, "20")
    left: list[Survivor] = list(left_of(disk))[-4::3]  # all of it gone, and torn
    for state in left:
        with Stand(parts, share) as stand:
            found = look_in_guest(stand, state.content, "directory")
        known = [str(number) for number in range(max(state.acknowledged, 0), state.acknowledged + 2)]
        assert found in (known if state.acknowledged >= 0 else [*known, "None"])
    record_property("bench", f"live cut of a swap at flush {cut_at}: {len(left)} restarts")


def of_the_log(disk: LoggedDisk) -> Iterator[Survivor]:
    """What QEMU's own log leaves when it is replayed to every write, and to every cut at a flush."""
    log = disk.log()
    return chain(replayed(disk.begun, log), survivors(disk.begun, log, SEED))


@pytest.mark.long
@pytest.mark.parametrize("module", [SALES, SWAPS], ids=["sales", "swaps"])
@pytest.mark.parametrize("count", [4, 40])
def test_no_acknowledged_act_is_lost_in_any_state_of_the_log_that_qemu_wrote(
    stand: Stand, tmp_path: Path, module: str, count: int, record_property: Note
) -> None:
    verdict = of_swaps if module == SWAPS else of_sales(judge_of(tmp_path, SEED, count))
    arguments = (str(count),) if module == SWAPS else (str(SEED), str(count))
    disk = record_by_qemu(stand, new_medium(tmp_path), module, *arguments)
    found = verdicts(of_the_log(disk), tmp_path / "state", verdict)
    writes = sum(isinstance(entry, Write) for entry in disk.log())
    record_property("bench", f"{module} by QEMU's log: {found.total()} states of {writes} writes, {dict(found)}")
    assert set(found) == {"right"}
    assert found.total() > writes > count


@pytest.mark.long
def test_the_control_loses_acknowledged_sales_in_the_log_too(
    stand: Stand, tmp_path: Path, record_property: Note
) -> None:
    disk = record_by_qemu(stand, new_medium(tmp_path), SALES, str(SEED), "4", "normal")
    found = verdicts(of_the_log(disk), tmp_path / "state", of_sales(judge_of(tmp_path, SEED, 4)))
    record_property("bench", f"control of QEMU's log: {found.total()} states, {dict(found)}")
    assert found["lost"] > 0
