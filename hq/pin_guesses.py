"""A member's PIN looked at by HQ itself, where the word of a terminal that may be stolen would do too much.

HQ counts as terminals do (`cards.pin_attempts`): under a name of its own, before it looks, and terminals hear of it.
"""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy import Connection

from cards.pin import PinHash, guess_at
from cards.pin_attempts import Gate, PinCount, ask
from cards.pin_cost import FLOOR
from hq import pin_rows
from hq.changes import note
from hq.headquarters import Headquarters
from hq.peppers import load_peppers
from hq.pin_rows import KeptPin
from protocol.feed import RowKind, member_bucket
from protocol.pins import pin_key


class Looked(Enum):
    """What came of a guess."""

    RIGHT = auto()
    WRONG = auto()  # or there is no PIN
    WAIT = auto()  # too many wrong ones: it was not looked at


def look_at(hq: Headquarters, who: str, pin: str) -> Looked:
    """Whether this is the PIN of the member `who`. A wrong guess counts, a right one begins the count anew.

    Raises PinHashError where a pepper is not at HQ any more.
    """
    key = pin_key(hq.keys.lookup, who)
    begun = hq.database.repeated(lambda connection: _begin(connection, hq, key))
    if begun is Looked.WAIT:
        return Looked.WAIT
    kept = PinHash.read(begun.hash) if isinstance(begun, KeptPin) else None
    peppers = {pepper.name: pepper for pepper in load_peppers(hq.state).values()}
    if kept is None or not guess_at(pin, who, kept, peppers, FLOOR).is_right():
        return Looked.WRONG
    hq.database.repeated(lambda connection: _take_back(connection, begun))
    return Looked.RIGHT


def _begin(connection: Connection, hq: Headquarters, key: str) -> KeptPin | Looked:
    """The PIN with the guess counted; WRONG where there is none."""
    for known in pin_rows.find(connection, [key], locked=True):
        if ask(known.count, (), (), hq.clock(), online=True).gate is not Gate.OPEN:
            return Looked.WAIT
        return _counted(connection, known, known.count.guessed(f"hq:{hq.generation}", hq.clock()))
    return Looked.WRONG


def _take_back(connection: Connection, begun: KeptPin | Looked) -> None:
    """Unless the PIN is another by now, or counts anew already."""
    assert isinstance(begun, KeptPin), "a right guess is one at a PIN"
    for known in pin_rows.find(connection, [begun.key], locked=True):
        if known.count.age == begun.count.age:
            _counted(connection, known, known.count.begun_anew())


def _counted(connection: Connection, known: KeptPin, now: PinCount) -> KeptPin:
    pin_rows.count(connection, known.key, now)
    note(connection, [(member_bucket(known.member), RowKind.PIN, known.key)])
    return KeptPin(known.key, known.member, known.hash, now)
