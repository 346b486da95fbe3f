"""Sales as a terminal makes them, with `loyalty`, so that HQ can price them again."""

from __future__ import annotations

from typing import Any

from loyalty import (
    Basket,
    Line,
    Lot,
    MemberFacts,
    Moment,
    Sale,
    Tender,
    TenderKind,
    TillState,
    price,
    read_programme,
    settle,
)
from protocol.sale_detail import sale_detail, sale_lots, sale_postings
from tests.hq.devices import Device
from tests.hq.tiny_chain import NOW_MS, PROGRAMME

AT = Moment(NOW_MS, "Asia/Shanghai", 4)
GOLD = MemberFacts("m1", "gold", "1991-05-17")


LINES = (Line(1, "6901234567892", 3, 990, "food"), Line(2, "6901234567908", 1, 2500, "drinks"))
CASH = (Tender(TenderKind.CASH, 100_000),)


def settled(
    member: MemberFacts | None,
    points: int,
    lots: tuple[Lot, ...],
    lot_id: str,
    lines: tuple[Line, ...] = LINES,
    tenders: tuple[Tender, ...] = CASH,
) -> tuple[Sale, dict[str, Any]]:
    """Three noodles and a tea, paid in cash: the sale and its operation's detail."""
    basket, state = Basket(lines, points=points), TillState(lots, "P4")
    programme = read_programme(PROGRAMME)
    quote = price(basket, member, programme, AT, state)
    sale = settle(quote, member, tenders, programme, AT, state, lot_id, basket)
    assert isinstance(sale, Sale), sale
    return sale, sale_detail(basket, member, state, AT, sale)


def ring_up(
    device: Device, member: MemberFacts | None = GOLD, points: int = 0, lots: tuple[Lot, ...] = (), **changes: Any
) -> bytes:
    """Append a real sale to the device's chain; `changes` bend the operation."""
    seq = len(device.operations) + 1
    sale, detail = settled(member, points, lots, f"{device.name}.{device.identity.epoch}.{seq}")
    records = {"lots": sale_lots(sale), "postings": sale_postings(sale)}
    values: dict[str, Any] = {"at_ms": AT.utc_ms, **records, "detail": detail}
    return device.sell(member.id if member else None, **(values | changes))
