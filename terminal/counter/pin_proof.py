"""A member proves to know the PIN, at the till or to a POS. What is answered tells of nobody whether there is a PIN.

What HQ knows of wrong guesses is merged in before a PIN is looked at, so that those at other tills count here too.
"""

from __future__ import annotations

import logging

from cards.pin import USUAL as RULES
from cards.pin import PinHash, PinHashError
from cards.pin_attempts import Asked, Gate, PinCount
from cards.pin_cost import Cost
from protocol.directory import number_key
from protocol.pins import PinRow, pin_key
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.pin_check import KnownPin, Looking, PinKeys, begin_check, end_check
from terminal.counter.shop import Shop
from terminal.errors import ConfigError
from terminal.store.known_member import KnownMember
from terminal.store.pin_attempts import PinAttempts

log = logging.getLogger(__name__)
FORBIDDEN = 403
_SECOND_MS, _MINUTE_MS = 1000, 60_000
_LONG_MS = 2 * _MINUTE_MS  # beyond it, seconds say little
WRONG = Phrase("pin_wrong")


def begin_of_member(shop: Shop, member: KnownMember, pin: str) -> Looking:
    """Count a guess at this member's PIN.

    Raises Refusal pin_not_here, pin_length, or one that says how long to wait; StorageFull, and nothing is looked at.
    """
    keys, key = keys_here(shop), pin_key(shop.lookup_key, member.id)
    row = shop.directory.pin(key)
    kept = _kept(row, keys) if row else None
    if row is None or kept is None:
        return _begin(shop, keys, key, pin)
    _learn(shop.ledger.pin_attempts, member.id, row)
    return _begin(shop, keys, KnownPin(member.id, row.version, kept), pin)


def begin_of_number(shop: Shop, number: str, pin: str) -> tuple[KnownMember | None, Looking]:
    """Count a guess at the PIN of whoever has this printed number; a number that nobody can use goes the same way."""
    keys, key = keys_here(shop), number_key(shop.lookup_key, number)
    try:
        member = shop.holder(key)
    except Refusal:
        return None, _begin(shop, keys, key, pin)
    return member, begin_of_member(shop, member, pin)


def end(shop: Shop, looking: Looking, right: bool) -> None:
    """Take a right guess back. Raises Refusal pin_wrong for another."""
    end_check(looking, right, shop.ledger.pin_attempts)
    if not right:
        raise Refusal(WRONG.code, FORBIDDEN)


def keys_here(shop: Shop) -> PinKeys:
    """Raises Refusal pin_not_here where no PIN can be looked at: whoever asks, and before anything is counted."""
    rules = shop.configured().pins
    if shop.pins is None or rules is None:
        raise Refusal("pin_not_here", 409)
    try:
        peppers = shop.pins.peppers()
    except ConfigError as error:
        log.error("no PIN can be looked at: %s", error)
        raise Refusal("pin_not_here", 409) from error
    if not peppers.keys() >= set(rules.peppers):
        raise Refusal("pin_not_here", 409)
    return PinKeys(peppers, Cost(rules.memory_kib, rules.passes, rules.lanes))


def now_ms(shop: Shop) -> int:
    """The time that has surely passed: no jump of a clock ends a wait."""
    return shop.ledger.surely_ms(shop.clock().utc_ms)


def _begin(shop: Shop, keys: PinKeys, whose: KnownPin | str, pin: str) -> Looking:
    if not (pin.isascii() and pin.isdigit() and RULES.least <= len(pin) <= RULES.most):
        raise Refusal("pin_length", 422, least=RULES.least, most=RULES.most)
    begun = begin_check(pin, whose, keys, shop.ledger.pin_attempts, now_ms(shop), online=shop.online())
    if isinstance(begun, Asked):
        raise _told(begun)
    return begun


def _learn(attempts: PinAttempts, member: str, row: PinRow) -> None:
    """Write down what HQ knows, if it is more than a PIN's first row, or the time of a guess that is known here: whose
    PIN it is costs no more work than nobody's, but where HQ has news."""
    known = attempts.count(member).of(row.version)
    told = PinCount(row.version, row.reset, row.wrong, row.last_ms)
    merged = known.merge(told)
    if (merged.age, merged.wrong) != (known.age, known.wrong):
        attempts.learn(member, told)


def _kept(row: PinRow, keys: PinKeys) -> PinHash | None:
    """A hash that is of no use here is like none: it takes as long."""
    try:
        kept = PinHash.read(row.hash)
    except PinHashError as error:
        log.error("a PIN of the directory cannot be used: %s", error)
        return None
    if kept.pepper not in keys.peppers:
        log.error("a PIN of the directory needs %s, which is not here", kept.pepper)
        return None
    return kept


def _told(asked: Asked) -> Refusal:
    """How long it is until it is worth asking again."""
    if asked.gate is Gate.LOCKED or asked.wait_ms is None:
        return Refusal("pin_locked", FORBIDDEN)
    if asked.gate is Gate.OFFLINE:
        return Refusal("pin_offline", FORBIDDEN, hours=-(-asked.wait_ms // (60 * _MINUTE_MS)))
    minutes = -(-asked.wait_ms // _MINUTE_MS)
    if asked.gate is Gate.TERMINAL:
        return Refusal("pin_terminal", FORBIDDEN, minutes=minutes)
    if asked.wait_ms > _LONG_MS:
        return Refusal("pin_wait_long", FORBIDDEN, minutes=minutes)
    return Refusal("pin_wait", FORBIDDEN, seconds=-(-asked.wait_ms // _SECOND_MS))
