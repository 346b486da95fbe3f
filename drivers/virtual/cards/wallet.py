"""The cards that somebody carries about: made by an order, the same card at the next tap, kept as JSON if wanted."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from drivers.virtual.cards.card import Card, Chance
from drivers.virtual.cards.card_kinds import KINDS, MAKERS, Order, octets
from drivers.virtual.cards.eeprom import Eeprom
from drivers.virtual.cards.faults import Fault, Faulty

log = logging.getLogger(__name__)
MEMORY_BYTES_MAX = 1024 * 1024
ORDER_KEYS = frozenset({"tap", "card", "keys", "signature", "fault", "memory", "new"})


class Wallet:
    """Cards by UID. `take` hands one out for a tap; `keep` writes its memory down after whatever it went through.

    An order is `{"tap": uid, "card": kind, "keys": [...], "fault": {...}, "memory": path, "new": true}`. A card that
    is known by its UID comes back as it was unless it is to be new; keys count only when it is made. Its memory is
    read from the file at `memory` if there is one, and written there.
    """

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._cards: dict[bytes, Card] = {}
        self._memories: dict[bytes, tuple[Path, int]] = {}

    def take(self, order: Order) -> Card:
        """The card of an order, as it comes into the field. Raises ValueError for an order that makes no sense."""
        strange = set(order) - ORDER_KEYS
        if strange:
            raise ValueError(f"a tap has no {', '.join(sorted(map(str, strange)))}")
        uid = octets(order.get("tap"), "tap")
        fault = order.get("fault", {})
        if not isinstance(fault, Mapping):
            raise ValueError("fault must be an object")
        fault = Fault.parse(fault)
        card = self._known(uid, order) or self._made(uid, order)
        card.power_off()
        return Faulty(card, fault)

    def keep(self) -> None:
        """Write down each memory that changed and has a file."""
        for uid, (path, writes) in self._memories.items():
            card = self._cards[uid]
            if card.eeprom.writes != writes:
                self._memories[uid] = path, card.eeprom.writes
                try:
                    _write(path, card)
                except OSError as error:
                    log.warning("the memory of a card cannot be kept in %s: %s", path, error.strerror)

    def _known(self, uid: bytes, order: Order) -> Card | None:
        card = self._cards.get(uid)
        if card is None or order.get("new") or order.get("card", card.kind) != card.kind:
            return None
        return card

    def _made(self, uid: bytes, order: Order) -> Card:
        kind = order.get("card", "uid")
        if not isinstance(kind, str) or kind not in MAKERS:
            raise ValueError(f"no card named {str(kind)[:40]!r}; there are {', '.join(MAKERS)}")
        path = _path(order.get("memory"))
        eeprom = MAKERS[kind](uid, order)
        if path is not None and path.exists() and not order.get("new"):
            eeprom = _read(path, kind, eeprom)
        card = KINDS[kind](eeprom, self._chance)
        self._cards[uid] = card
        self._memories.pop(uid, None)
        if path is not None:
            try:
                _write(path, card)
            except OSError as error:
                raise ValueError(f"the memory cannot be kept in {path}: {error.strerror}") from error
            self._memories[uid] = path, eeprom.writes
        return card


def _path(value: object) -> Path | None:
    if value is not None and not isinstance(value, str):
        raise ValueError("memory must be the path of a file")
    return Path(value) if value else None


def _read(path: Path, kind: str, new: Eeprom) -> Eeprom:
    """A memory that is this card's: its UID, and every region that a card of its kind cannot lose, as long as ever."""
    try:
        if path.stat().st_size > MEMORY_BYTES_MAX:
            raise ValueError("too large")
        kept = json.loads(path.read_bytes())
        if kept["card"] != kind:
            raise ValueError("another card")
        eeprom = Eeprom.from_json(kept["memory"])
        lengths = {name: (len(eeprom[name]), len(new[name])) for name in new.names() if "/" not in name}
        grown = any(old != made for name, (old, made) in lengths.items() if not name.startswith("settings."))
        if eeprom["uid"] != new["uid"] or grown:
            raise ValueError("of another card")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} holds no memory of this {kind}; remove it, or ask for a new card") from error
    return eeprom


def _write(path: Path, card: Card) -> None:
    """All or nothing, for the owner alone: a memory has keys in it."""
    text = json.dumps({"card": card.kind, "memory": card.eeprom.to_json()}, indent=1)
    beside = path.with_name(f"{path.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)
