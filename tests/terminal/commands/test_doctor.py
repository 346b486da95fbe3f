"""`stillpoint doctor`: each check on a state folder that is well, and on one that is not."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner

from drivers.options import VirtualOptions
from drivers.virtual.keypad import VirtualKeypad
from drivers.virtual.pn532 import Pn532Wire
from terminal.commands.doctor import command, examine, readable
from terminal.commands.doctor_check import Check
from terminal.commands.doctor_directory import directory
from terminal.store.directory_writer import DirectoryWriter
from tests.contracts.recorder import Recorder
from tests.terminal.shops import NOON_MS as SHOP_NOON_MS
from tests.terminal.shops import open_shop
from tests.terminal.store.material import NOON_MS, append, open_ledger
from tests.terminal.test_identity import FIELDS

CONFIG = '[terminal]\nstate = "state"\nrun = "."\n[keypad.pad]\ndriver = "virtual"\ncontrol = "pad.sock"\n'


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of a terminal that is well."""
    (tmp_path / "terminal.toml").write_text(CONFIG)
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "identity.json").write_text(json.dumps(FIELDS))
    (folder / "identity.json").chmod(0o600)
    (folder / "ca.pem").write_text("PEM")
    ledger = open_ledger(folder / "ledger.db")
    append(ledger, earn=10)
    ledger.close()
    DirectoryWriter(folder / "directory.db").close()
    return folder


def examined(state: Path, now_ms: int = NOON_MS + 10_000) -> dict[str, Check]:
    return {check.name: check for check in examine(state.parent / "terminal.toml", now_ms)}


def test_a_terminal_that_is_well(state: Path) -> None:
    checks = examined(state)
    assert [*checks] == [
        "configuration",
        "storage",
        "sqlite",
        "identity",
        "ledger",
        "directory",
        "pins",
        "clock",
        "keypad.pad",
        "versions",
    ]
    assert {name: check.state for name, check in checks.items() if check.state == "fail"} == {}
    assert all(checks[name].state == "ok" for name in ("identity", "ledger", "directory", "clock", "keypad.pad"))
    assert checks["storage"].value["fsync_ms"] >= 0
    assert checks["identity"].value["store"] == "s01"
    assert checks["ledger"].value == {"operations": 1, "pruned": 0}
    assert checks["versions"].value["python"] == sys.version.split()[0]


def test_no_secret_is_told(state: Path) -> None:
    told = str(examined(state))
    assert not [key for key in ("22" * 32, "33" * 32, "44" * 32) if key in told]


def test_a_fresh_machine_only_warns(state: Path) -> None:
    for path in state.iterdir():
        path.unlink()
    checks = examined(state)
    assert {name for name, check in checks.items() if check.state == "warn"} >= {
        "identity",
        "ledger",
        "directory",
        "clock",
    }
    assert not [check for check in checks.values() if check.state == "fail"]


@pytest.mark.parametrize(
    ("name", "hurt"),
    [
        ("identity", lambda state: (state / "identity.json").chmod(0o644)),
        ("identity", lambda state: (state / "identity.json").write_text("{}")),
        ("identity", lambda state: (state / "ca.pem").unlink()),
        ("ledger", lambda state: (state / "ledger.db").write_bytes(b"no database" * 1000)),
        ("ledger", lambda state: _sql(state, "UPDATE lease SET remaining = 11")),
        ("ledger", lambda state: _sql(state, "UPDATE ledger SET released_through = 1")),
        ("directory", lambda state: (state / "directory.db").write_bytes(b"no database" * 1000)),
    ],
)
def test_what_is_damaged_fails_its_check_and_no_other(state: Path, name: str, hurt: Any) -> None:
    hurt(state)
    checks = examined(state)
    assert [check.name for check in checks.values() if check.state == "fail"] == [name]
    assert checks[name].sentence.endswith(".")


def test_a_ledger_of_an_older_release_waits_for_its_start(state: Path) -> None:
    _sql(state, "PRAGMA user_version = 1")
    check = examined(state)["ledger"]
    assert (check.state, "start the terminal" in check.sentence) == ("warn", True)


def test_a_state_folder_that_is_missing_fails_the_storage(state: Path) -> None:
    state.rename(state.with_name("elsewhere"))
    assert examined(state)["storage"].state == "fail"


def test_a_user_who_may_not_look_is_told_so() -> None:
    def closed() -> Check:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/var/lib/stillpoint/identity.json")

    check = readable("identity", closed)
    assert (check.name, check.state) == ("identity", "fail")
    assert "/var/lib/stillpoint/identity.json cannot be read (Permission denied)" in check.sentence


def test_a_clock_that_went_back_is_told(state: Path) -> None:
    check = examined(state, now_ms=NOON_MS - 3_600_000)["clock"]
    assert check.state == "warn"
    assert "60 minutes behind" in check.sentence


