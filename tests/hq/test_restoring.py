"""A restored HQ takes no operation before it knows the leases that it comes out of (sync.md, Leases 10)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from hq import schema, terminals
from hq.grants_report import take_report
from hq.headquarters import Headquarters
from hq.problems import Refusal
from hq.restoring import missing_reports, owes_report
from hq.terminals import State, Terminal
from protocol.lease import GrantPage
from tests.hq.devices import Device, acknowledged
from tests.hq.looking import balance, stored
from tests.hq.rich import rich, sized


def restored(hq: Headquarters) -> None:
    with hq.database.transaction() as connection:
        setting = schema.setting
        connection.execute(update(setting).where(setting.c.name == "generation").values(value="2"))


def change(hq: Headquarters, device: Device, **values: object) -> Terminal:
    with hq.database.transaction() as connection:
        terminals.change(connection, terminals.lock(connection, device.name, 1), **values)
        return terminals.lock(connection, device.name, 1)


def test_operations_wait_for_the_report(hq: Headquarters, device: Device) -> None:
    page = sized(rich(hq), device)
    restored(hq)
    device.sell("m1", use=[("open.m1", 100)])
    with pytest.raises(Refusal, match="above number") as refused:
        acknowledged(hq, device.batch())
    assert refused.value.answer()["error"]["code"] == "report_first"
    assert refused.value.params == {"granted": page.head}
    assert stored(hq) == []
    with hq.database.transaction() as connection:
        take_report(connection, terminals.lock(connection, device.name, 1), page, hq.rules())
    acknowledged(hq, device.batch())
    assert balance(hq, "m1") == (900, 0)


def test_what_hq_has_already_needs_no_report(hq: Headquarters, device: Device) -> None:
    """Nothing new is booked: the terminal is told where HQ is."""
    device.sell("m1", earn=10)
    batch = device.batch()
    acknowledged(hq, batch)
    restored(hq)
    assert acknowledged(hq, batch).acked_seq == 1


@pytest.mark.parametrize(("state", "owes"), [(state, state in (State.ACTIVE, State.SUSPENDED)) for state in State])
def test_who_owes_a_report(hq: Headquarters, device: Device, state: State, owes: bool) -> None:
    """A suspended terminal sends as well, so it tells too; who was replaced or has forked is not waited for."""
    who = change(hq, device, state=state.value)
    assert not owes_report(who, 1), "the first generation was never restored"
    assert owes_report(who, 2) is owes
    restored(hq)
    with hq.database.reading() as connection:
        assert missing_reports(connection) == ([(device.name, 1)] if owes else [])
    with hq.database.transaction() as connection:
        nothing = GrantPage(device=device.name, epoch=1, grants=(), head=0)
        take_report(connection, terminals.lock(connection, device.name, 1), nothing, hq.rules())
        assert missing_reports(connection) == []
