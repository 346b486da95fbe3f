"""Members together with those that they were merged with: one person, two accounts (docs/merging.md).

Who is merged keeps an account for what terminals still hold under that id. All else of it is the other member's, so
whoever books onto the one has the other at hand, locked as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from hq.account_rows import load, look
from hq.accounts import MERGED, Account
from hq.prepared import rows_among
from hq.schema import merged_member


@dataclass
class People:
    """`accounts` by id; `stays` says of each of them who is merged which member it is now; `united` are those."""

    accounts: dict[str, Account] = field(default_factory=dict)
    stays: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.united = frozenset(self.stays.values())

    def of(self, member: str | None) -> Account | None:
        return self.accounts.get(member or "")


def load_people(connection: Connection, members: Iterable[str]) -> People:
    """The accounts of `members` and of whom they were merged into, locked in id order."""
    wanted = set(members)
    stays = _merges(connection, wanted)
    accounts = load(connection, wanted | {stays[who] for who in wanted & stays.keys()})
    if any(account.state == MERGED and who not in stays for who, account in accounts.items()):
        return load_people(connection, wanted)  # merged between the two questions: the rows are locked now
    return People(accounts, stays)


def stays_of(connection: Connection, member: str) -> str:
    """The member that this one is now; itself if it was never merged."""
    found = connection.scalar(select(merged_member.c.stays).where(merged_member.c.member == member))
    return str(found or member)


def gone_into(connection: Connection, member: str) -> list[str]:
    """Everybody who was merged into this member."""
    query = select(merged_member.c.member).where(merged_member.c.stays == member)
    return list(connection.scalars(query.order_by(merged_member.c.member)))


def all_merges(connection: Connection) -> dict[str, str]:
    return dict(connection.execute(select(merged_member.c.member, merged_member.c.stays)).all())


def look_whole(connection: Connection, members: Collection[str]) -> dict[str, Account]:
    """Accounts to be read, each with what terminals still hold of it under another id. Nothing is locked."""
    stays = _merges(connection, set(members))
    found = look(connection, {*members, *(who for who, now in stays.items() if now in members)})
    for who, now in stays.items():
        if who in found and now in found:
            found[now] = _whole(found[now], found[who])
    return {member: found[member] for member in members if member in found}


def _whole(stays: Account, gone: Account) -> Account:
    holdings = dict(stays.holdings)
    for key, amount in gone.holdings.items():
        holdings[key] = holdings.get(key, 0) + amount
    return replace(stays, holdings=holdings, lots=gone.lots | stays.lots, balance=stays.balance + gone.balance)


def _merges(connection: Connection, members: Collection[str]) -> dict[str, str]:
    """All merges that one of these has a part in."""
    table = merged_member.c
    found: dict[str, str] = {}
    for key in (table.member, table.stays):
        found |= dict(rows_among(connection, (table.member, table.stays), key, members))
    return found
