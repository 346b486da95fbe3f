"""Two members who are one person: all that the one has at HQ goes to the other, in HQ's own chain (docs/merging.md).

What terminals hold of the one stays good there, under its id, and is called back; what comes back is the other's
(`hq.following`). Cards lead to the member who stays. It cannot be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from hq import operators, pins, schema
from hq.account_rows import load, save
from hq.accounts import AT_HQ, MERGED, PENDING, Account
from hq.changes import note, note_members
from hq.control import is_denied
from hq.following import move, move_limits
from hq.judgement import Judgement, Rules
from hq.members import ERASED
from hq.own_chain import Act, record, take_the_chain
from hq.people import stays_of
from hq.problems import HqError
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset, Posting
from loyalty.transfer import DEBT
from protocol import canonical
from protocol.directory import MemberState
from protocol.feed import RowKind, member_bucket
from protocol.movements import MergeDetail
from protocol.operation import Kind

MOST_PLACES = 150  # in one operation, which has at most 64 KiB


@dataclass(frozen=True)
class Merger:
    """`leased` points of `gone` are still at terminals; `judgement` names what both used too often."""

    gone: str
    stays: str
    balance: int
    debt: int
    leased: int
    judgement: Judgement


def signed_bytes(gone: str, stays: str, why: str) -> bytes:
    """What an operator signs."""
    return b"stillpoint/merge\0" + canonical.encode([gone, stays, why])


def merge(connection: Connection, gone: str, stays: str, why: str, signed_by: tuple[str, str], rules: Rules) -> Merger:
    """All of `gone` goes to `stays`; both are ids. `signed_by` is an operator's name and signature in hex.

    Who was merged before stands for the member they are now. Raises HqError. Locks: HQ's own position, then both
    members in id order.
    """
    operator, signature = signed_by
    if not why.strip():
        raise HqError("say why with --why: it is kept with the entry")
    if not operators.verify(connection, operator, signature, signed_bytes(gone, stays, why)):
        raise HqError(f"{operator} has not signed this merge")
    take_the_chain(connection)
    old, new = _two(connection, gone, stays)
    detail = MergeDetail(stays=new.member, why=why, operator=operator, signature=signature)
    acts = [Act(Kind.MERGE, old.member, some, (), detail.model_dump(mode="json")) for some in _postings(old)]
    judgement = Judgement(params={"member": old.member})
    move_limits(old, new, judgement, rules)
    move(old, new)
    save(connection, [old, new])
    _write(connection, old, new, rules)
    record(connection, acts, rules, judgement)
    return Merger(old.member, new.member, new.balance, new.debt, old.balance, judgement)


def _two(connection: Connection, gone: str, stays: str) -> tuple[Account, Account]:
    old, new = stays_of(connection, gone), stays_of(connection, stays)
    if old == new:
        said = f"{gone} and {stays} are one member already" if gone != stays else f"{gone} is that member"
        raise HqError(f"{said}: nothing to merge; `stillpoint-hq member {new}` shows all of it")
    accounts = load(connection, [old, new])
    for who in (old, new):
        if who not in accounts:
            raise HqError(f"HQ has no member {who!r}: merge by id, card or phone number")
        if accounts[who].state == ERASED:
            raise HqError(f"member {who!r} was erased: what is left names nobody, and cannot be merged")
    if is_denied(connection, "member", old) and not is_denied(connection, "member", new):
        raise HqError(f"member {old!r} is on the deny list, and {new!r} is not: deny {new!r} too, or lift it first")
    return accounts[old], accounts[new]


def _postings(old: Account) -> Sequence[tuple[Posting, ...]]:
    """What leaves, place by place; each part balances by itself, and what is `moved` is the other member's."""
    places = [
        (Role.PENDING if holder == PENDING else Role.POOL, asset, lot, amount)
        for (holder, asset, lot), amount in sorted(old.holdings.items())
        if holder in AT_HQ
    ]
    owed = {Asset.POINTS: old.debt, **old.owed}
    places += [(Role.DEBT, asset, DEBT, -amount) for asset, amount in sorted(owed.items()) if amount]
    pairs = [(Posting(role, a, lot, -n), Posting(Role.MOVED, a, lot, n)) for role, a, lot, n in places]
    parts = [pairs[first : first + MOST_PLACES] for first in range(0, len(pairs), MOST_PLACES)] or [[]]
    return [tuple(posting for pair in some for posting in pair) for some in parts]


def _write(connection: Connection, old: Account, new: Account, rules: Rules) -> None:
    """The profile, the cards, and who stands for whom: always the member at the end."""
    table, merged = schema.member, schema.merged_member
    connection.execute(update(table).where(table.c.id == new.member).values(**_profile(old, new, rules)))
    connection.execute(update(table).where(table.c.id == old.member).values(state=MERGED))
    connection.execute(update(merged).where(merged.c.stays == old.member).values(stays=new.member))
    connection.execute(insert(merged).values(member=old.member, stays=new.member, at_ms=rules.now_ms))
    card = schema.card
    cards = connection.scalars(select(card.c.key).where(card.c.member == old.member).order_by(card.c.key)).all()
    connection.execute(update(card).where(card.c.member == old.member).values(member=new.member))
    pins.forget(connection, [old.member])
    note_members(connection, [old.member, new.member])
    buckets = (member_bucket(old.member), member_bucket(new.member))
    note(connection, [(bucket, RowKind.CARD, key) for bucket in buckets for key in cards])


def _profile(old: Account, new: Account, rules: Rules) -> dict[str, str | None]:
    """What the member who stays has, stands; the other's fills what is missing. The better tier stays, and a block."""
    ranks = {tier.id: tier.rank for tier in rules.programme.tiers} if rules.programme else {}
    better = max((new.tier, old.tier), key=lambda tier: ranks.get(tier, 0))
    blocked = MemberState.BLOCKED.value in (old.state, new.state)
    other = next((s for s in (old.home_store, old.second_store) if s not in (None, new.home_store)), None)
    return {
        "name": new.name or old.name,
        "phone": new.phone or old.phone,
        "birthday": new.birthday or old.birthday,
        "second_store": new.second_store or other,
        "tier": better,
        "state": MemberState.BLOCKED.value if blocked else new.state,
    }
