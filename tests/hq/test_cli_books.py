"""The commands of HQ's books, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from hq.chain import read_chain
from hq.cli import main
from hq.cli_state import now_ms
from hq.founding import found
from hq.headquarters import Headquarters
from hq.terminals import State
from hq.terminals import change as change_terminal
from hq.terminals import lock as lock_terminal
from tests.hq.devices import acknowledged, join
from tests.hq.rich import sized


@pytest.fixture
def state(tmp_path: Path, chain_folder: Path) -> Path:
    folder = tmp_path / "hq"
    found(folder, read_chain(chain_folder), hosts=(), now_ms=now_ms(), random=Random(1).randbytes)
    return folder


def run(state: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--state", str(state)])


def test_points_by_hand_are_an_operation_of_hqs_own(state: Path) -> None:
    assert run(state, "adjust", "m1", "--points", 50, "--why", "sorry").output == "m1: balance 1050 points, debt 0\n"
    assert run(state, "adjust", "m2", "--points", -400, "--why", "fraud").output == "m2: balance -80 points, debt 80\n"
    assert "changes nothing" in run(state, "adjust", "m1", "--points", 0, "--why", "x").output
    assert run(state, "audit").output == "all invariants hold\n"


def test_duties_say_what_they_did(state: Path) -> None:
    assert run(state, "duties").output.startswith("0 activated, 0 expired, ")


def test_conflicts_and_parked_operations(state: Path) -> None:
    hq = Headquarters.open(state, now_ms)
    device = join(hq, "s01", "1")
    device.sell("m3", earn=5)
    device.operations.append(b"{}")
    acknowledged(hq, device.batch())
    hq.close()
    listed = json.loads(run(state, "conflicts", "--json").output)
    assert {reason for each in listed["conflicts"] for reason in each["reasons"]} == {"member_blocked", "unreadable"}
    assert listed["stale_cost"] == []
    assert "会员 m3 已在总部停用" in run(state, "conflicts", "--language", "zh-CN").output
    assert run(state, "parked", "list").output == "s01-1 1 2  unreadable  2 bytes\n"
    assert json.loads(run(state, "parked", "list", "--json").output)[0]["seq"] == 2
    assert run(state, "parked", "show", "s01-1", 1, 2).output == "{}\n"
    assert "has no operation s01-1 1 9" in run(state, "parked", "show", "s01-1", 1, 9).output
    assert run(state, "parked", "retry").output == "s01-1 1 2  parked\n"


def test_two_operators_write_a_terminal_off(state: Path) -> None:
    hq = Headquarters.open(state, now_ms)
    device = join(hq, "s01", "1")
    sized(hq, device)
    with hq.database.transaction() as connection:
        change_terminal(connection, lock_terminal(connection, device.name, 1), state=State.REVOKED.value)
    hq.close()
    for name in ("ada", "bo"):
        assert run(state, "operator", "add", name, "--passphrase", f"{name} is {name}").output == f"{name} may sign\n"
    alone = run(state, "write-off", "s01-1", 1, "--by", "ada", "--passphrase", "ada is ada")
    assert "two different operators" in alone.output
    both = ("--by", "ada", "--by", "bo", "--passphrase", "ada is ada")
    assert "one --passphrase for each" in run(state, "write-off", "s01-1", 1, *both).output
    done = run(state, "write-off", "s01-1", 1, *both, "--passphrase", "bo is bo")
    assert json.loads(done.output)["given_back"]["points"] == 792


def test_a_backup_comes_back_as_a_new_generation(state: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run(state, "backup", copy).output.startswith(f"{copy}: ")
    run(state, "adjust", "m1", "--points", 50, "--why", "lost with the disk")
    restored = run(state, "restore", copy)
    assert restored.output.startswith("generation 2: no lease is given before")
    assert (state / "hq.before-restore").is_file()
    assert json.loads(run(state, "member", "m1", "--json").output)["balance"] == 1000
    assert run(state, "audit").exit_code == 0
