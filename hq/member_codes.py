"""Member codes at HQ: made for a member who asks with a phone, and taken once where a terminal asks HQ.

In a code a member is a reference; the reference is the key of a card row like any other, so it reaches every terminal
by the feed, can be blocked when a phone is stolen, follows a merge and goes when the member is erased.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from cards import member_code
from cards.member_code import LIFE_S, CodeFault, Issuer, MemberCode, MemberCodeError
from hq import control, issuer_keys, schema
from hq.changes import note
from hq.headquarters import Headquarters
from hq.keys import RandomBytes
from hq.people import gone_into, stays_of
from hq.problems import HqError
from protocol.directory import CardState, member_ref, ref_key
from protocol.feed import RowKind, member_bucket

MOST_REFERENCES = 100  # of one member: phones that were stolen


@dataclass(frozen=True)
class Taken:
    """Whose code it was. `again` says that HQ had taken it before: then it proves nothing."""

    member: str
    again: bool


def begin(hq: Headquarters, random: RandomBytes) -> int:
    """Make an issuer key, the first or the next, and tell terminals; gives its kid. Raises HqError."""
    kid = issuer_keys.make_issuer(hq.state, random)
    with hq.database.reading() as connection:
        told = issuer_keys.told(connection, issuer_keys.load_issuers(hq.state))
    control.configure(hq, issuers=told.model_dump())
    return kid


def issue(hq: Headquarters, member: str, random: RandomBytes) -> str:
    """A fresh code of a member, as text, good from now. Raises HqError for a member who is none, or without a key."""
    issuers = issuer_keys.load_issuers(hq.state)
    if not issuers:
        raise HqError("HQ has no issuer key yet: make one before codes are issued")
    kid = max(issuers)
    with hq.database.transaction() as connection:
        ref = reference(connection, hq.keys.lookup, member)
        tenant = issuer_keys.tenant(connection)
    code = MemberCode(kid, ref, hq.clock() // 1000, LIFE_S, random(member_code.JTI_BYTES))
    return member_code.text_of(member_code.issue(code, tenant, issuers[kid]))


def block(hq: Headquarters, member: str) -> int:
    """Have every terminal refuse the member's codes of up to now, such as those of a stolen phone; a later code has
    another reference. Gives how many references were blocked; terminals learn of it by the feed."""
    with hq.database.transaction() as connection:
        member = stays_of(connection, member)
        found = references(connection, hq.keys.lookup, member)
        keys = [key for key, state in found.items() if state == CardState.ACTIVE.value]
        connection.execute(update(schema.card).where(schema.card.c.key.in_(keys)).values(state=CardState.BLOCKED.value))
        note(connection, [(member_bucket(member), RowKind.CARD, key) for key in keys])
    return len(keys)


def take(hq: Headquarters, text: str) -> Taken:
    """Whose code this is, and whether it came before. Each is good once, at whichever terminal.

    Raises MemberCodeError for a code that is not good now, HqError for one whose member is none any more. An HQ that
    remembers in memory takes no code from before its start: a fresh one is needed.
    """
    now_ms = hq.clock()
    issuers = issuer_keys.load_issuers(hq.state)
    with hq.database.reading() as connection:
        tenant = issuer_keys.tenant(connection)
        ours = [Issuer(tenant, kid, key.public_key()) for kid, key in issuers.items()]
        code = member_code.verify(text, tenant, ours, now_ms // 1000)
        member = _owner(connection, ref_key(hq.keys.lookup, code.member_ref))
    if code.issued_s < hq.guard.nonces.since_ms // 1000:
        raise MemberCodeError(CodeFault.EXPIRED, "HQ was started after this code was made: show a fresh one")
    whose, until_ms = f"code:{code.member_ref.hex()}", code.good_until_s * 1000 + 999
    return Taken(member, not hq.guard.nonces.first_use(whose, code.digest.hex()[:32], until_ms, now_ms))


def _owner(connection: Connection, key: str) -> str:
    found = connection.execute(
        select(schema.card.c.member, schema.card.c.state).where(schema.card.c.key == key)
    ).first()
    if found is None or found.state != CardState.ACTIVE.value:
        raise HqError("this code leads to no member any more")
    return str(found.member)


def reference(connection: Connection, lookup: bytes, member: str) -> bytes:
    """The member's reference that is not blocked; a new one is noted for the feed."""
    member = stays_of(connection, member)
    known = connection.scalar(select(schema.member.c.state).where(schema.member.c.id == member).with_for_update())
    if known != "active":
        raise HqError(f"there is no active member {member}: no code can be issued")
    for ref, key, state in _references(connection, lookup, member):
        if state is None:
            row = {"key": key, "member": member, "state": CardState.ACTIVE.value}
            connection.execute(insert(schema.card).values(**row))
            note(connection, [(member_bucket(member), RowKind.CARD, key)])
        if state in (None, CardState.ACTIVE.value):
            return ref
    raise HqError(f"member {member} has {MOST_REFERENCES} blocked references: look at why")


def references(connection: Connection, lookup: bytes, member: str) -> dict[str, str]:
    """State by key of all references that lead to the member; codes of before a merge lead there as well."""
    names = [member, *gone_into(connection, member)]
    found = (row for name in names for row in _references(connection, lookup, name))
    return {key: state for _, key, state in found if state is not None}


def _references(connection: Connection, lookup: bytes, member: str) -> Iterator[tuple[bytes, str, str | None]]:
    """Reference, key and state of each that the member has had, and then of the next, whose state is None."""
    for number in range(MOST_REFERENCES):
        ref = member_ref(lookup, member, number)
        key = ref_key(lookup, ref)
        state = connection.scalar(select(schema.card.c.state).where(schema.card.c.key == key))
        yield ref, key, state
        if state is None:
            return
