"""What an entry changes: a member's cards and phone number. The member's rows are locked, and the proof was judged."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select, update

from cards.uid import is_random
from hq import sightings
from hq.card_register import Stock, take_away
from hq.changes import note, note_members
from hq.control import is_denied
from hq.headquarters import Headquarters
from hq.member_codes import references
from hq.people import gone_into, stays_of
from hq.schema import card, card_stock, member
from protocol.directory import CardState, card_key
from protocol.entries import EntryVerdict
from protocol.feed import RowKind, member_bucket

_ACTIVE, _BLOCKED = CardState.ACTIVE.value, CardState.BLOCKED.value


def sell_card(connection: Connection, hq: Headquarters, who: str, uid: str, *, others_lost: bool) -> EntryVerdict:
    """The card leads to the member from now on, and proves no key. With `others_lost` nothing else does but codes."""
    key = card_key(hq.keys.lookup, uid)
    verdict = EntryVerdict.CARD_UNFIT if is_random(bytes.fromhex(uid)) else _in_the_way(connection, key, who)
    if verdict is not None:
        return verdict
    connection.execute(insert(card).values(key=key, member=who, state=_ACTIVE, proof=None))
    sightings.forget(connection, [key])
    note(connection, [(member_bucket(who), RowKind.CARD, key)])
    if others_lost:
        _block(connection, hq, who, key)
    return EntryVerdict.DONE


def return_card(connection: Connection, hq: Headquarters, who: str, uid: str) -> EntryVerdict:
    """The card leads to nobody; a key of a UID is never that of a code."""
    key = card_key(hq.keys.lookup, uid)
    if connection.scalar(select(card.c.member).where(card.c.key == key)) != who:
        return EntryVerdict.CARD_NOT_THEIRS
    take_away(connection, key, who, Stock.RETIRED, hq.clock())
    return EntryVerdict.DONE


def change_phone(connection: Connection, who: str, phone: str) -> EntryVerdict:
    """The number takes the place of the one before, also where a profile that was merged had that."""
    column = member.c.phone
    same = select(member.c.id).where(func.replace(func.replace(column, " ", ""), "-", "") == phone)
    if any(stays_of(connection, other) != who for other in connection.scalars(same).all()):
        return EntryVerdict.PHONE_TAKEN
    before = connection.scalar(select(column).where(member.c.id == who))
    whole = [who, *gone_into(connection, who)]
    mine = (member.c.id == who) | (member.c.id.in_(whole) & (column == before) & (column != ""))
    connection.execute(update(member).where(mine).values(phone=phone))
    note_members(connection, whole)
    return EntryVerdict.DONE


def cards_of(connection: Connection, hq: Headquarters, who: str) -> int:
    """How many cards and printed numbers lead to the member."""
    return len(_cards(connection, hq, who))


def _in_the_way(connection: Connection, key: str, who: str) -> EntryVerdict | None:
    """Why this card cannot become the member's."""
    known = connection.execute(select(card.c.member, card.c.state).where(card.c.key == key)).first()
    if is_denied(connection, "card", key) or (known is not None and known.state != _ACTIVE):
        return EntryVerdict.CARD_BLOCKED
    if known is not None:
        return EntryVerdict.CARD_THEIRS if known.member == who else EntryVerdict.CARD_TAKEN
    counted = connection.scalar(select(card_stock.c.key).where(card_stock.c.key == key))
    return None if counted is None else EntryVerdict.CARD_ENDED


def _block(connection: Connection, hq: Headquarters, who: str, left: str) -> None:
    """All that leads to the member but the card `left`."""
    keys = [key for key in _cards(connection, hq, who) if key != left]
    connection.execute(update(card).where(card.c.key.in_(keys)).values(state=_BLOCKED))
    note(connection, [(member_bucket(who), RowKind.CARD, key) for key in keys])


def _cards(connection: Connection, hq: Headquarters, who: str) -> list[str]:
    """Keys of what leads to the member; codes are made anew all the time, and have an end of their own."""
    codes = references(connection, hq.keys.lookup, who)
    query = select(card.c.key).where(card.c.member == who, card.c.state == _ACTIVE).order_by(card.c.key)
    return [key for key in connection.scalars(query) if key not in codes]
