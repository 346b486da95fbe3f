"""HQ's register of cards: who was issued which, with which key, and how many are left of those that were delivered.

A card is known by the key of its UID (`protocol.directory.card_key`), so the register holds no UID. Whose card it is
stands in `card` alone, from which terminals are told, and which follows merges and erasures.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select, update

from cards import certificate
from cards.certificate import DAY_S, Certificate, IssuedWith
from cards.generations import ISSUED
from cards.layout import LAYOUTS, Layout
from cards.uid import UID_BYTES, is_random
from hq import issuer_keys, sightings
from hq.changes import note
from hq.columns import total
from hq.headquarters import Headquarters
from hq.member_codes import reference
from hq.people import stays_of
from hq.problems import HqError
from hq.schema import card, card_delivery, card_stock
from protocol.directory import CardProof, CardState, CardTechnology, card_key
from protocol.feed import RowKind, member_bucket

TECHNOLOGIES = tuple(each.value for each in CardTechnology)
_LAYOUTS: dict[str, Layout] = {layout.technology: layout for layout in LAYOUTS.values()}
KEY_NUMBERS = range(14)  # as in CardProof
MOST_DELIVERED = 1_000_000


class Stock(StrEnum):
    """What has become of a card that is not blank."""

    BEGUN = "begun"
    ISSUED = "issued"
    SPOILED = "spoiled"
    RETIRED = "retired"


@dataclass(frozen=True)
class Issue:
    """Which card: `uid` in hex, its technology, and the version of the masters that its keys come from.

    `technology` is a CardTechnology or the name of a plug-in; `key_no` is of a plug-in's card alone, the number of the
    key that it proves.
    """

    uid: str = field(repr=False)
    technology: str
    version: int
    key_no: int | None = None

    def __post_init__(self) -> None:
        if self.version not in ISSUED:
            raise HqError(f"key versions are {ISSUED[0]} to {ISSUED[-1]}, not {self.version}")
        if self.technology in _LAYOUTS:
            if self.key_no is not None:
                raise HqError(f"a card of {self.technology} has a key of its own for this: leave the key's number out")
        elif self.key_no not in KEY_NUMBERS:
            wanted = f"{KEY_NUMBERS[0]} to {KEY_NUMBERS[-1]}, not {self.key_no}"
            raise HqError(f"{self.technology} is a plug-in: say the number of the key that its card proves, {wanted}")

    def proof(self) -> CardProof:
        """What terminals are told of the card's key."""
        layout = _LAYOUTS.get(self.technology)
        if layout is None:
            return CardProof(technology=self.technology, key_no=self.key_no or 0, version=self.version)
        application = layout.application.hex() if layout.makes_application else None
        return CardProof(
            technology=self.technology, key_no=layout.challenge_key, application=application, version=self.version
        )


@dataclass(frozen=True)
class Counts:
    """Cards of one technology. Blank is what was delivered and nothing else; less than none: not all were counted."""

    delivered: int
    begun: int
    issued: int
    spoiled: int
    retired: int

    @property
    def blank(self) -> int:
        return self.delivered - self.begun - self.issued - self.spoiled - self.retired

    def figures(self) -> dict[str, int]:
        return {"blank": self.blank, **asdict(self)}


def deliver(hq: Headquarters, technology: str, count: int) -> None:
    """Count blank cards that came, or, less than none, that were given away or lost."""
    if not 0 < abs(count) <= MOST_DELIVERED:
        raise HqError(f"a delivery has 1 to {MOST_DELIVERED} cards, not {count}")
    with hq.database.transaction() as connection:
        row = {"technology": technology, "count": count, "at_ms": hq.clock()}
        connection.execute(insert(card_delivery).values(**row))


def certify(hq: Headquarters, member: str, issue: Issue, until_day: int | None = None) -> bytes:
    """Sign that this card is to be `member`'s; it counts as begun. Raises HqError for a card that cannot be."""
    issuers = issuer_keys.load_issuers(hq.state)
    if not issuers:
        raise HqError("HQ has no issuer key yet: make one before cards are issued")
    uid, today = _uid(issue.uid), hq.clock() // 1000 // DAY_S
    if until_day is not None and until_day < today:
        raise HqError("a certificate cannot end before today: name a later last day, or none")
    with hq.database.transaction() as connection:
        key = card_key(hq.keys.lookup, issue.uid)
        ref = reference(connection, hq.keys.lookup, member)
        _may_be_issued(connection, key, stays_of(connection, member))
        tenant = issuer_keys.tenant(connection)
        try:
            made = Certificate(max(issuers), uid, ref, IssuedWith.KEY, issue.version, today, until_day)
        except ValueError as error:
            raise HqError(str(error)) from error
        if _state(connection, key) is None:
            _keep(connection, key, issue, Stock.BEGUN, hq.clock())
    return certificate.issue(made, tenant, issuers[max(issuers)])


