"""Sales of the sample chain, from a seed: real baskets, priced and settled, ready to be committed."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from loyalty import (
    Basket,
    Line,
    Lot,
    MemberFacts,
    Moment,
    Programme,
    Refused,
    Sale,
    Tender,
    TenderKind,
    TillState,
    price,
    read_programme,
    settle,
    to_json,
)
from protocol.lease import Grant, GrantLot, GrantPage
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord
from protocol.sale_detail import sale_detail

DEVICE, EPOCH, STORE = "bench-1", 1, "s01"
NOON_MS = 1_795_147_200_000  # 2026-11-20 12:00 in Shanghai
MEMBERS = 50
LEASED = 10**9  # points of each member: the bench measures commits, not the end of a lease
POINTS = 100  # used in every third sale, a new business date each time, since a copyable card has a daily cap
DAY_MS = 24 * 3600 * 1000
_LOT = Lot("hq.1", LEASED, "2026-01-01", None)


@dataclass(frozen=True)
class SampleSale:
    """What `Ledger.append` takes."""

    operation: Operation
    digest: str
    answer: dict[str, Any]


def sample_grants() -> GrantPage:
    """What the members of these sales may spend."""
    lots = (GrantLot(lot=_LOT.id, points=LEASED, earned_on=_LOT.earned_on),)
    grants = tuple(Grant(number=n + 1, member=f"m{n:04}", lots=lots) for n in range(MEMBERS))
    return GrantPage(device=DEVICE, epoch=EPOCH, grants=grants, head=MEMBERS)


@dataclass(frozen=True)
class Lane:
    """Where sales are made, and how many members come there; `points`: how many every third of them uses.

    Lanes of another `number` have other intents.
    """

    device: str = DEVICE
    epoch: int = EPOCH
    store: str = STORE
    members: int = MEMBERS
    points: int = POINTS
    number: int = 0


BENCH_LANE = Lane()


def sample_sales(chain: Path, count: int, seed: int, lane: Lane = BENCH_LANE) -> Iterator[SampleSale]:
    """`count` sales of two to eight lines with the goods and the programme in the folder `chain`."""
    programme = read_programme((chain / "programme.json").read_bytes())
    with (chain / "products.csv").open(encoding="utf-8", newline="") as file:
        products = list(csv.DictReader(file))
    chance = Random(seed)
    for seq in range(1, count + 1):
        basket = _basket(products, chance, lane.points if seq % 3 == 0 else 0)
        yield _sale(programme, basket, seq, chance, lane)


def _basket(products: list[dict[str, str]], chance: Random, points: int) -> Basket:
    goods = chance.sample(products, chance.randint(2, 8))
    lines = tuple(
        Line(no, row["gtin"], chance.randint(1, 3), int(row["price"]), row["category"])
        for no, row in enumerate(goods, 1)
    )
    return Basket(lines, points=points)


def _sale(programme: Programme, basket: Basket, seq: int, chance: Random, lane: Lane) -> SampleSale:
    moment = Moment(NOON_MS + seq % 300 * DAY_MS)
    member = MemberFacts(f"m{chance.randrange(lane.members):04}", chance.choice([tier.id for tier in programme.tiers]))
    state = TillState((_LOT,), "P1")
    quote = price(basket, member, programme, moment, state)
    tenders = (Tender(TenderKind.CARD, quote.due),) if quote.due else ()
    sale = settle(quote, member, tenders, programme, moment, state, f"{lane.device}.{lane.epoch}.{seq}")
    assert not isinstance(sale, Refused), sale
    operation = _operation(basket, member, state, moment, sale, seq, lane)
    answer = {"seq": seq, "intent": operation.intent, "business_date": operation.business_date, **to_json(sale.quote)}
    return SampleSale(operation, hashlib.sha256(json.dumps(answer).encode()).hexdigest(), answer)


def _operation(
    basket: Basket, member: MemberFacts, state: TillState, moment: Moment, sale: Sale, seq: int, lane: Lane
) -> Operation:
    lots = (LotRecord(id=i.id, points=i.points, earned_on=i.earned_on, expires_on=i.expires_on) for i in sale.new_lots)
    moves = (PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in sale.postings)
    return Operation(
        device=lane.device,
        epoch=lane.epoch,
        seq=seq,
        kind=Kind.SALE,
        intent=f"{lane.number:08x}{seq:024x}",
        at_ms=moment.utc_ms,
        clock=ClockQuality.TRUSTED,
        zone=moment.zone,
        business_date=moment.business_date().isoformat(),
        store=lane.store,
        member=member.id,
        lots=tuple(lots),
        postings=tuple(moves),
        detail=sale_detail(basket, member, state, moment, sale),
    )
