"""After a restore terminals obey what HQ signs, whatever it had signed between its backup and its loss (Leases 10)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from hq import control, terminals
from hq.backup import back_up, begin_generation, put_back
from hq.cli import main
from hq.grants_report import take_report
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.replayer import replay_pending
from hq.schema import feed_row
from protocol.feed import FeedRow, RowKind
from protocol.lease import GrantPage
from terminal.sync.bundle import BundleRefused, check_row
from tests.hq.conftest import Clock
from tests.hq.devices import acknowledged, join
from tests.hq.looking import judged
from tests.hq.places import only
from tests.hq.real_sales import ring_up
from tests.hq.tiny_chain import PROGRAMME

pytestmark = only("sqlite")
OBEYED = (RowKind.PROGRAMME, RowKind.DENY, RowKind.CONFIGURATION)


def row(hq: Headquarters, kind: RowKind, key: str = "current") -> FeedRow:
    where = (feed_row.c.kind == kind.value) & (feed_row.c.key == key)
    with hq.database.reading() as connection:
        cseq, body = connection.execute(select(feed_row.c.cseq, feed_row.c.body).where(where)).one()
    return FeedRow(cseq=cseq, kind=kind, key=key, body=json.loads(body))


def version(told: FeedRow) -> int:
    assert told.body is not None
    return int(json.loads(told.body["payload"])["version"])


def publish(hq: Headquarters, number: int, **changes: Any) -> None:
    control.publish_programme(hq, json.dumps(PROGRAMME | {"version": number} | changes))


def change(hq: Headquarters, number: int) -> None:
    """One more version of each thing that is obeyed."""
    publish(hq, number)
    control.change_deny_list(hq, "member", f"m{number - 3}", control.DENIED)
    control.configure(hq, interval_s=10 * number)


def restored(hq: Headquarters, backup: Path, clock: Clock) -> Headquarters:
    hq.close()
    put_back(hq.state, backup)
    again = Headquarters.open(hq.state, clock)
    begin_generation(again)
    again.close()
    return Headquarters.open(hq.state, clock)


@pytest.fixture
def backup(hq: Headquarters, tmp_path: Path) -> Path:
    """Made when HQ knew programme 5, and two denied members."""
    for number in (4, 5):
        change(hq, number)
    back_up(hq.state, tmp_path / "backup.db")
    return tmp_path / "backup.db"


def test_a_terminal_takes_what_a_restored_hq_signs(hq: Headquarters, backup: Path, clock: Clock) -> None:
    before = {kind: row(hq, kind) for kind in OBEYED}
    for number in (6, 7):
        change(hq, number)
    obeyed = {kind: json.dumps(row(hq, kind).body) for kind in OBEYED}
    trust = hq.keys.trust_key
    for kind in OBEYED:  # the control: as the backup has them, they are refused
        with pytest.raises(BundleRefused, match="never goes back"):
            check_row(before[kind], obeyed[kind], trust)
    hq = restored(hq, backup, clock)
    assert {kind: version(row(hq, kind)) for kind in OBEYED} == {
        RowKind.PROGRAMME: 1005,
        RowKind.DENY: 1002,
        RowKind.CONFIGURATION: 1002,
    }
    again = {kind: row(hq, kind) for kind in OBEYED}
    for kind in OBEYED:
        check_row(again[kind], obeyed[kind], trust)
    change(hq, 1006)
    for kind in OBEYED:
        check_row(row(hq, kind), json.dumps(again[kind].body), trust)
    hq.close()


def test_twice_from_the_same_backup_no_version_comes_again(hq: Headquarters, backup: Path, clock: Clock) -> None:
    hq = restored(hq, backup, clock)
    change(hq, 1006)
    obeyed = {kind: json.dumps(row(hq, kind).body) for kind in OBEYED}
    hq = restored(hq, backup, clock)
    assert version(row(hq, RowKind.PROGRAMME)) == 2005
    for kind in OBEYED:
        check_row(row(hq, kind), obeyed[kind], hq.keys.trust_key)
    hq.close()


def test_the_rules_are_those_of_the_backup_and_its_versions_stay(hq: Headquarters, backup: Path, clock: Clock) -> None:
    hq = restored(hq, backup, clock)
    told = row(hq, RowKind.PROGRAMME).body
    assert told is not None
    assert json.loads(told["payload"]) == PROGRAMME | {"version": 1005}
    assert [version(row(hq, RowKind.PROGRAMME, key)) for key in ("v3", "v4", "v5", "v1005")] == [3, 4, 5, 1005]
    with pytest.raises(HqError, match="use 1006"):
        publish(hq, 8)
    hq.close()


def test_a_sale_by_a_forgotten_version_is_booked_and_no_conflict(hq: Headquarters, backup: Path, clock: Clock) -> None:
    """The version that the sale names is not at HQ any more, or not yet again: its price stands (D21)."""
    hq = restored(hq, backup, clock)
    device = join(hq, "s01", "1")
    nothing = GrantPage(device=device.name, epoch=device.identity.epoch, grants=(), head=0)
    with hq.database.transaction() as connection:
        take_report(connection, terminals.lock(connection, device.name, device.identity.epoch), nothing, hq.rules())
    ring_up(device)
    assert acknowledged(hq, device.batch()).outcomes == ()
    del hq.programmes[3]
    with hq.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM programme WHERE version = 3")
    assert replay_pending(hq.database, hq.programmes) == 1
    assert judged(hq, device, 1) == "applied"
    hq.close()


def test_a_forgotten_programme_is_remembered_and_not_made_current(
    hq: Headquarters, backup: Path, clock: Clock, tmp_path: Path
) -> None:
    """A refund of a sale by version 7 needs version 7, at a till and in a replay."""
    publish(hq, 7, cash_rounding=10)
    kept = json.dumps(row(hq, RowKind.PROGRAMME, "v7").body)
    hq = restored(hq, backup, clock)
    file = tmp_path / "seven.json"
    file.write_text(json.dumps(PROGRAMME | {"version": 7, "cash_rounding": 10}), "utf-8")
    command = ["programme", "remember", str(file), "--state", str(hq.state)]
    assert CliRunner().invoke(main, command).output == "programme version 7 is known again; it is not current\n"
    assert "nothing to remember" in CliRunner().invoke(main, command).output
    check_row(row(hq, RowKind.PROGRAMME, "v7"), kept, hq.keys.trust_key)
    assert version(row(hq, RowKind.PROGRAMME)) == 1005
    hq.learn_programmes()
    assert (hq.programmes[7].cash_rounding, hq.rules().programme) == (10, hq.programmes[1005])
    with pytest.raises(HqError, match="nothing to remember"):
        control.remember_programme(hq, json.dumps(PROGRAMME | {"version": 1006}))
    hq.close()
