"""HQ of the tiny chain with a programme in which everything can be leased, and terminals' acts other than sales."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from hq import leases, sizing, terminals
from hq.account_rows import look
from hq.accounts import Account
from hq.headquarters import Headquarters
from hq.own_chain import Act, perform
from hq.schema import bearer_holding
from hq.shared_rights import Shared, load_shared
from loyalty import read_programme
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset, Posting
from loyalty.top_up import room_key
from protocol.lease import Grant, GrantAsk, GrantPage, Whereabouts
from protocol.operation import Kind, PostingRecord
from protocol.sale_records import ValueLotRecord
from tests.hq.devices import Device
from tests.hq.tiny_chain import PROGRAMME
from tests.protocol.examples import posting

LIMITS = [
    {"scope": "member", "measure": "times", "most": 10, "period": "month"},
    {"scope": "store", "measure": "times", "most": 100},
    {"scope": "chain", "measure": "money", "most": 10_000},
]
RICH: dict[str, Any] = PROGRAMME | {
    "format": 2,
    "points": {"return_window_days": 7, "longest_offline_days": 30},
    "stored_value": {"limit_named": 500_000, "limit_unnamed": 100_000},
    "offers": [PROGRAMME["offers"][0] | {"limits": LIMITS}],
}
MEMBER_LIMIT = "member:times:2026-11:tier:m1"
STORE_LIMIT = "store:times:ever:tier:s01"
CHAIN_LIMIT = "chain:money:ever:tier"
ROOM = room_key("m1")


def rich(hq: Headquarters) -> Headquarters:
    return replace(hq, programmes={3: read_programme(RICH)})


def act(hq: Headquarters, *acts: Act) -> None:
    with hq.database.transaction() as connection:
        perform(connection, acts, hq.rules())


def account(hq: Headquarters, member: str = "m1") -> Account:
    with hq.database.reading() as connection:
        return look(connection, [member])[member]


def shared(hq: Headquarters) -> Shared:
    with hq.database.transaction() as connection:
        rows = connection.execute(select(bearer_holding.c.asset, bearer_holding.c.lot)).all()
        rights = [(Asset(asset), lot) for asset, lot in rows]
        return load_shared(connection, [*rights, (Asset.LIMIT, STORE_LIMIT), (Asset.LIMIT, CHAIN_LIMIT)])


def sized(hq: Headquarters, device: Device, after: int = 0) -> GrantPage:
    with hq.database.transaction() as connection:
        who = terminals.lock(connection, device.name, device.identity.epoch)
        sizing.size(connection, who, hq.rules())
        return leases.page(connection, who.device, who.epoch, after)


def asked(
    hq: Headquarters, device: Device, after: int = 0, **wish: Any
) -> tuple[tuple[Grant, ...], Whereabouts | None]:
    with hq.database.transaction() as connection:
        who = terminals.lock(connection, device.name, device.identity.epoch)
        held_by = leases.ask(connection, who, GrantAsk(**{"member": "m1", "after": after} | wish), hq.rules())
        return leases.page(connection, who.device, who.epoch, after).grants, held_by


def move(out_of: Role, into: Role, asset: Asset, lot: str, amount: int = 1) -> tuple[PostingRecord, ...]:
    return posting(out_of, lot, -amount, asset), posting(into, lot, amount, asset)


def give_back(device: Device, *held: tuple[Asset, str, int], recall: int | None = None, member: str = "m1") -> bytes:
    """Append a LEASE_RETURN."""
    postings = tuple(p for asset, lot, n in held for p in move(Role.LEASE, Role.POOL, asset, lot, n))
    detail = {"recall": recall} if recall else {}
    return device.sell(member, kind=Kind.LEASE_RETURN, lots=(), postings=postings, detail=detail)


def top_up(device: Device, amount: int, bonus: int = 0, member: str = "m1") -> str:
    """Append a TOP_UP out of the room that is leased; gives the lot's id."""
    lot = f"{device.name}.{device.identity.epoch}.{len(device.operations) + 1}"
    record = ValueLotRecord(id=lot, principal=amount, bonus=bonus, spent=0, topped_up_on="2026-11-20")
    made = move(Role.ISSUED, Role.LEASE, Asset.PRINCIPAL, lot, amount)
    made += move(Role.ISSUED, Role.LEASE, Asset.BONUS, lot, bonus) if bonus else ()
    room = move(Role.LEASE, Role.USED, Asset.LIMIT, room_key(member), amount)
    detail = {"lot": record.model_dump(mode="json"), "named": True}
    device.sell(member, kind=Kind.TOP_UP, lots=(), postings=(*room, *made), detail=detail)
    return lot


def opening(member: str, asset: Asset, lot: str, amount: int) -> Act:
    return Act(Kind.ADJUST, member, (Posting(Role.ISSUED, asset, lot, -amount), Posting(Role.POOL, asset, lot, amount)))
