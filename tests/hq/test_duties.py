"""What HQ does every day by its own operations: D12, D13 and D18 at HQ, and who is looked at again."""

from __future__ import annotations

from sqlalchemy import select

from hq import duties
from hq.accounts import PENDING, POOL, LotFacts
from hq.headquarters import Headquarters
from hq.schema import member, operation
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from loyalty.points_policy import PointsPolicy
from protocol.operation import Kind, LotRecord
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, outcomes
from tests.hq.looking import balance, broken, held
from tests.hq.rich import account, move, rich, sized


def earn_pending(device: Device, points: int, who: str = "m5") -> None:
    lot = LotRecord(id=f"{device.name}.1.{len(device.operations) + 1}", points=points, earned_on="2026-11-20")
    device.sell(who, lots=(lot,), postings=move(Role.ISSUED, Role.PENDING, Asset.POINTS, lot.id, points))


def run(hq: Headquarters) -> duties.Done:
    return duties.run(hq.database, hq.rules())


def own(hq: Headquarters) -> list[str]:
    query = select(operation.c.kind).where(operation.c.device == "hq", operation.c.kind != "opening")
    with hq.database.reading() as connection:
        return list(connection.scalars(query.order_by(operation.c.seq)))


def test_points_become_active_after_the_return_window_d13(hq: Headquarters, device: Device, clock: Clock) -> None:
    hq = rich(hq)
    earn_pending(device, 70)
    acknowledged(hq, device.batch())
    clock.forward(days=7)
    assert run(hq).activated == 0
    assert held(hq, "m5", PENDING) == 70
    clock.forward(days=1)
    assert run(hq).activated == 1
    assert (balance(hq, "m5"), held(hq, "m5"), held(hq, "m5", PENDING)) == ((70, 0), 70, 0)
    assert own(hq) == ["activate"]
    assert run(hq).activated == 0
    assert broken(hq) == []


def test_points_that_become_active_pay_the_debt_first_d12(hq: Headquarters, device: Device, clock: Clock) -> None:
    hq = rich(hq)
    device.sell("m2", use=[("open.m2", 350)])
    earn_pending(device, 100, "m2")
    acknowledged(hq, device.batch())
    assert balance(hq, "m2") == (-30, 30)
    clock.forward(days=8)
    run(hq)
    assert (balance(hq, "m2"), held(hq, "m2")) == ((70, 0), 70)
    assert broken(hq) == []


def test_500_expire_and_300_that_were_redeemed_offline_arrive_later_d18(
    hq: Headquarters, device: Device, clock: Clock
) -> None:
    """500 expire on 31 Dec; 300 were redeemed offline on 31 Dec and arrive on 2 Jan: spent 300, expired 200."""
    hq = rich(hq)
    lot = LotRecord(id="s01-1.1.1", points=500, earned_on="2026-11-20", expires_on="2026-12-31")
    device.sell("m5", lots=(lot,), postings=move(Role.ISSUED, Role.LEASE, Asset.POINTS, lot.id, 500))
    device.sell(
        "m5",
        kind=Kind.LEASE_RETURN,
        lots=(),
        detail={},
        postings=move(Role.LEASE, Role.POOL, Asset.POINTS, lot.id, 150),
    )
    acknowledged(hq, device.batch())
    device.sell("m5", use=[(lot.id, 300)], business_date="2026-12-31")
    clock.forward(days=43)  # 2 January: the grace of the pool's part has not passed
    assert run(hq).expired == 0
    assert outcomes(acknowledged(hq, device.batch(3))) == {}
    clock.forward(days=28)  # 30 January: a till may still bring news of 31 December
    assert run(hq).expired == 0
    clock.forward(days=1)
    assert run(hq).expired == 1
    assert (held(hq, "m5"), held(hq, "m5", device.holder)) == (0, 50)  # the leased part ends by its holder alone
    ended = move(Role.LEASE, Role.EXPIRED, Asset.POINTS, lot.id, 50)
    device.sell("m5", kind=Kind.EXPIRE, lots=(), postings=ended, detail={"day": "2027-01-01"})
    acknowledged(hq, device.batch(4))
    assert balance(hq, "m5") == (0, 0)
    assert broken(hq) == []


def test_who_was_not_seen_for_90_days_gives_the_leases_back(hq: Headquarters, device: Device, clock: Clock) -> None:
    """Leases 7: time alone makes HQ look again, and what is too much is recalled."""
    sized(hq, device)
    run(hq)
    clock.forward(days=89)
    assert run(hq).unsized >= 1
    page = sized(hq, device, after=2)
    assert [(g.member, [(r.asset, r.amount) for r in g.recalls]) for g in page.grants] == [
        ("m1", [(Asset.POINTS, 600)]),
        ("m2", [(Asset.POINTS, 192)]),
    ]


def test_a_new_month_makes_hq_look_again_once(hq: Headquarters, device: Device, clock: Clock) -> None:
    run(hq)
    sized(hq, device)
    clock.forward(days=12)
    assert duties.due(hq.database, hq.today())
    assert run(hq).unsized == 4  # all but the one who was not seen for long
    assert not duties.due(hq.database, hq.today())
    assert run(hq).unsized == 0
    with hq.database.reading() as connection:
        assert connection.scalar(select(member.c.unsized).where(member.c.id == "m1")) == 1


def test_an_expired_bonus_ends_and_its_principal_stays_d24(hq: Headquarters) -> None:
    one = account(hq)
    one.know(Asset.PRINCIPAL, LotFacts("v1", "2026-01-01", "2026-10-01"))
    one.add(POOL, Asset.PRINCIPAL, "v1", 1000)
    one.add(POOL, Asset.BONUS, "v1", 200)
    ended = duties.expiry(one, hq.today(), PointsPolicy())
    assert ended is not None
    assert [(p.account, p.asset, p.amount) for p in ended.postings] == [
        (Role.POOL, Asset.BONUS, -200),
        (Role.EXPIRED, Asset.BONUS, 200),
    ]
