"""What HQ knows of one member: profile, balance and where it lies, purchases, and every move of points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from hq import schema
from hq.accounts import PENDING, Account
from hq.members import mask_phone
from hq.people import gone_into, look_whole, stays_of
from hq.problems import HqError
from hq.proven import proof_of, proof_words
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.directory import card_key
from protocol.operation import Kind, Operation, OperationError

_UID = re.compile(r"([0-9A-Fa-f]{2}){4,10}")
NEWEST = 50
OWN = "hq"  # the store of HQ's own operations
_KINDS = {Role.ISSUED: "earned", Role.REDEEMED: "used", Role.EXPIRED: "expired", Role.CANCELLED: "taken back"}


def find_member(connection: Connection, who: str, lookup_key: bytes) -> str:
    """The id of the member whose id, card UID (hex) or whole phone number is `who`; of one who was merged, of whom that
    is now. Raises HqError if there is none."""
    table = schema.member.c
    found = connection.scalar(select(table.id).where((table.id == who) | ((table.phone == who) & (table.phone != ""))))
    if found is None and _UID.fullmatch(who):
        key = card_key(lookup_key, who)
        found = connection.scalar(select(schema.card.c.member).where(schema.card.c.key == key))
    if found is None:
        raise HqError("no member has this id, card or phone number: check it, and write a card's UID in hex")
    return stays_of(connection, str(found))


def record_of(connection: Connection, member: str) -> dict[str, Any]:
    """Ready for JSON. Points by lot and by holder, the newest purchases, and moves of points, newest first."""
    account = look_whole(connection, [member])[member]
    gone = gone_into(connection, member)
    operations = _operations(connection, [member, *gone])
    return {
        "member": _profile(account) | ({"merged": gone} if gone else {}),
        "balance": account.balance,
        "debt": account.debt,
        "held": _held(account),
        "lots": _lots(account),
        "purchases": [_purchase(operation) for operation in operations if operation.kind is Kind.SALE],
        "points": _moves(operations),
    }


def _profile(account: Account) -> dict[str, Any]:
    return {
        "id": account.member,
        "name": account.name,
        "phone": mask_phone(account.phone),
        "birthday": account.birthday,
        "language": account.language,
        "tier": account.tier,
        "state": account.state,
        "home_store": account.home_store,
        "last_seen": account.last_seen,
    }


def _held(account: Account) -> dict[str, int]:
    """Points by holder: `pool`, `pending`, or the terminal that holds them as a lease."""
    held: dict[str, int] = {}
    for (holder, asset, _), points in sorted(account.holdings.items()):
        if asset is Asset.POINTS:
            held[holder] = held.get(holder, 0) + points
    return {holder: points for holder, points in held.items() if points}


def _lots(account: Account) -> list[dict[str, Any]]:
    merged: dict[str, int] = {}
    for (holder, asset, lot), points in account.holdings.items():
        if asset is Asset.POINTS and holder != PENDING:
            merged[lot] = merged.get(lot, 0) + points
    return [
        {"lot": lot, "points": merged[lot], "earned_on": dates.earned_on, "expires_on": dates.expires_on}
        for lot in sorted(merged)
        if merged[lot] and (dates := account.lots[Asset.POINTS, lot])
    ]


def _operations(connection: Connection, members: Sequence[str]) -> list[Operation]:
    table = schema.operation.c
    query = select(table.data).where(table.member.in_(members)).order_by(table.received_ms.desc(), table.seq.desc())
    found = []
    for data in connection.scalars(query.limit(NEWEST)):
        try:
            found.append(Operation.decode(data))
        except OperationError:  # parked: HQ shows it as a conflict until it can be read
            continue
    return found


def _purchase(operation: Operation) -> dict[str, Any]:
    quote = operation.detail.get("quote", {})
    lines = [
        {"gtin": line["gtin"], "quantity": line["quantity"], "net": line["net"]} for line in quote.get("lines", [])
    ]
    return {
        "store": operation.store,
        "device": operation.device,
        "seq": operation.seq,
        "at_ms": operation.at_ms,
        "business_date": operation.business_date,
        "net": quote.get("net"),
        "tenders": operation.detail.get("tenders", []),
        "lines": lines,
        "proof": proof_of(operation),
    }


def _moves(operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """What was issued, redeemed, and otherwise came or went, with its source: a terminal's operation or HQ's own."""
    moves = [
        {
            "kind": _KINDS[posting.account],
            "points": -posting.amount,
            "lot": posting.lot,
            "source": _source(operation),
            "at_ms": operation.at_ms,
        }
        for operation in operations
        for posting in operation.postings
        if posting.asset is Asset.POINTS and posting.account in _KINDS
    ]
    return sorted(moves, key=lambda move: (move["at_ms"], str(move["source"])), reverse=True)


def _source(operation: Operation) -> str:
    if operation.kind is Kind.OPENING:
        return "opening balance"
    return f"HQ: {operation.kind.value}" if operation.store == OWN else f"{operation.device} {operation.seq}"


def _proven(proof: dict[str, Any] | None) -> str:
    return "" if proof is None else f"  {proof_words(proof, 'en')}"


def as_text(record: dict[str, Any]) -> str:
    """The record for people, a line each."""
    who = record["member"]
    lines = [
        f"{who['id']}  {who['name']}  {who['phone']}  {who['tier']}  {who['state']}  home store {who['home_store']}"
    ]
    lines += [f"also known as {', '.join(who['merged'])}"] if who.get("merged") else []
    lines.append(f"balance {record['balance']} points, debt {record['debt']}")
    lines += [f"  {points:>8} at {holder}" for holder, points in record["held"].items()]
    lines += [f"  {lot['points']:>8} good until {lot['expires_on'] or 'for ever'}" for lot in record["lots"]]
    lines.append("purchases")
    lines += [
        f"  {p['business_date']}  {p['device']} {p['seq']:>6}  {p['net']} minor units{_proven(p['proof'])}"
        for p in record["purchases"]
    ]
    lines.append("points")
    lines += [f"  {move['points']:>+8}  {move['kind']}  {move['source']}" for move in record["points"]]
    return "\n".join(lines)