def test_a_saved_note_counts_like_an_operation(state: Path) -> None:
    ledger = open_ledger(state / "ledger.db")
    ledger.note("clock", {"utc_ms": NOON_MS + 7_200_000})
    ledger.close()
    assert examined(state)["clock"].state == "warn"
    assert examined(state, now_ms=NOON_MS + 7_200_000)["clock"].state == "ok"


def test_a_device_that_is_in_use_is_reported_and_left_alone(state: Path) -> None:
    pad, told = VirtualKeypad("pad", VirtualOptions(control=state.parent / "pad.sock")), Recorder()
    pad.start(told)
    told.status("device_ready")
    check = examined(state)["keypad.pad"]
    assert (check.state, check.value["code"]) == ("warn", "control_busy")
    assert "stop the terminal" in check.sentence
    pad.close()


def test_a_device_that_is_missing_warns_and_one_that_fails_fails(state: Path) -> None:
    more = '[scanner.hand]\ndriver = "serial"\nport = "{}"\n'
    path = state.parent / "terminal.toml"
    path.write_text(CONFIG + more.format("/dev/no-such-port"))
    assert examined(state)["scanner.hand"].state == "warn"
    path.write_text(CONFIG + more.format(path))
    assert examined(state)["scanner.hand"].state == "fail"


def test_a_card_reader_is_told_with_what_tells_it_from_its_twin(state: Path) -> None:
    wire = Pn532Wire(state.parent / "reader")
    wire.plug()
    path = state.parent / "terminal.toml"
    path.write_text(f'{CONFIG}[card_reader.counter]\ndriver = "pn532"\nport = "{wire.port}"\n')
    check = examined(state)["card_reader.counter"]
    wire.close()
    assert check.state == "ok"
    assert check.sentence == "Card reader counter is ready. Driver: pn532. Found: PN532, firmware 1.6."
    told = {"model": "PN532", "serial": "", "usb_path": "", "firmware": "1.6"}
    assert check.value == {"driver": "pn532", "code": "device_ready", "found": [told]}


def test_a_broken_configuration_is_told_in_full(state: Path) -> None:
    (state.parent / "terminal.toml").write_text("[terminal]\nrum = 1\n")
    checks = examined(state)
    assert checks["configuration"].state == "fail"
    assert len(checks["configuration"].value) == 3
    assert {"sqlite", "versions"} < set(checks)


def test_the_command_prints_json_and_its_exit_code_says_whether_all_is_well(state: Path) -> None:
    path = str(state.parent / "terminal.toml")
    well = CliRunner().invoke(command, ["--config", path, "--json"])
    assert well.exit_code == 0
    report = json.loads(well.output)
    assert report["ok"] is True
    assert all(set(check) == {"name", "state", "sentence", "value"} for check in report["checks"])
    (state / "ca.pem").unlink()
    ill = CliRunner().invoke(command, ["--config", path, "--json"])
    assert (ill.exit_code, json.loads(ill.output)["ok"]) == (1, False)


def test_people_get_one_line_for_each_check(state: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "doctor", "--config", str(state.parent / "terminal.toml")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert done.returncode == 0
    assert "ok   ledger: The ledger holds 1 operations, all of it was checked and agrees." in done.stdout
    assert len(done.stdout.splitlines()) == 10
    assert done.stderr == ""


def _sql(state: Path, statement: str) -> None:
    connection = apsw.Connection(str(state / "ledger.db"))
    connection.execute(statement)
    connection.close()


def _directory(state: Path, *statements: str) -> Check:
    connection = sqlite3.connect(state / "directory.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return examined(state)["directory"]


def test_a_directory_tells_what_it_knows_and_how_old_it_is(tmp_path: Path, state: Path) -> None:
    assert examined(state)["directory"].sentence.endswith("not all of HQ's members yet.")
    (tmp_path / "shop").mkdir()
    with open_shop(tmp_path / "shop") as test:
        known = directory(test.folder)
    assert (known.state, known.value) == (
        "ok",
        {"member": 3, "card": 4, "product": 3, "as_of_ms": SHOP_NOON_MS, "wrong": [], "refused": 0},
    )
    assert known.sentence == "The directory knows 3 members, 4 cards and 3 goods, as of 2026-10-28 04:00 UTC."


def test_a_directory_that_does_not_add_up_wants_a_look(state: Path) -> None:
    bucket = "INSERT INTO bucket VALUES ('catalogue', 1, 1, 5, 1, '00', 0, 0, 1, 0, 1)"
    check = _directory(state, bucket)
    assert (check.state, check.value["wrong"]) == ("warn", ["catalogue"])
    refused = "INSERT INTO entry VALUES ('product', 'x', 'catalogue', 1, 5, 0, zeroblob(16), 1, NULL)"
    check = _directory(state, "DELETE FROM bucket", refused)
    assert (check.state, check.value["refused"], check.sentence[:2]) == ("warn", 1, "1 ")


def test_a_directory_of_another_release_is_only_told(state: Path) -> None:
    check = _directory(state, "CREATE TABLE more (name TEXT)")
    assert (check.state, "not of this release" in check.sentence) == ("warn", True)
