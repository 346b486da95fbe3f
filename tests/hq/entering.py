"""A till at which entries about members are written down, and how HQ stands afterwards."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select

from hq.entries import take_entry
from hq.feed_rendering import render
from hq.headquarters import Headquarters
from hq.schema import card, change, entry, member
from hq.terminals import Terminal, one
from protocol.directory import card_key
from protocol.entries import Entry, EntryAnswer, EntryKind
from protocol.feed import RowKind, member_bucket
from tests.hq.devices import Device

OLD, NEW = "04A1B2C3D4E5F6", "04AABBCCDDEE80"  # m1 has the one, nobody the other
OLD_PIN = "730418"
CHANCE = Random(12)


def made(kind: EntryKind, who: str, intent: str, **fields: Any) -> Entry:
    """Of a member whose PIN was given, approved by Lin; `fields` are the rest, or bend that."""
    usual = {"intent": intent, "kind": kind, "member": who, "level": "P0", "pin_given": True, "staff": "Lin"}
    return Entry.model_validate(usual | fields)


class Till:
    """An active terminal. Every entry has an intent of its own, unless one is named."""

    def __init__(self, hq: Headquarters, device: Device) -> None:
        self.hq = hq
        self._intents = count(1)
        with hq.database.reading() as connection:
            found = one(connection, device.name, device.identity.epoch)
        assert found is not None
        self.terminal: Terminal = found

    def enter(self, kind: EntryKind, who: str, **fields: Any) -> EntryAnswer:
        intent = fields.pop("intent", f"{self.terminal.device.encode().hex()[:10]:0>10}{next(self._intents):022x}")
        return take_entry(self.hq, self.terminal, made(kind, who, intent, **fields), CHANCE.randbytes)

    def sell(self, who: str = "m1", uid: str = NEW, **fields: Any) -> EntryAnswer:
        return self.enter(EntryKind.CARD_SALE, who, card=uid, **fields)

    def take_back(self, who: str = "m1", uid: str = OLD, **fields: Any) -> EntryAnswer:
        return self.enter(EntryKind.CARD_RETURN, who, card=uid, **fields)

    def phone(self, who: str, number: str, **fields: Any) -> EntryAnswer:
        return self.enter(EntryKind.PHONE_CHANGE, who, phone=number, **fields)

    def pin(self, who: str, pin: str, **fields: Any) -> EntryAnswer:
        """By who gave the PIN until now, OLD_PIN unless another `old_pin` is named."""
        return self.enter(EntryKind.PIN_CHANGE, who, pin=pin, **({"old_pin": OLD_PIN} | fields))


def owner(hq: Headquarters, uid: str = NEW) -> tuple[str, str] | None:
    """Whose the card is and in which state, at HQ; None for nobody's."""
    with hq.database.reading() as connection:
        query = select(card.c.member, card.c.state).where(card.c.key == card_key(hq.keys.lookup, uid))
        row = connection.execute(query).first()
    return None if row is None else (row.member, row.state)


def told(hq: Headquarters, who: str, uid: str) -> dict[str, object] | None:
    """What the feed will say of the card in this member's bucket; None for a tombstone. That it changed is noted."""
    key, bucket = card_key(hq.keys.lookup, uid), member_bucket(who)
    with hq.database.reading() as connection:
        assert (bucket.value, key) in connection.execute(select(change.c.bucket, change.c.key)).all()
        return render(connection, [(bucket, RowKind.CARD, key)], "2026-11-20")[bucket][0].body


def phone_of(hq: Headquarters, who: str) -> str:
    with hq.database.reading() as connection:
        return str(connection.scalar(select(member.c.phone).where(member.c.id == who)))


def kept(hq: Headquarters) -> list[dict[str, Any]]:
    """All entries, the oldest first."""
    with hq.database.reading() as connection:
        rows = connection.execute(select(entry).order_by(entry.c.at_ms, entry.c.intent)).mappings()
        return [dict(row) for row in rows]
