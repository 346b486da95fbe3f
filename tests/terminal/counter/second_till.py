"""Another till of the same shop: its own ledger and identity, the same directory and clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from protocol.lease import Grant, GrantPage, RefundRight
from protocol.movements import ReleaseDetail
from protocol.operation import Kind, OperationKey
from terminal.counter.act import Act, digest, operation_of
from terminal.store.ledger import Ledger
from tests.terminal.shops import DAY_MS, NOON_MS, TestShop

SECOND = "d-00000002"


@contextmanager
def second_till(test: TestShop) -> Iterator[TestShop]:
    with Ledger.open(test.folder / "second.db", SECOND, 1) as ledger:
        identity = test.shop.identity.model_copy(update={"device": SECOND})
        ledger.note_spend_until(NOON_MS + 30 * DAY_MS)
        yield TestShop(replace(test.shop, ledger=ledger, identity=identity), test.clock, test.folder)


def release(test: TestShop, sale: OperationKey) -> RefundRight:
    """The till gives the right up, in its own chain; what HQ then has of it."""
    right = test.shop.ledger.refund_right(sale)
    assert right is not None
    detail = ReleaseDetail(sales=(sale,)).model_dump(mode="json")
    act = Act(Kind.RELEASE, f"{test.shop.ledger.next_seq():032x}", test.shop.moment(), None, (), detail)
    test.shop.ledger.append(operation_of(test.shop, act), digest(detail), {})
    return right


def give_right(test: TestShop, member: str | None, right: RefundRight) -> None:
    """HQ places the right at this till."""
    number = test.shop.ledger.grants_applied() + 1
    grants = (Grant(number=number, member=member, refunds=(right,)),)
    page = GrantPage(device=test.shop.identity.device, epoch=1, grants=grants, head=number)
    test.shop.ledger.apply_grants(page)
