"""A restored HQ takes back what it signed after its backup, from terminals that obey it (decision 0020)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from hq import control
from hq.backup import back_up
from hq.handed_back import Signing, take_back
from hq.headquarters import Headquarters
from hq.schema import deny, feed_row
from protocol.feed import RowKind
from protocol.obeyed import Held, Obeyed
from protocol.signing import Signed, private_from_hex
from tests.hq.conftest import Clock
from tests.hq.places import only
from tests.hq.test_sign_again import change, publish, restored, row, version

pytestmark = only("sqlite")
OBEYED = {"programme": RowKind.PROGRAMME, "deny": RowKind.DENY, "configuration": RowKind.CONFIGURATION}


@pytest.fixture
def backup(hq: Headquarters, tmp_path: Path) -> Path:
    """Made when HQ knew programme 5, and denied m1 and m2."""
    for number in (4, 5):
        change(hq, number)
    back_up(hq.state, tmp_path / "backup.db")
    return tmp_path / "backup.db"


def at_a_terminal(hq: Headquarters) -> dict[Held, Signed]:
    """What a terminal has that heard HQ last at this moment."""
    kinds = [kind.value for kind in OBEYED.values()]
    with hq.database.reading() as connection:
        found = connection.execute(select(feed_row.c.kind, feed_row.c.body).where(feed_row.c.kind.in_(kinds))).all()
    documents = [Signed.model_validate_json(body) for _, body in found]
    return {Held(purpose=one.purpose, version=json.loads(one.payload)["version"]): one for one in documents}


def tell(hq: Headquarters, held: dict[Held, Signed], *documents: Signed) -> list[Held]:
    by = Signing(hq.keys, hq.generation, hq.clock())
    with hq.database.transaction() as connection:
        return list(take_back(connection, Obeyed(held=tuple(held), documents=documents), by).wanted)


def bring(hq: Headquarters, held: dict[Held, Signed]) -> list[Held]:
    """As a terminal does it: each document that HQ wants, one after the other; what it wanted."""
    asked = []
    wanted = tell(hq, held)
    while wanted:
        asked.append(wanted[0])
        wanted = tell(hq, held, held[wanted[0]])
    return asked


def content(hq: Headquarters, kind: RowKind) -> dict[str, Any]:
    body = row(hq, kind).body
    assert body is not None
    return dict(json.loads(body["payload"]))


def forgotten(hq: Headquarters, backup: Path, clock: Clock) -> tuple[Headquarters, dict[Held, Signed]]:
    """m3 and m4 were denied after the backup, m1 was let go, programmes 6 and 7 were published."""
    for number in (6, 7):
        change(hq, number)
    control.change_deny_list(hq, "member", "m1", control.LIFTED)
    held = at_a_terminal(hq)
    return restored(hq, backup, clock), held


def test_denials_after_the_backup_hold_again(hq: Headquarters, backup: Path, clock: Clock) -> None:
    hq, held = forgotten(hq, backup, clock)
    assert content(hq, RowKind.DENY)["members"] == ["m1", "m2"], "as the backup has it: the control"
    asked = bring(hq, held)
    assert {(each.purpose, each.version) for each in asked} == {
        ("deny", 5),
        ("configuration", 4),
        ("programme", 7),
        ("programme", 6),
    }
    assert content(hq, RowKind.DENY) | {"version": 0} == {
        "version": 0,
        "cards": [],
        "devices": [],
        "members": ["m2", "m3", "m4"],
    }
    assert version(row(hq, RowKind.DENY)) == 1003
    assert content(hq, RowKind.CONFIGURATION) == {"version": 1003, "interval_s": 70}
    assert bring(hq, held) == [], "a second terminal brings nothing new"
    control.change_deny_list(hq, "member", "m3", control.LIFTED)
    assert content(hq, RowKind.DENY)["members"] == ["m2", "m4"]
    hq.close()


def test_the_programme_is_current_again_and_its_versions_are_known(
    hq: Headquarters, backup: Path, clock: Clock
) -> None:
    publish(hq, 6, cash_rounding=1)
    held = at_a_terminal(hq)
    hq = restored(hq, backup, clock)
    bring(hq, held)
    hq.learn_programmes()
    assert sorted(hq.programmes) == [3, 4, 5, 6, 1005, 1006]
    assert (version(row(hq, RowKind.PROGRAMME)), content(hq, RowKind.PROGRAMME)["cash_rounding"]) == (1006, 1)
    assert version(row(hq, RowKind.PROGRAMME, "v6")) == 6
    hq.close()


def test_what_was_changed_since_the_restore_stands(hq: Headquarters, backup: Path, clock: Clock) -> None:
    hq, held = forgotten(hq, backup, clock)
    control.change_deny_list(hq, "member", "m3", control.DENIED)
    control.change_deny_list(hq, "member", "m3", control.LIFTED)
    control.change_deny_list(hq, "member", "m1", control.DENIED)
    control.configure(hq, interval_s=99)
    publish(hq, 1006, cash_rounding=1)
    bring(hq, held)
    assert content(hq, RowKind.DENY)["members"] == ["m1", "m2", "m4"]
    assert content(hq, RowKind.CONFIGURATION)["interval_s"] == 99
    assert content(hq, RowKind.PROGRAMME)["cash_rounding"] == 1
    assert version(row(hq, RowKind.PROGRAMME, "v7")) == 7, "for refunds"
    hq.close()


def test_terminals_that_heard_at_different_times(hq: Headquarters, backup: Path, clock: Clock) -> None:
    change(hq, 6)
    early = at_a_terminal(hq)
    change(hq, 7)
    late = at_a_terminal(hq)
    hq = restored(hq, backup, clock)
    bring(hq, early)
    assert content(hq, RowKind.DENY)["members"] == ["m1", "m2", "m3"]
    bring(hq, late)
    assert content(hq, RowKind.DENY)["members"] == ["m1", "m2", "m3", "m4"]
    assert bring(hq, early) == []
    assert content(hq, RowKind.PROGRAMME)["version"] == 1007
    hq.close()


def test_more_than_a_thousand_versions_are_jumped_over(hq: Headquarters, backup: Path, clock: Clock) -> None:
    publish(hq, 2500, cash_rounding=1)
    held = at_a_terminal(hq)
    hq = restored(hq, backup, clock)
    assert version(row(hq, RowKind.PROGRAMME)) == 1005, "which such a terminal refuses: the control"
    bring(hq, held)
    assert (version(row(hq, RowKind.PROGRAMME)), content(hq, RowKind.PROGRAMME)["cash_rounding"]) == (2501, 1)
    hq.close()


def test_what_hq_did_not_sign_is_ignored(hq: Headquarters, backup: Path, clock: Clock) -> None:
    hq, held = forgotten(hq, backup, clock)
    stranger = private_from_hex("07" * 32)
    forged = {each: Signed.make(each.purpose, json.loads(one.payload), stranger) for each, one in held.items()}
    wanted = tell(hq, held)
    assert tell(hq, held, *forged.values()) == wanted
    mixed = held[Held(purpose="deny", version=5)].model_copy(update={"purpose": "configuration"})
    assert tell(hq, held, mixed) == wanted
    assert content(hq, RowKind.DENY)["members"] == ["m1", "m2"]
    hq.close()


def test_an_hq_that_was_never_restored_wants_nothing(hq: Headquarters, backup: Path) -> None:
    held = at_a_terminal(hq)
    with hq.database.transaction() as connection:
        connection.execute(delete(deny))
    assert tell(hq, held, *held.values()) == []
