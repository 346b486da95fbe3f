"""Lots of stored value and gift cards in the files of `stillpoint refund`."""

from __future__ import annotations

from loyalty.checks import MAX_MONEY
from loyalty.section import Section, unique
from loyalty.value import Draw, ValueLot

MAX_LOTS = 1000
MAX_CARDS = 100


def read_value(section: Section, key: str) -> tuple[ValueLot, ...]:
    """The lots under `key`, each {"id", "principal", "bonus", "spent", "topped_up_on"}, optionally expires_on, draw."""
    lots = []
    for entry in section.sections(key, 0, MAX_LOTS):
        lots.append(_lot(entry))
        entry.close()
    return tuple(lots)


def read_gift_cards(section: Section) -> dict[str, tuple[ValueLot, ...]]:
    """The key `gift_cards`: [{"account", "lots"}], each account once."""
    entries = section.sections("gift_cards", 0, MAX_CARDS)
    accounts = [entry.identifier("account") for entry in entries]
    unique(entries, "account", accounts)
    cards = {account: read_value(entry, "lots") for account, entry in zip(accounts, entries, strict=True)}
    for entry in entries:
        entry.close()
    return cards


def _lot(entry: Section) -> ValueLot:
    principal, bonus = entry.integer("principal", 0, MAX_MONEY), entry.integer("bonus", 0, MAX_MONEY)
    return ValueLot(
        id=entry.identifier("id"),
        principal=principal,
        bonus=bonus,
        spent=entry.integer("spent", 0, principal + bonus),
        topped_up_on=entry.day("topped_up_on").isoformat(),
        expires_on=entry.day("expires_on").isoformat() if entry.has("expires_on") else None,
        draw=Draw(entry.choice("draw", Draw) or Draw.PROPORTIONAL) if entry.has("draw") else Draw.PROPORTIONAL,
    )
