"""Entries as HQ keeps them: who wrote down what about whom, and a digest that tells one entry from another.

No phone number, PIN or UID is in a row. Terminals know the key that UIDs are looked up by, and a PIN has few digits: so
the digest is made by a key that HQ alone has, and goes after a day, for whoever steals that key could try them all.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from hq.apply import OWN_DEVICE
from hq.headquarters import Headquarters
from hq.keys import Keys
from hq.schema import entry as table
from hq.schema import setting
from hq.terminals import Terminal
from protocol import canonical
from protocol.directory import card_key
from protocol.entries import Entry

DIGEST_MS = 24 * 3600 * 1000  # a terminal asks again within minutes, while the member waits
_SHOWN = {"level", "pin_given", "staff", "old_pin"}
_PURPOSE = b"stillpoint/entry"


@dataclass(frozen=True)
class Place:
    """Where an entry is made: at a terminal, or at HQ itself."""

    device: str
    epoch: int

    @classmethod
    def at(cls, terminal: Terminal) -> Place:
        return cls(terminal.device, terminal.epoch)

    @classmethod
    def at_hq(cls, hq: Headquarters) -> Place:
        return cls(OWN_DEVICE, hq.generation)


@dataclass(frozen=True)
class KeptEntry:
    """`digest` is empty for an old one, and once the member was erased."""

    member: str
    digest: str


def one_at_a_time(connection: Connection) -> None:
    """Whoever writes down an entry waits for the one before: a phone number has no row of its own to be locked."""
    connection.execute(select(setting.c.value).where(setting.c.name == "chain").with_for_update()).all()


def digest_of(keys: Keys, place: Place, entry: Entry) -> str:
    """The same for what is to be done from the same device, whatever was shown for it and whoever approved it."""
    own = hmac.new(keys.signing.private_bytes_raw(), _PURPOSE, hashlib.sha256).digest()
    content = canonical.encode([place.device, entry.model_dump(mode="json", exclude=_SHOWN)])
    return hmac.new(own, content, hashlib.sha256).hexdigest()


def find(connection: Connection, intent: str) -> KeptEntry | None:
    row = connection.execute(select(table.c.member, table.c.digest).where(table.c.intent == intent)).first()
    return None if row is None else KeptEntry(row.member, row.digest)


def keep(connection: Connection, hq: Headquarters, place: Place, entry: Entry, member: str) -> None:
    """Part of the transaction that does what the entry says; `member` is who that is now."""
    row = {
        "intent": entry.intent,
        "digest": digest_of(hq.keys, place, entry),
        "kind": entry.kind.value,
        "member": member,
        "device": place.device,
        "epoch": place.epoch,
        "staff": entry.staff,
        "card": None if entry.card is None else card_key(hq.keys.lookup, entry.card),
        "others_lost": int(entry.others_lost),
        "at_ms": hq.clock(),
    }
    connection.execute(insert(table).values(**row))


def forget(connection: Connection, members: Collection[str]) -> None:
    """Nothing in the entries of these members leads to a card or a number; part of the transaction that erases them."""
    connection.execute(update(table).where(table.c.member.in_(members)).values(card=None, digest=""))


def forget_old(connection: Connection, now_ms: int) -> None:
    """Digests that nobody asks by any more. The same entry after that is one that its intent does not belong to."""
    old = (table.c.at_ms < now_ms - DIGEST_MS) & (table.c.digest != "")
    connection.execute(update(table).where(old).values(digest=""))
