"""PINs at HQ: set and reset with staff, told to terminals as rows of the feed, and the guesses that they report merged.

A PIN is one row, under a key that does not say whose it is, in the bucket of its member: so it follows the feed's
tombstones and sums, and goes when the member is erased or merged into another (a hash is bound to its member's id).
Every set and reset is kept, with who did it and when. A reset gives the same hash another version: a terminal that was
dark meanwhile cannot have a higher one, whatever it counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from cards import pin as pin_form
from cards.pin import SALT_BYTES, Pepper, PinFault, fault_of, hash_pin
from cards.pin_attempts import PinCount
from cards.pin_cost import FLOOR, Cost
from hq import control, pin_rows, schema
from hq.changes import note
from hq.headquarters import Headquarters
from hq.keys import RandomBytes
from hq.people import stays_of
from hq.peppers import load_peppers, make_pepper
from hq.problems import HqError
from hq.terminals import Terminal
from protocol.control import GENERATION_STEP
from protocol.feed import RowKind, member_bucket
from protocol.pins import PinReport, PinRules, pin_key
from protocol.request_signature import key_name

SET, RESET = "set", "reset"
_FAULTS = {
    PinFault.NOT_DIGITS: "a PIN is made of the digits 0 to 9",
    PinFault.TOO_SHORT: f"a PIN has at least {pin_form.USUAL.least} digits",
    PinFault.TOO_LONG: f"a PIN has at most {pin_form.USUAL.most} digits",
    PinFault.TRIVIAL: "this PIN is among the first that anyone would guess",
    PinFault.PERSONAL: "this PIN stands in the member's phone number or birthday",
}


class PinRefused(HqError):
    """A PIN that is not taken; the text never repeats a digit of it."""

    def __init__(self, fault: PinFault) -> None:
        super().__init__(f"{_FAULTS[fault]}: choose another")
        self.fault = fault


class NoPepper(HqError):
    """HQ gives no PINs yet."""


@dataclass(frozen=True, repr=False)
class HashedPin:
    """What is kept of a PIN; good for this member alone."""

    member: str
    hash: str


def begin(hq: Headquarters, random: RandomBytes, cost: Cost = FLOOR) -> Pepper:
    """Make a pepper, the first or the next, and tell terminals its name and what a hash costs. Raises HqError."""
    made = make_pepper(hq.state, random)
    names = tuple(pepper.name for _, pepper in sorted(load_peppers(hq.state).items()))
    rules = PinRules(peppers=names, memory_kib=cost.memory_kib, passes=cost.passes, lanes=cost.lanes)
    control.configure(hq, pins=rules.model_dump())
    return made


def set_pin(hq: Headquarters, who: str, pin: str, by: str, random: RandomBytes) -> int:
    """Give the member with the id `who` this PIN; its version. `by` is who did it, for the record.

    Raises HqError for a PIN that is not taken, or a member who is none.
    """
    made = hashed(hq, who, pin, random)
    return hq.database.repeated(lambda connection: keep(connection, hq, made, SET, by))


def hashed(hq: Headquarters, who: str, pin: str, random: RandomBytes) -> HashedPin:
    """A PIN as it would be kept; that takes its time, so nothing is locked meanwhile. Raises PinRefused, NoPepper, or
    HqError for a member who is none."""
    with hq.database.reading() as connection:
        member, personal = _active(connection, who)
        cost = _cost(connection)
    fault = fault_of(pin, personal)
    if fault is not None:
        raise PinRefused(fault)
    peppers = load_peppers(hq.state)
    if cost is None or not peppers:
        raise NoPepper("HQ has no pepper yet: make one with `stillpoint-hq pin begin`")
    return HashedPin(member, hash_pin(pin, member, peppers[max(peppers)], cost, random(SALT_BYTES)).text)


def reset_pin(hq: Headquarters, who: str, by: str) -> int:
    """Let the guesses at a member's PIN count anew, everywhere; the version from now on. Raises HqError."""
    with hq.database.reading() as connection:
        member, _ = _active(connection, who)
        known = pin_rows.find(connection, [pin_key(hq.keys.lookup, member)])
    if not known:
        raise HqError(f"member {member} has no PIN: set one with `stillpoint-hq pin set`")
    same = HashedPin(member, known[0].hash)
    return hq.database.repeated(lambda connection: keep(connection, hq, same, RESET, by))


