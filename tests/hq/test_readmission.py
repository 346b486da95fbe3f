"""A restored HQ admits terminals that it has forgotten, by what it once signed for them, and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, select

from hq import schema
from hq.exchange import Request, answer
from hq.headquarters import Headquarters
from protocol.enrolment import ADMISSION
from protocol.signing import Signed, public_hex
from tests.hq.clients import signed
from tests.hq.conftest import Clock
from tests.hq.devices import Device, join
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, NONCE

TARGET = "/v1/readmit"


def forget(hq: Headquarters, device: Device) -> None:
    with hq.database.transaction() as connection:
        connection.execute(delete(schema.terminal).where(schema.terminal.c.device == device.name))


def show(hq: Headquarters, device: Device, admission: Signed | None = None, nonce: str = NONCE) -> tuple[int, str]:
    shown = admission or device.identity.admission
    assert shown is not None
    body = json.dumps({"admission": shown.model_dump()}).encode()
    named = signed(hq, device, "POST", TARGET, body, nonce=nonce)
    given = answer(hq, Request("POST", TARGET, {name.lower(): value for name, value in named.items()}, body))
    return given.status, "" if given.status < 300 else json.loads(given.body)["error"]["code"]


def rows(hq: Headquarters) -> list[tuple[Any, ...]]:
    table = schema.terminal.c
    with hq.database.transaction() as connection:
        return [tuple(row) for row in connection.execute(select(table.epoch, table.state).order_by(table.epoch))]


def test_a_forgotten_terminal_comes_back(hq: Headquarters, device: Device) -> None:
    forget(hq, device)
    assert show(hq, device) == (204, "")
    assert rows(hq) == [(1, "active")]
    assert show(hq, device, nonce="1" * 32) == (204, ""), "doing it twice is doing it once"
    device.sell("m2", earn=10)
    body = device.batch().encode()
    named = signed(hq, device, "POST", "/v1/operations", body, nonce="2" * 32)
    lower = {name.lower(): value for name, value in named.items()}
    assert answer(hq, Request("POST", "/v1/operations", lower, body)).status == 200


def test_a_known_terminal_stays_what_it_is(hq: Headquarters, device: Device) -> None:
    with hq.database.transaction() as connection:
        connection.execute(schema.terminal.update().values(state="revoked"))
    assert show(hq, device) == (204, "")
    assert rows(hq) == [(1, "revoked")]


def test_an_older_epoch_comes_back_retired_and_a_newer_one_retires(hq: Headquarters, clock: Clock) -> None:
    old = join(hq, "s01", "1")
    clock.forward(hours=1)
    new = join(hq, "s01", "1", seed=8)
    forget(hq, old)
    show(hq, old)
    assert rows(hq) == [(1, "active")]
    show(hq, new)
    assert rows(hq) == [(1, "retired"), (2, "active")]
    forget(hq, old)
    show(hq, new, nonce="1" * 32)
    show(hq, old, nonce="1" * 32)
    assert rows(hq) == [(1, "retired"), (2, "active")]


def test_nobody_else_is_admitted(hq: Headquarters, device: Device) -> None:
    admission = device.identity.admission
    assert admission is not None
    said = admission.open(ADMISSION, hq.keys.trust_key)
    forget(hq, device)
    assert show(hq, device, Signed.make(ADMISSION, said, HQ_KEY)) == (403, "admission")
    assert show(hq, device, Signed.make("claim", said, hq.keys.signing)) == (403, "admission")
    assert show(hq, device, admission.model_copy(update={"payload": "{}"})) == (403, "admission")
    thief = Device(DEVICE_KEY, device.identity)
    assert show(hq, thief) == (401, "not_authenticated")
    elsewhere = {**said, "store": "s77"}
    assert show(hq, device, Signed.make(ADMISSION, elsewhere, hq.keys.signing)) == (403, "admission")
    assert rows(hq) == []


def test_an_epoch_that_another_device_was_given_meanwhile_is_not_given_back(hq: Headquarters, device: Device) -> None:
    forget(hq, device)
    other = join(hq, "s01", "1", seed=9)
    assert other.identity.epoch == device.identity.epoch
    assert show(hq, device) == (403, "admission")
    assert public_hex(other.key) != public_hex(device.key)


@pytest.mark.parametrize(("generation", "epoch"), [(1, 1), (2, 1001), (3, 2001)])
def test_a_restored_hq_gives_epochs_that_it_cannot_have_given_before(
    hq: Headquarters, clock: Clock, generation: int, epoch: int
) -> None:
    with hq.database.transaction() as connection:
        where = schema.setting.c.name == "generation"
        connection.execute(schema.setting.update().where(where).values(value=str(generation)))
    restored = Headquarters.open(hq.state, clock)
    try:
        assert join(restored, "s01", "1").identity.epoch == epoch
    finally:
        restored.close()
