"""A refund that reaches HQ before its sale is put right when the sale comes, without anybody's work (D21, D30)."""

from __future__ import annotations

import pytest

from hq.conflicts import conflicts
from hq.headquarters import Headquarters
from hq.refund_rights import load_rights, save_rights
from hq.replayer import replay_pending
from loyalty import Moment, Refund, Return, TenderKind, read_programme, refund, right_to_refund
from loyalty.refund_sale import Known, RefundsSoFar
from loyalty.standing import Standing
from protocol.operation import Kind, Operation, OperationKey
from protocol.refund_detail import Asked, refund_detail, returned_lots
from protocol.sold_sale import sold_sale
from terminal.counter.act import posting_records
from tests.hq.devices import Device, acknowledged, join
from tests.hq.looking import balance, broken, judged
from tests.hq.real_sales import ring_up
from tests.hq.tiny_chain import NOW_MS, PROGRAMME

AT = Moment(NOW_MS + 3_600_000, "Asia/Shanghai", 4)
NOODLES, TEA = Return(1, 1), Return(2, 1)


@pytest.fixture
def other(hq: Headquarters, device: Device) -> Device:
    """The right to refund the first sale of `device` lies here: a restored HQ has heard of that grant first."""
    other = join(hq, "s02", "1")
    with hq.database.transaction() as connection:
        rights = load_rights(connection, [(device.name, 1, 1)])
        rights.move((device.name, 1, 1), other.holder)
        save_rights(connection, rights)
    return other


def bring_back(device: Device, data: bytes, *lines: Return, so_far: RefundsSoFar | None = None) -> RefundsSoFar:
    """Goods of this sale come back at `device`, as a till works it out; gives the right that is left."""
    made, programme = Operation.decode(data), read_programme(PROGRAMME)
    sale = sold_sale(made, programme)
    before = so_far or right_to_refund(sale)
    key = OperationKey(device=made.device, epoch=made.epoch, seq=made.seq)
    asked = Asked(key, lines, before, Standing(), Known(), TenderKind.CASH)
    done = refund(sale, before, lines, asked.standing, programme, AT, programme.refunds, asked.known, asked.collect)
    assert isinstance(done, Refund)
    device.sell(
        made.member,
        kind=Kind.REFUND,
        at_ms=AT.utc_ms,
        lots=returned_lots(done),
        postings=posting_records(done.postings),
        detail=refund_detail(asked, sale, AT, done, None),
    )
    return done.after


def settle(hq: Headquarters) -> None:
    while replay_pending(hq.database, hq.programmes):
        pass


def told(hq: Headquarters) -> list[str]:
    """What the list of conflicts says has happened."""
    with hq.database.reading() as connection:
        return [each["happened"] for row in conflicts(connection) for each in row["told"]]


def lines_back(hq: Headquarters, device: Device) -> list[tuple[int, int]]:
    key = (device.name, 1, 1)
    with hq.database.transaction() as connection:
        so_far = load_rights(connection, [key]).of(key).so_far
    assert so_far is not None
    return [(line["no"], line["back"]) for line in so_far["lines"]]


@pytest.mark.parametrize("replayed_before", [True, False], ids=["long after", "before the replay"])
def test_when_the_sale_comes_the_refund_is_no_conflict_any_more(
    hq: Headquarters, device: Device, other: Device, replayed_before: bool
) -> None:
    bring_back(other, ring_up(device), TEA)
    acknowledged(hq, other.batch())
    if replayed_before:
        settle(hq)
    assert judged(hq, other, 1) == "flagged refund_of_unknown_sale"
    acknowledged(hq, device.batch())
    had = balance(hq, "m1")
    settle(hq)
    assert (judged(hq, other, 1), told(hq)) == ("applied", [])
    assert balance(hq, "m1") == had, "replay books nothing"
    assert lines_back(hq, device) == [(2, 1)]
    assert broken(hq) == []


def test_one_whose_sale_never_comes_stays_flagged_and_is_looked_at_once(
    hq: Headquarters, device: Device, other: Device
) -> None:
    """The negative control: another sale of the same till comes, and that is none of its business."""
    ring_up(device)
    other_sale = Operation.decode(ring_up(device)).model_copy(update={"seq": 99})
    bring_back(other, other_sale.encode(), TEA)
    acknowledged(hq, other.batch())
    settle(hq)
    acknowledged(hq, device.batch())
    assert replay_pending(hq.database, hq.programmes) == 2, "the sales alone"
    assert replay_pending(hq.database, hq.programmes) == 0
    assert judged(hq, other, 1) == "flagged refund_of_unknown_sale,refund_without_right"


def test_a_refund_that_was_bent_is_found_when_its_sale_comes(hq: Headquarters, device: Device, other: Device) -> None:
    sale = ring_up(device)
    bring_back(other, sale, TEA)
    bent = Operation.decode(other.operations.pop())
    bent.detail["result"]["money"] += 1
    other.operations.append(bent.encode())
    acknowledged(hq, other.batch())
    settle(hq)
    acknowledged(hq, device.batch())
    settle(hq)
    assert judged(hq, other, 1) == "flagged replay_differs"


def test_more_than_was_sold_is_told_of_the_last_and_counted_no_further(
    hq: Headquarters, device: Device, other: Device
) -> None:
    """Nobody could say so before, for nobody knew how many there were."""
    sale, third = ring_up(device), join(hq, "s02", "2")
    for till in (other, third):
        bring_back(till, sale, TEA)
        acknowledged(hq, till.batch())
    settle(hq)
    assert lines_back(hq, device) == [(2, 2)]
    acknowledged(hq, device.batch())
    settle(hq)
    assert (judged(hq, other, 1), judged(hq, third, 1)) == ("applied", "flagged refund_without_right,refund_twice")
    assert "More came back of sale s01-1.1.1 than was sold (line 2)." in told(hq)
    assert lines_back(hq, device) == [(2, 1)]


def test_of_several_refunds_of_one_sale_each_is_put_right(hq: Headquarters, device: Device, other: Device) -> None:
    sale = ring_up(device)
    bring_back(other, sale, TEA, so_far=bring_back(other, sale, NOODLES))
    acknowledged(hq, other.batch())
    settle(hq)
    acknowledged(hq, device.batch())
    settle(hq)
    assert [judged(hq, other, seq) for seq in (1, 2)] == ["applied"] * 2
    assert lines_back(hq, device) == [(1, 1), (2, 1)]