def issued(hq: Headquarters, member: str, issue: Issue) -> None:
    """The card is whole and the member's: terminals are told so, and that it must prove its key."""
    _uid(issue.uid)
    with hq.database.transaction() as connection:
        key, owner = card_key(hq.keys.lookup, issue.uid), stays_of(connection, member)
        if _state(connection, key) is None:
            raise HqError("this card was not certified here: certify it, and write that certificate into it")
        known = _may_be_issued(connection, key, owner)
        proof = issue.proof().model_dump_json()
        if known:
            connection.execute(update(card).where(card.c.key == key).values(proof=proof))
        else:
            row = {"key": key, "member": owner, "state": CardState.ACTIVE.value, "proof": proof}
            connection.execute(insert(card).values(**row))
        _keep(connection, key, issue, Stock.ISSUED, hq.clock())
        sightings.forget(connection, [key])  # its links count from the beginning, or are made by another key
        note(connection, [(member_bucket(owner), RowKind.CARD, key)])


def end(hq: Headquarters, uid: str, became: Stock | None) -> None:
    """The card leads to nobody any more: RETIRED, SPOILED, or None where it is blank again."""
    _uid(uid)
    with hq.database.transaction() as connection:
        key = card_key(hq.keys.lookup, uid)
        owner = connection.scalar(select(card.c.member).where(card.c.key == key))
        if owner is None and _state(connection, key) is None:
            raise HqError("HQ has no such card: check its UID")
        take_away(connection, key, owner, became, hq.clock())


def take_away(connection: Connection, key: str, owner: str | None, became: Stock | None, now_ms: int) -> None:
    """The card with this key is its owner's no more. One that the stock does not count stays uncounted."""
    if owner is not None:
        connection.execute(delete(card).where(card.c.key == key))
        note(connection, [(member_bucket(owner), RowKind.CARD, key)])
    sightings.forget(connection, [key])
    at_key = card_stock.c.key == key
    if became is None:
        connection.execute(delete(card_stock).where(at_key))
    else:
        connection.execute(update(card_stock).where(at_key).values(state=became.value, at_ms=now_ms))


def counted(connection: Connection) -> dict[str, Counts]:
    """The stock of each technology, and of each plug-in that has cards."""
    came, has = card_delivery.c, card_stock.c
    deliveries = connection.execute(select(came.technology, total(came.count)).group_by(came.technology))
    delivered = {technology: int(count) for technology, count in deliveries}
    states = connection.execute(select(has.technology, has.state, func.count()).group_by(has.technology, has.state))
    become = {(technology, state): int(count) for technology, state, count in states}
    further = {*delivered, *(technology for technology, _ in become)}.difference(TECHNOLOGIES)
    return {
        each: Counts(delivered.get(each, 0), *(become.get((each, state.value), 0) for state in Stock))
        for each in (*TECHNOLOGIES, *sorted(further))
    }


def _uid(text: str) -> bytes:
    try:
        uid = bytes.fromhex(text)
    except ValueError as error:
        raise HqError("a card's UID is written in hex") from error
    if len(uid) not in UID_BYTES or is_random(uid):
        raise HqError("a UID has 4, 7 or 10 bytes, and is the same at every tap: this card cannot be issued")
    return uid


def _state(connection: Connection, key: str) -> Stock | None:
    found = connection.scalar(select(card_stock.c.state).where(card_stock.c.key == key))
    return Stock(found) if found else None


def _may_be_issued(connection: Connection, key: str, owner: str) -> bool:
    """Whether the card leads to its owner already. Raises HqError where it leads elsewhere, or nowhere any more."""
    found = connection.execute(select(card.c.member, card.c.state).where(card.c.key == key)).first()
    if found is not None and found.member != owner:
        raise HqError("this card is another member's: retire it first")
    if found is not None and found.state != CardState.ACTIVE.value:
        raise HqError("this card is blocked: retire it, and issue another")
    state = _state(connection, key)
    if state in {Stock.SPOILED, Stock.RETIRED}:
        raise HqError(f"this card is counted as {state.value}: take another")
    return found is not None


def _keep(connection: Connection, key: str, issue: Issue, state: Stock, now_ms: int) -> None:
    values = {"technology": issue.technology, "version": issue.version, "state": state.value, "at_ms": now_ms}
    if _state(connection, key) is None:
        connection.execute(insert(card_stock).values(key=key, **values))
    else:
        connection.execute(update(card_stock).where(card_stock.c.key == key).values(**values))
