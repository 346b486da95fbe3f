"""Entries at HQ: what a terminal, or an operator here, writes down about a member is judged, done and kept.

One transaction for each. HQ believes a terminal what was shown there (docs/decisions/0025), and judges by its own table
whether that is enough. The same entry again changes nothing, so a terminal that heard no answer asks again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hq import control, entry_acts, entry_rows, pins
from hq.entry_rows import Place
from hq.headquarters import Headquarters
from hq.keys import RandomBytes
from hq.people import gone_into, stays_of
from hq.pin_guesses import Looked, look_at
from hq.pins import HashedPin
from hq.schema import member
from hq.terminals import Terminal
from loyalty.assurance import USUAL, Shown, judge
from protocol.directory import MemberState
from protocol.entries import ACTIONS, Entry, EntryAnswer, EntryKind, EntryVerdict

_NOT_RIGHT = {Looked.WRONG: EntryVerdict.PIN_WRONG, Looked.WAIT: EntryVerdict.PIN_WAIT}


def take_entry(hq: Headquarters, sender: Terminal, entry: Entry, random: RandomBytes) -> EntryAnswer:
    """Do what a terminal says, if what was shown there is enough for it. It is on the disk when this returns.

    `random` is for a PIN's salt.
    """
    desk = _Desk(hq, Place.at(sender), entry)
    if entry.pin is None:
        return desk.take()
    with hq.database.reading() as connection:
        found = desk.look(connection)
    if isinstance(found, EntryAnswer):
        return found
    if entry.old_pin is not None and (looked := look_at(hq, found, entry.old_pin)) in _NOT_RIGHT:
        return EntryAnswer(verdict=_NOT_RIGHT[looked])
    try:
        return desk.take(pins.hashed(hq, found, entry.pin, random))
    except pins.PinRefused as refused:
        return EntryAnswer(verdict=EntryVerdict.PIN_UNFIT, fault=refused.fault.value)
    except pins.NoPepper:
        return EntryAnswer(verdict=EntryVerdict.PIN_NOT_HERE)


def enter_at_hq(hq: Headquarters, entry: Entry) -> EntryAnswer:
    """Do what an operator says, who needs no proof of the member. Not for PINs: `hq.pins.set_pin` keeps who did it."""
    return _Desk(hq, Place.at_hq(hq), entry, asks_proof=False).take()


@dataclass(frozen=True)
class _Desk:
    """One entry, from one place."""

    hq: Headquarters
    place: Place
    entry: Entry
    asks_proof: bool = True

    def look(self, connection: Connection, *, locked: bool = False) -> EntryAnswer | str:
        """Whom the entry is about, or the answer where there is nothing to do."""
        known = entry_rows.find(connection, self.entry.intent)
        if known is not None and known.digest == entry_rows.digest_of(self.hq.keys, self.place, self.entry):
            return self._done(connection, stays_of(connection, known.member))
        if known is not None:
            return EntryAnswer(verdict=EntryVerdict.CONFLICT)
        who = _active(connection, self.entry.member, locked=locked)
        if who is None:
            return EntryAnswer(verdict=EntryVerdict.MEMBER_UNKNOWN)
        if self.asks_proof and not _is_proven(connection, self.entry):
            return EntryAnswer(verdict=EntryVerdict.PROOF_MISSING)
        return who

    def take(self, made: HashedPin | None = None) -> EntryAnswer:
        """`made` is the entry's PIN as it would be kept."""

        def work(connection: Connection) -> EntryAnswer:
            entry_rows.one_at_a_time(connection)
            who = self.look(connection, locked=True)
            if isinstance(who, EntryAnswer):
                return who
            verdict = self._act(connection, who, made)
            if verdict is not EntryVerdict.DONE:
                return EntryAnswer(verdict=verdict)
            entry_rows.keep(connection, self.hq, self.place, self.entry, who)
            return self._done(connection, who)

        return self.hq.database.repeated(work)

    def _act(self, connection: Connection, who: str, made: HashedPin | None) -> EntryVerdict:
        hq, entry = self.hq, self.entry
        if made is not None:
            return self._set_pin(connection, who, made)
        if entry.phone is not None:
            return entry_acts.change_phone(connection, who, entry.phone)
        assert entry.card is not None, "an entry has what its kind needs, and a PIN was hashed"
        if entry.kind is EntryKind.CARD_RETURN:
            return entry_acts.return_card(connection, hq, who, entry.card)
        return entry_acts.sell_card(connection, hq, who, entry.card, others_lost=entry.others_lost)

    def _set_pin(self, connection: Connection, who: str, made: HashedPin) -> EntryVerdict:
        if made.member != who:
            return EntryVerdict.MEMBER_UNKNOWN  # merged meanwhile, and a hash is bound to its member
        pins.keep(connection, self.hq, made, pins.SET, f"{self.place.device} {self.entry.staff or ''}".strip())
        return EntryVerdict.DONE

    def _done(self, connection: Connection, who: str) -> EntryAnswer:
        return EntryAnswer(verdict=EntryVerdict.DONE, cards=entry_acts.cards_of(connection, self.hq, who))


def _active(connection: Connection, said: str, *, locked: bool) -> str | None:
    """Who this is now, active and not denied; all rows of that person are locked then, in the order of their ids."""
    who = stays_of(connection, said)
    whole = [who, *gone_into(connection, who)]
    query = select(member.c.id, member.c.state).where(member.c.id.in_(whole)).order_by(member.c.id)
    states: dict[str, str] = dict(connection.execute(query.with_for_update() if locked else query).all())
    denied = any(control.is_denied(connection, "member", one) for one in {said, who})
    return who if states.get(who) == MemberState.ACTIVE.value and not denied else None


def _is_proven(connection: Connection, entry: Entry) -> bool:
    """A PIN that HQ will look at itself counts as given until then."""
    told = control.configuration(connection)
    table = told.assurance.table() if told and told.assurance else USUAL
    given = entry.pin_given if entry.kind is not EntryKind.PIN_CHANGE else entry.old_pin is not None
    shown = Shown(entry.level, pin=given, staff=entry.staff is not None, hq=True)
    return judge(table, ACTIONS[entry.kind], shown).allowed
