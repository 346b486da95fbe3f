"""Operations lie in the partition of the month in which they came; none is lost for want of one."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from hq import background
from hq.headquarters import Headquarters
from hq.partitions import make_months
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged
from tests.hq.looking import stored
from tests.hq.tiny_chain import NOW_MS


def where(hq: Headquarters) -> dict[str, int]:
    """Operations by the table they lie in."""
    with hq.database.reading() as connection:
        rows = connection.execute(text("SELECT tableoid::regclass::text, count(*) FROM operation GROUP BY 1"))
        return dict(rows.all())


def upload(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=1)
    acknowledged(hq, device.batch(len(device.operations)))


def test_the_coming_months_are_made_once(hq: Headquarters) -> None:
    made = make_months(hq.database, NOW_MS)
    assert made == []
    later = int(datetime(2027, 1, 31, tzinfo=UTC).timestamp() * 1000)
    wanted = ["operation_2027_03", "operation_2027_04"] if hq.database.dialect == "postgresql" else []
    assert make_months(hq.database, later) == wanted
    assert make_months(hq.database, later) == []


def test_a_month_without_a_partition_goes_to_the_rest_and_moves(hq: Headquarters, device: Device, clock: Clock) -> None:
    upload(hq, device)
    clock.forward(days=400)
    upload(hq, device)
    if hq.database.dialect == "postgresql":
        assert where(hq) == {"operation_2026_11": 5, "operation_rest": 1}  # 4 are the openings
    make_months(hq.database, clock())
    if hq.database.dialect == "postgresql":
        assert where(hq) == {"operation_2026_11": 5, "operation_2027_12": 1}
    upload(hq, device)
    assert stored(hq) == device.operations


def test_daily_work_makes_each_month_before_it_begins(hq: Headquarters, device: Device, clock: Clock) -> None:
    """Over the ends of seven months, more than HQ had made when it was opened; nothing ever lies in the rest."""
    for day in range(200):
        clock.forward(days=1)
        background.work(hq)
        if day % 5 == 0:
            upload(hq, device)
    if hq.database.dialect == "postgresql":
        found = where(hq)
        assert found.pop("operation_2026_11") == 6  # 4 are the openings
        assert sorted(found) == ["operation_2026_12", *(f"operation_2027_{month:02}" for month in range(1, 7))]
    assert stored(hq) == device.operations
