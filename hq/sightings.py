"""Counters of cards as all stores saw them: the highest of each card, and sightings that one chip cannot have made.

A sighting is on HQ's disk before the terminal hears that a link is fresh. Terminals tell late of what they judged
themselves; each sighting is compared with all that are known of the card, so the order of the reports does not matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert, select, update

from cards.sightings import Sighting, contradicted
from cards.sun import CounterVerdict, judge_counter
from hq.schema import card, card_alarm, card_counter, card_sighting, card_stock
from hq.terminals import Terminal
from protocol.directory import CardState
from protocol.links import LinkSeen

KEPT = 256  # of one card, those with the highest counters
KEPT_MS = 90 * 24 * 3600 * 1000  # a terminal may spend 30 days without HQ, and earn for longer
_TABLES = (card_counter, card_sighting, card_alarm)


def see(connection: Connection, key: str, seen: Sighting, now_ms: int) -> CounterVerdict:
    """Take a sighting of the card `key`, whose row in `card` the caller has locked, and judge its counter."""
    verdict = judge_counter(_highest(connection, key), seen.counter)
    known = list(_known(connection, key))
    if any((each.counter, each.place, each.from_ms) == (seen.counter, seen.place, seen.from_ms) for each in known):
        return verdict  # told again
    found = contradicted(seen, known)
    if found is not None:
        _alarm(connection, key, found[1], (found[0], seen), now_ms)
    place = {"device": seen.place, "from_ms": seen.from_ms, "until_ms": seen.until_ms}
    connection.execute(insert(card_sighting).values(card=key, counter=seen.counter, **place))
    _raise(connection, key, seen.counter)
    _forget_most(connection, key)
    return verdict


def take_report(connection: Connection, sender: Terminal, seen: LinkSeen, now_ms: int) -> None:
    """What a terminal judged itself. Passed over: cards that lead to nobody, and what may be from before the card was
    issued, for a card that is issued anew may count from the beginning."""
    query = select(card.c.state).where(card.c.key == seen.card, card.c.proof.is_not(None)).with_for_update()
    if connection.scalar(query) != CardState.ACTIVE.value:
        return
    since = connection.scalar(select(card_stock.c.at_ms).where(card_stock.c.key == seen.card)) or 0
    if seen.from_ms > now_ms:  # yet to come: by a clock that is wrong
        _raise(connection, seen.card, seen.counter)
    elif seen.from_ms > since:
        until_ms = now_ms if seen.until_ms is None else min(max(seen.from_ms, seen.until_ms), now_ms)
        see(connection, seen.card, Sighting(seen.counter, seen.from_ms, until_ms, sender.device), now_ms)


def forget(connection: Connection, keys: list[str]) -> None:
    """Cards that are nobody's any more, or were issued anew."""
    for table in _TABLES:
        connection.execute(delete(table).where(table.c.card.in_(keys)))


def forget_old(connection: Connection, now_ms: int) -> None:
    """What no report can be late for any more; the highest counters stay."""
    connection.execute(delete(card_sighting).where(card_sighting.c.until_ms < now_ms - KEPT_MS))


def _known(connection: Connection, key: str) -> Iterator[Sighting]:
    columns = card_sighting.c
    query = select(columns.counter, columns.from_ms, columns.until_ms, columns.device).where(columns.card == key)
    for counter, from_ms, until_ms, device in connection.execute(query.order_by(columns.counter, columns.from_ms)):
        yield Sighting(counter, from_ms, until_ms, device)


def _highest(connection: Connection, key: str) -> int | None:
    return connection.scalar(select(card_counter.c.counter).where(card_counter.c.card == key))


def _raise(connection: Connection, key: str, counter: int) -> None:
    """No smaller counter is fresh any more."""
    highest = _highest(connection, key)
    if highest is None:
        connection.execute(insert(card_counter).values(card=key, counter=counter))
    elif counter > highest:
        connection.execute(update(card_counter).where(card_counter.c.card == key).values(counter=counter))


def _forget_most(connection: Connection, key: str) -> None:
    columns = card_sighting.c
    mine = columns.card == key
    surplus = select(columns.counter).where(mine).order_by(columns.counter.desc()).offset(KEPT).limit(1)
    lowest = connection.scalar(surplus)
    if lowest is not None:
        connection.execute(delete(card_sighting).where(mine, columns.counter <= lowest))


def _alarm(connection: Connection, key: str, why: CounterVerdict, pair: tuple[Sighting, Sighting], now_ms: int) -> None:
    """Note the newest pair, the earlier one first."""
    earlier_first = sorted(pair, key=lambda each: (each.until_ms, -each.counter))
    told = json.dumps([[each.counter, each.from_ms, each.until_ms, each.place] for each in earlier_first])
    values = {"why": why.value, "sightings": told, "at_ms": now_ms}
    before = connection.scalar(select(card_alarm.c.count).where(card_alarm.c.card == key))
    if before is None:
        connection.execute(insert(card_alarm).values(card=key, count=1, **values))
    else:
        connection.execute(update(card_alarm).where(card_alarm.c.card == key).values(count=before + 1, **values))
