"""The kinds of emulated cards, and how each is made from an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drivers.virtual.cards import classic, desfire_memory, fm1208, ntag424, uid_only
from drivers.virtual.cards.card import Card, Chance
from drivers.virtual.cards.desfire import Desfire
from drivers.virtual.cards.desfire_ev1 import DesfireEv1
from drivers.virtual.cards.eeprom import Eeprom

Order = Mapping[str, Any]
WAYS = ("internal", "external")


def octets(value: object, name: str) -> bytes:
    """Hex as bytes. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be hex")
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise ValueError(f"{name} must be hex") from error


def key_list(value: object) -> list[bytes]:
    """Keys as hex in a list. Raises ValueError without showing them."""
    if not isinstance(value, list):
        raise ValueError("keys must be a list of keys in hex, from number 0 on")
    return [octets(key, "each key") for key in value]


def _numbered(value: object) -> dict[int, object]:
    """An object whose names are numbers. Raises ValueError."""
    if not isinstance(value, Mapping) or not all(isinstance(name, str) and name.isdecimal() for name in value):
        raise ValueError("keys must be an object with numbers for names")
    return {int(name): item for name, item in value.items()}


def _make_ntag424(uid: bytes, order: Order) -> Eeprom:
    signature = octets(order.get("signature", ntag424.NO_SIGNATURE.hex()), "signature")
    return ntag424.delivered(uid, key_list(order.get("keys", [])), signature)


def _make_desfire(uid: bytes, order: Order) -> Eeprom:
    """`keys` are lists by AID as it travels (least byte first); 000000 is the card itself, with its one key."""
    given = order.get("keys", {})
    if not isinstance(given, Mapping):
        raise ValueError("keys of a desfire must be an object: lists of keys in hex by AID")
    signature = octets(order.get("signature", desfire_memory.NO_SIGNATURE.hex()), "signature")
    by_aid = {octets(aid, "each AID"): key_list(keys) for aid, keys in given.items()}
    master = by_aid.pop(desfire_memory.PICC, [bytes(desfire_memory.KEY_BYTES)])
    return desfire_memory.delivered(uid, by_aid, b"".join(master), signature)


def _make_classic(uid: bytes, order: Order) -> Eeprom:
    """`keys` are key A and key B in hex by sector: {"1": ["A0A1A2A3A4A5", "FFFFFFFFFFFF"]}."""
    pairs = {sector: key_list(keys) for sector, keys in _numbered(order.get("keys", {})).items()}
    if any(len(pair) != 2 for pair in pairs.values()):
        raise ValueError("keys of a classic must be two by sector, A and B")
    return classic.delivered(uid, {sector: (pair[0], pair[1]) for sector, pair in pairs.items()})


def _make_fm1208(uid: bytes, order: Order) -> Eeprom:
    """`keys` are by direction and number: {"internal": {"0": "00…"}, "external": {"0": "00…"}}."""
    given = order.get("keys", {})
    if not isinstance(given, Mapping) or not set(given) <= {"internal", "external"}:
        raise ValueError("keys of an fm1208 must be an object with internal and external")
    ways = ({n: octets(key, "each key") for n, key in _numbered(given.get(way, {})).items()} for way in WAYS)
    return fm1208.delivered(uid, *ways)


def _make_uid_only(uid: bytes, _: Order) -> Eeprom:
    return uid_only.marked(uid)


MAKERS: Mapping[str, Callable[[bytes, Order], Eeprom]] = {
    "uid": _make_uid_only,
    "ntag424": _make_ntag424,
    "desfire": _make_desfire,
    "desfire_ev1": _make_desfire,
    "classic": _make_classic,
    "classic_omnikey": _make_classic,
    "fm1208": _make_fm1208,
}
KINDS: Mapping[str, Callable[[Eeprom, Chance], Card]] = {
    "uid": lambda eeprom, _: uid_only.UidOnly(eeprom),
    "ntag424": ntag424.Ntag424,
    "desfire": Desfire,
    "desfire_ev1": DesfireEv1,
    "classic": lambda eeprom, _: classic.Classic(eeprom),
    "classic_omnikey": lambda eeprom, _: classic.ClassicAtOmnikey(eeprom),
    "fm1208": fm1208.Fm1208,
}
