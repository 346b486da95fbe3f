"""One operation that breaks HQ's books is parked by itself; everything before and after it is booked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hq.accounts import Account
from hq.apply import apply
from hq.audit import audit
from hq.headquarters import Headquarters
from hq.ingest import ingest
from hq.judgement import Judgement, Rules
from hq.parked import parked, retry_all
from hq.reading import read_batch
from hq.refund_rights import RefundRights
from hq.schema import operation
from hq.shared_rights import Shared
from hq.take_in import Judge
from protocol.batch import Acknowledgement
from protocol.operation import Operation
from tests.hq.devices import Device, outcomes

POISON = 2


def judge_with(fault: str) -> Judge:
    """Books as always, but for the second operation: it raises, or leaves an account that no table takes."""

    def judge(
        fact: Operation, account: Account | None, shared: Shared, rights: RefundRights, rules: Rules
    ) -> Judgement:
        if fact.seq == POISON and fault == "raises":
            raise AssertionError("nobody foresaw this")
        judgement = apply(fact, account, shared, rights, rules)
        if fact.seq == POISON and account:
            account.last_seen = None  # type: ignore[assignment]  # what the table refuses
        return judgement

    return judge


def take(hq: Headquarters, device: Device, judge: Judge) -> Acknowledgement:
    batch = device.batch()
    with hq.database.transaction() as connection:
        answer = ingest(connection, batch, read_batch(batch), hq.rules(), judge)
    assert isinstance(answer, Acknowledgement)
    return answer


@pytest.mark.parametrize("fault", ["raises", "cannot be written"])
def test_the_queue_goes_on_after_an_operation_that_breaks_something(
    hq: Headquarters, device: Device, fault: str
) -> None:
    for earned in (5, 7, 11):
        device.sell("m1", earn=earned)
    answer = take(hq, device, judge_with(fault))
    assert (answer.acked_seq, outcomes(answer)) == (3, {POISON: "parked unbookable"})
    with hq.database.reading() as connection:
        assert [each.seq for each in parked(connection)] == [POISON]
        kept = connection.scalars(select(operation.c.data).where(operation.c.device == device.name))
        assert sorted(kept) == sorted(device.operations)
        assert audit(connection) == []


def test_it_is_booked_once_hq_can(hq: Headquarters, device: Device) -> None:
    device.sell("m1", earn=5)
    device.sell("m1", earn=7)
    take(hq, device, judge_with("raises"))
    assert [each.seq for each, _ in retry_all(hq.database, hq.rules())] == [POISON]
    with hq.database.reading() as connection:
        assert parked(connection) == []
        assert audit(connection) == []


def test_what_is_no_fault_of_the_operation_ends_the_batch(hq: Headquarters, device: Device) -> None:
    """A full disk or a lost connection must not park anything: nothing is written, and the terminal sends again."""
    device.sell("m1", earn=5)

    def judge(*_: object) -> Judgement:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        take(hq, device, judge)
    with hq.database.reading() as connection:
        assert connection.scalar(select(operation.c.seq).where(operation.c.device == device.name)) is None
