"""Parked operations: looked at, and booked once when HQ understands them, as if they had come in their place."""

from __future__ import annotations

import json

from sqlalchemy import delete, insert, select

from hq import parked
from hq.headquarters import Headquarters
from hq.schema import member
from protocol.batch import Outcome
from tests.hq.devices import Device, acknowledged, outcomes
from tests.hq.looking import balance, broken, held, judged


def retry(hq: Headquarters) -> list[Outcome | None]:
    return [outcome for _, outcome in parked.retry_all(hq.database, hq.rules())]


def test_what_is_parked_can_be_looked_at(hq: Headquarters, device: Device) -> None:
    device.operations.append(b"{}")
    device.sell("nobody", earn=10)
    acknowledged(hq, device.batch())
    with hq.database.reading() as connection:
        found = parked.parked(connection)
        assert [(each.seq, each.reason, each.size) for each in found] == [
            (1, "unreadable", 2),
            (2, "member_unknown", len(device.operations[1])),
        ]
        assert parked.bytes_of(connection, device.name, 1, 1) == b"{}"
        assert parked.bytes_of(connection, device.name, 1, 9) is None


def test_what_hq_still_does_not_understand_stays_parked(hq: Headquarters, device: Device) -> None:
    device.operations.append(b"{}")
    device.sell("nobody", earn=10)
    acknowledged(hq, device.batch())
    assert retry(hq) == [Outcome.PARKED, Outcome.PARKED]
    assert judged(hq, device, 1) == "parked unreadable"


def known_later(hq: Headquarters, device: Device) -> None:
    """m2 is not at HQ while the device reports 100 earned and 60 of them used: the first of them is parked."""
    with hq.database.transaction() as connection:
        row = dict(connection.execute(select(member).where(member.c.id == "m5")).mappings().one())
        connection.execute(delete(member).where(member.c.id == "m5"))
    device.sell("m5", earn=100)
    acknowledged(hq, device.batch())
    with hq.database.transaction() as connection:
        connection.execute(insert(member).values(**row))
    device.sell("m5", use=[("s01-1.1.1", 60)])
    assert outcomes(acknowledged(hq, device.batch(2))) == {2: "flagged lease_exceeded"}


def test_it_is_booked_once(hq: Headquarters, device: Device) -> None:
    known_later(hq, device)
    assert retry(hq) == [Outcome.APPLIED]
    assert retry(hq) == []
    with hq.database.transaction() as connection:
        assert parked.retry(connection, device.name, 1, 1, hq.rules()) is None
    assert judged(hq, device, 1) == "applied"
    assert broken(hq) == []


def test_lease_debt_and_balance_are_as_if_it_had_come_in_its_place(hq: Headquarters, device: Device) -> None:
    """100 were earned and 60 used there: the debt that HQ noted meanwhile is gone, and the lease holds the 40 left."""
    known_later(hq, device)
    assert balance(hq, "m5") == (-60, 60)
    retry(hq)
    assert (balance(hq, "m5"), held(hq, "m5", device.holder)) == ((40, 0), 40)
    device.sell("m5", use=[("s01-1.1.1", 40)])
    assert outcomes(acknowledged(hq, device.batch(3))) == {}
    assert balance(hq, "m5") == (0, 0)
    assert broken(hq) == []


def test_its_bytes_do_not_change(hq: Headquarters, device: Device) -> None:
    known_later(hq, device)
    retry(hq)
    with hq.database.reading() as connection:
        data = parked.bytes_of(connection, device.name, 1, 1)
    assert data == device.operations[0]
    assert json.loads(data)["member"] == "m5"
