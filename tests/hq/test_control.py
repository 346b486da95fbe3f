"""What terminals obey: signed, numbered, never back; and the states that an operator gives a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select, update

from hq import control
from hq.cli import main
from hq.headquarters import Headquarters
from hq.ingest import Quarantined
from hq.problems import HqError
from hq.schema import feed_row, setting, terminal
from hq.terminals import State
from protocol.directory import card_key
from protocol.feed import RowKind
from protocol.signing import Signed
from tests.hq.conftest import Clock
from tests.hq.devices import Device, upload
from tests.hq.tiny_chain import PROGRAMME

UID = "04A1B2C3D4E5F6"


def told(hq: Headquarters, kind: RowKind, key: str = "current") -> Any:
    """What the feed tells terminals, after its signature was checked."""
    query = select(feed_row.c.body).where(feed_row.c.kind == kind.value, feed_row.c.key == key)
    with hq.database.transaction() as connection:
        body = connection.scalar(query)
    return Signed.model_validate_json(body).open(kind.value, hq.keys.trust_key) if body else None


def state_of(hq: Headquarters) -> str:
    with hq.database.transaction() as connection:
        return str(connection.scalar(select(terminal.c.state)))


def test_the_deny_list_is_published_whole_and_its_version_goes_up(hq: Headquarters) -> None:
    control.change_deny_list(hq, "card", UID, control.DENIED)
    control.change_deny_list(hq, "member", "m2", control.DENIED)
    control.change_deny_list(hq, "device", "s01-1:1", control.DENIED)
    key = card_key(hq.keys.lookup, UID)
    assert told(hq, RowKind.DENY) == {"version": 3, "cards": [key], "members": ["m2"], "devices": ["s01-1:1"]}
    control.change_deny_list(hq, "member", "m2", control.LIFTED)
    assert told(hq, RowKind.DENY)["version"] == 4
    assert told(hq, RowKind.DENY)["members"] == []


@pytest.mark.parametrize(
    ("kind", "key"), [("card", "XY"), ("card", "123"), ("device", "s01-1"), ("device", "s01-1:0x")]
)
def test_what_can_be_no_key_is_told(hq: Headquarters, kind: str, key: str) -> None:
    with pytest.raises(HqError, match="such as"):
        control.change_deny_list(hq, kind, key, control.DENIED)
    assert told(hq, RowKind.DENY) is None


def test_the_configuration_keeps_what_is_not_named(hq: Headquarters) -> None:
    control.configure(hq, interval_s=30)
    control.configure(hq)
    assert told(hq, RowKind.CONFIGURATION) == {"version": 2, "interval_s": 30}


def test_a_restored_hq_jumps_ahead_of_every_version_it_may_have_given(hq: Headquarters, clock: Clock) -> None:
    """sync.md, Leases 10: bundle and deny versions jump ahead."""
    control.change_deny_list(hq, "member", "m2", control.DENIED)
    with hq.database.transaction() as connection:
        connection.execute(update(setting).where(setting.c.name == "generation").values(value="2"))
    restored = Headquarters.open(hq.state, clock)
    try:
        assert control.change_deny_list(restored, "member", "m1", control.DENIED).version == 1001
        assert control.configure(restored, interval_s=9).version == 1001
    finally:
        restored.close()


def test_a_programme_is_published_under_its_version_too(hq: Headquarters) -> None:
    newer = {**PROGRAMME, "version": 4}
    assert control.publish_programme(hq, json.dumps(newer)) == 4
    assert told(hq, RowKind.PROGRAMME) == told(hq, RowKind.PROGRAMME, "v4") == newer
    assert told(hq, RowKind.PROGRAMME, "v3") == PROGRAMME


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"version": 3}, "use 4"), ({"version": 2}, "never go back"), ({"format": 99}, "cannot be used")],
)
def test_a_programme_that_is_not_published(hq: Headquarters, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(HqError, match=why):
        control.publish_programme(hq, json.dumps(PROGRAMME | changes))
    assert told(hq, RowKind.PROGRAMME) == PROGRAMME


def run(hq: Headquarters, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--state", str(hq.state)])


def test_an_operator_changes_what_a_terminal_may_do(hq: Headquarters, device: Device) -> None:
    for command, after in (("suspend", "suspended"), ("resume", "active"), ("revoke", "revoked"), ("resume", "active")):
        assert run(hq, command, device.name).exit_code == 0
        assert state_of(hq) == after
    again = run(hq, "resume", device.name)
    assert again.exit_code == 1
    assert "epoch 1 is active" in again.output
    assert "does not know" in run(hq, "suspend", "s77-1").output


def test_a_quarantined_epoch_is_not_resumed(hq: Headquarters, device: Device) -> None:
    with hq.database.transaction() as connection:
        connection.execute(update(terminal).values(state=State.QUARANTINED.value))
    assert run(hq, "resume", device.name).exit_code == 1
    assert state_of(hq) == "quarantined"


def test_a_revocation_does_not_undo_a_fork(hq: Headquarters, device: Device) -> None:
    clone = device.fork(0)
    device.sell("m1")
    clone.sell("m1", use=[("open.m1", 1)])
    upload(hq, device.batch())
    assert upload(hq, clone.batch()) == Quarantined()
    assert run(hq, "revoke", device.name).exit_code == 0
    said = run(hq, "resume", device.name)
    assert said.exit_code == 1
    assert "its history has forked; enrol the terminal again" in said.output
    assert state_of(hq) == "revoked"


@pytest.mark.parametrize(
    ("older", "newest", "after"),
    [
        ("revoked", "active", None),
        ("suspended", "active", None),
        ("revoked", "retired", None),
        ("revoked", "suspended", ["revoked", "active"]),
        ("suspended", "enrolled", ["active", "enrolled"]),
    ],
)
def test_only_the_newest_epoch_works_again(
    hq: Headquarters, device: Device, older: str, newest: str, after: list[str] | None
) -> None:
    """What an older one held may lie elsewhere by now."""
    with hq.database.transaction() as connection:
        (row,) = connection.execute(select(terminal)).mappings().all()
        connection.execute(insert(terminal).values({**row, "epoch": 2, "state": newest, "claim": "another"}))
        connection.execute(update(terminal).where(terminal.c.epoch == 1).values(state=older))
    said = run(hq, "resume", device.name)
    with hq.database.transaction() as connection:
        states = list(connection.scalars(select(terminal.c.state).order_by(terminal.c.epoch)))
    assert states == (after or [older, newest])
    if after is None:
        assert said.exit_code == 1
        assert "Only its newest epoch, 2, could" in said.output


def test_the_commands_as_a_person_types_them(hq: Headquarters, tmp_path: Path) -> None:
    assert "deny list version 1: 1 entries" in run(hq, "deny", "card", UID).output
    assert "version 2: 0 entries" in run(hq, "deny", "card", UID, "--lift").output
    assert "configuration version 1" in run(hq, "configure", "--interval", "60").output
    file = tmp_path / "programme.json"
    assert "cannot be read" in run(hq, "programme", "publish", str(file)).output
    file.write_text(json.dumps(PROGRAMME | {"version": 7}), "utf-8")
    assert run(hq, "programme", "publish", str(file)).output == "programme version 7 is current\n"
