"""A disk that is full and a disk that fails under the ledger: nothing that was acknowledged is lost, and it is said."""

from __future__ import annotations

from pathlib import Path

from hil_tests.bench.disk import Disk, Mark
from hil_tests.bench.stand import Stand
from hil_tests.power.judging import judge_of
from hil_tests.power.medium import files_in, new_medium, recovered
from hil_tests.power.recording import FOLDER, LIMIT_S, PYTHON, mount
from terminal.bench.crash.cuts import State

SEED, COUNT = 3, 200
SELL = (PYTHON, "-B", "-m", "hil_tests.power.sales", FOLDER, str(SEED), str(COUNT))


def acknowledged(disk: Disk) -> int:
    return max(entry.number for entry in disk.log if isinstance(entry, Mark))


def test_on_a_full_disk_selling_ends_with_a_sentence_and_every_sale_is_there(stand: Stand, tmp_path: Path) -> None:
    disk = Disk(new_medium(tmp_path))
    mount(stand, disk)
    stand.agent.shell(
        f"dd if=/dev/zero of={FOLDER}/filler bs=64k; truncate -s -300k {FOLDER}/filler; sync", check=False
    )
    sold = stand.agent.run(*SELL, limit_s=LIMIT_S, check=False, PYTHONPATH="/bench")
    assert sold.code != 0
    assert "StorageFull" in sold.out
    stand.agent.shell(f"rm {FOLDER}/filler; umount {FOLDER}")
    files = files_in(recovered(bytes(disk.content), tmp_path / "state"))
    assert judge_of(tmp_path, SEED, COUNT).judge(State(0, acknowledged(disk), files)) is None
    assert acknowledged(disk) < COUNT


def test_on_a_disk_that_fails_selling_ends_with_a_sentence_and_every_sale_is_there(
    stand: Stand, tmp_path: Path
) -> None:
    disk = Disk(new_medium(tmp_path))
    mount(stand, disk)
    told = stand.orders["acknowledged"]

    def fail_later(act: int) -> None:
        told(act)
        if act == 20:
            disk.fails = lambda offset, length: True

    stand.orders["acknowledged"] = fail_later
    sold = stand.agent.run(*SELL, limit_s=LIMIT_S, check=False, PYTHONPATH="/bench")
    assert sold.code != 0
    assert "StorageBroken" in sold.out
    files = files_in(recovered(bytes(disk.content), tmp_path / "state"))
    assert judge_of(tmp_path, SEED, COUNT).judge(State(0, acknowledged(disk), files)) is None
