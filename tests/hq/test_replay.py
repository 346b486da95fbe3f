"""HQ prices every sale again (D21): the same bytes, or a flag; never a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from hq.headquarters import Headquarters
from hq.replayer import replay_pending
from loyalty import Line, Lot, Tender, TenderKind
from loyalty.ledger import Account
from protocol.operation import LotRecord
from tests.hq.devices import Device, acknowledged
from tests.hq.looking import balance, broken, judged
from tests.hq.real_sales import GOLD, ring_up, settled
from tests.protocol.examples import posting

HERE = (Lot("open.m1", 600, "2026-07-20", "2028-07-20"),)


def told(hq: Headquarters, device: Device) -> str:
    """What HQ says of the first operation once it has been replayed."""
    acknowledged(hq, device.batch())
    while replay_pending(hq.database, hq.programmes, limit=1):
        pass
    return judged(hq, device, 1)


def test_a_true_sale_is_applied(hq: Headquarters, device: Device) -> None:
    ring_up(device)
    assert told(hq, device) == "applied"
    assert balance(hq, "m1")[0] > 1000
    assert broken(hq) == []


def test_a_guest_and_a_redemption_are_priced_again_too(hq: Headquarters, device: Device) -> None:
    ring_up(device, None)
    ring_up(device, points=200, lots=HERE)
    assert told(hq, device) == "applied"
    assert judged(hq, device, 2) == "flagged lease_exceeded"  # the price is right; HQ had granted nothing yet


def bent(*path: str | int, value: Any) -> dict[str, Any]:
    """A true detail with one value changed."""
    _, detail = settled(GOLD, 0, (), "s01-1.1.1")
    place: Any = detail
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return detail


def test_what_rounding_took_to_nothing_is_settled_again_d09(hq: Headquarters, device: Device) -> None:
    sweet = (Line(1, "6901234567892", 1, 4, "food"),)
    _, detail = settled(None, 0, (), "", sweet, (Tender(TenderKind.CASH, 0),))
    assert (detail["tenders"], detail["receipt"]["rounding"]) == ([], -4)
    ring_up(device, None, detail=detail)
    assert told(hq, device) == "applied"


def test_a_sale_of_an_older_engine_is_kept_as_it_is(hq: Headquarters, device: Device) -> None:
    """Recorded with the offers that missed, and without all that is left out where it is as usual."""
    detail = bent("engine", value="1")
    detail["quote"] |= {"missed": [{"offer": "tier", "miss": "members_only", "distance": None, "saves": None}]}
    ring_up(device, detail=detail)
    assert told(hq, device) == "applied"


DIFFERENT = {
    "another tender": bent("tenders", 0, "amount", value=4800),
    "another rounding": bent("receipt", "rounding", value=3),
    "cheaper": bent("quote", "due", value=1),
    "another basket": bent("basket", "lines", 0, "quantity", value=1),
    "another tier": bent("member", "tier", value="regular"),
    "another member": bent("member", "id", value="m2"),
}
IMPOSSIBLE = {
    "no basket": {"note": "x"},
    "a tier that is not": bent("member", "tier", value="emperor"),
    "absurd quantity": bent("basket", "lines", 0, "quantity", value=-5),
}


@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_another_result_is_flagged(hq: Headquarters, device: Device, name: str) -> None:
    ring_up(device, detail=DIFFERENT[name])
    assert told(hq, device) == "flagged replay_differs"


@pytest.mark.parametrize("name", sorted(IMPOSSIBLE))
def test_a_detail_that_cannot_be_priced_is_flagged_and_booked(hq: Headquarters, device: Device, name: str) -> None:
    ring_up(device, detail=IMPOSSIBLE[name])
    assert told(hq, device).startswith("flagged replay_")
    assert balance(hq, "m1")[0] > 1000


@pytest.mark.parametrize(
    "change", [{"zone": "Mars/Olympus"}, {"zone": "../etc"}, {"at_ms": 2**62}, {"at_ms": -(2**63)}]
)
def test_a_moment_that_is_none_is_flagged(hq: Headquarters, device: Device, change: dict[str, Any]) -> None:
    ring_up(device, **change)
    assert told(hq, device) == "flagged replay_impossible"


def test_points_of_another_lot_are_flagged(hq: Headquarters, device: Device) -> None:
    """The sums are right and the postings are not those of the settled sale."""
    sale, _ = settled(GOLD, 200, HERE, "s01-1.1.1")
    postings = [posting(p.account, "open.m2" if p.lot == "open.m1" else p.lot, p.amount) for p in sale.postings]
    ring_up(device, points=200, lots=HERE, postings=tuple(postings))
    assert "replay_differs" in told(hq, device)


def test_points_out_of_nothing_are_flagged(hq: Headquarters, device: Device) -> None:
    """The price is right and the postings are not."""
    lot = LotRecord(id="s01-1.1.1", points=9999, earned_on="2026-11-20")
    moves = (posting(Account.ISSUED, lot.id, -9999), posting(Account.LEASE, lot.id, 9999))
    ring_up(device, lots=(lot,), postings=moves)
    assert told(hq, device) == "flagged replay_differs"


@pytest.mark.parametrize(("field", "value"), [("engine", "an engine to come"), ("programme_version", 99)])
def test_rules_that_hq_does_not_know_are_not_replayed(
    hq: Headquarters, device: Device, field: str, value: object
) -> None:
    ring_up(device, detail=bent(field, value=value))
    assert told(hq, device) == "applied"