def take_guesses(hq: Headquarters, sender: Terminal, report: PinReport) -> int:
    """Merge what a terminal counted, by the rules of `cards.pin_attempts`; of how many PINs the count is another now.

    A terminal tells of itself alone. What belongs to another version of a PIN concerns nobody any more. Order and
    repetition do not matter.
    """
    told = {one.key: one for one in report.guesses}
    name, now_ms = key_name(sender.device, sender.epoch), hq.clock()

    def work(connection: Connection) -> int:
        changed = []
        for known in pin_rows.find(connection, sorted(told), locked=True):
            one = told[known.key]
            if one.version != known.count.version:
                continue
            wrong = {name: one.wrong} if one.wrong else {}
            merged = known.count.merge(PinCount(one.version, one.reset, wrong, min(one.last_ms, now_ms)))
            if merged != known.count:
                pin_rows.count(connection, known.key, merged)
                changed.append(known)
        note(connection, [(member_bucket(known.member), RowKind.PIN, known.key) for known in changed])
        return len(changed)

    return hq.database.repeated(work)


def forget(connection: Connection, members: Collection[str]) -> None:
    """These members have no PIN any more; part of the transaction that erases or merges them."""
    table = schema.pin
    gone = connection.execute(delete(table).where(table.c.member.in_(members)).returning(table.c.key, table.c.member))
    note(connection, sorted((member_bucket(member), RowKind.PIN, key) for key, member in gone.all()))


def acts_of(connection: Connection, members: Iterable[str]) -> list[tuple[str, int, str, str, int]]:
    """What was done to these members' PINs: member, version, what, by whom, when (UTC ms); the oldest first."""
    table = schema.pin_act
    query = select(table).where(table.c.member.in_(list(members))).order_by(table.c.at_ms, table.c.version)
    return [tuple(row) for row in connection.execute(query)]


def keep(connection: Connection, hq: Headquarters, made: HashedPin, act: str, by: str) -> int:
    """Give the PIN the version after every one that this member's PIN ever had. Raises HqError for a member who is
    none by now, or another."""
    member, acts = made.member, schema.pin_act
    key = pin_key(hq.keys.lookup, member)
    if _active(connection, member, locked=True)[0] != member:
        raise HqError(f"member {member} was merged just now: do it again")
    before = connection.scalar(select(func.max(acts.c.version)).where(acts.c.member == member)) or 0
    version = max(before, (hq.generation - 1) * GENERATION_STEP) + 1
    pin_rows.put(connection, key, member, made.hash, PinCount(version))
    row = {"member": member, "version": version, "act": act, "operator": by[:64], "at_ms": hq.clock()}
    connection.execute(insert(acts).values(**row))
    note(connection, [(member_bucket(member), RowKind.PIN, key)])
    return version


def _active(connection: Connection, who: str, *, locked: bool = False) -> tuple[str, list[str]]:
    """The member who this is now, and the numbers that others know of this member."""
    member, table = stays_of(connection, who), schema.member
    query = select(table.c.state, table.c.phone, table.c.birthday).where(table.c.id == member)
    row = connection.execute(query.with_for_update() if locked else query).first()
    if row is None or row.state != "active":
        raise HqError(f"there is no active member {member}: no PIN can be set")
    digits = [number for number in (row.phone, (row.birthday or "").replace("-", "")) if number]
    return member, digits


def _cost(connection: Connection) -> Cost | None:
    told = control.configuration(connection)
    rules = told.pins if told else None
    return None if rules is None else Cost(rules.memory_kib, rules.passes, rules.lanes)
