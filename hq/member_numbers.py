"""Printed member numbers (GSRN, AI 8018) at HQ: a number leads to a member as a card does, and proves nothing.

The directory holds it as the key of a card row, so it reaches every terminal by the feed, follows a merge and goes when
the member is erased.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from cards.gsrn import is_gsrn
from hq import schema
from hq.changes import note
from hq.headquarters import Headquarters
from hq.people import stays_of
from hq.problems import HqError
from protocol.directory import CardState, number_key
from protocol.feed import RowKind, member_bucket


def give(hq: Headquarters, member: str, number: str) -> str:
    """Let `number` lead to this member; gives the member's id. Raises HqError for a number with a wrong check digit or
    of another member, and for a member who is not active."""
    if not is_gsrn(number):
        raise HqError("a member number has 18 digits, the last of which is the check digit: print and type it again")
    with hq.database.transaction() as connection:
        member = stays_of(connection, member)
        _check_active(connection, member)
        key = number_key(hq.keys.lookup, number)
        holder = connection.scalar(select(schema.card.c.member).where(schema.card.c.key == key))
        if holder is not None and holder != member:
            raise HqError("this number is another member's: print another")
        if holder is None:
            row = {"key": key, "member": member, "state": CardState.ACTIVE.value}
            connection.execute(insert(schema.card).values(**row))
            note(connection, [(member_bucket(member), RowKind.CARD, key)])
    return member


def _check_active(connection: Connection, member: str) -> None:
    state = connection.scalar(select(schema.member.c.state).where(schema.member.c.id == member).with_for_update())
    if state != "active":
        raise HqError(f"there is no active member {member}: no number can lead there")
