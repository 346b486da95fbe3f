"""What names a card or a person, and what somebody typed or showed, is in no repr: those end up in errors and logs."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from pydantic import BaseModel

import cards
import drivers
import hq
import keystore
import protocol
import provisioning
import terminal
from cards.atr import Kind
from cards.certificate import Certificate, IssuedWith
from cards.device_code import DeviceCode
from cards.inspection import Inspection
from cards.member_code import MemberCode
from cards.personalise import issue
from cards.sun import PiccData, Sun, SunMessage
from cards.version import Version
from drivers.base import CardTapped, KeyPressed, Scanned
from drivers.card_reader.pn532_target import Target
from drivers.evdev.strokes import InputEvent, Stroke
from drivers.scanner.code import Code
from terminal.card_taps import Seen
from terminal.codes.code import ReceiptNumber
from terminal.codes.magstripe import Track
from terminal.commands.card_hq import Card as RegisteredCard
from terminal.commands.card_work import Done
from terminal.counter.desk import Tap
from terminal.web.card_body import Card
from terminal.web.till_api import Coupon, Key, Scan, TenderBody

PACKAGES = (cards, drivers, hq, keystore, protocol, provisioning, terminal)
RUNS_AT_IMPORT = re.compile(r"\.(__main__|migrations\..*)$")
NAMED = {"uid", "uids", "card_uid", "jti", "member_ref", "phone", "pin"}  # a field of such a name is never shown
OTHERWISE = {  # the name of a link's parameter, and whether a PIN was asked for
    "cards.sun_url.SunTemplate.uid",
    "protocol.assurance.AssuranceRule.pin",
    "protocol.sale_records.TillRecord.pin",
}
UID = bytes.fromhex("04A1B2C3D4E5F6")
STRIPE, SECRET = ";4111111111111111=9912?", b"SECRET!!"
PICC = PiccData(UID, 1)
SHOWN = (
    CardTapped("r", UID.hex(), "uid", 1),
    Scanned("s", STRIPE, 1),
    KeyPressed("k", "7", 1),
    InputEvent(1, 777, 1, 5),
    Stroke(777, 5, number="777"),
    Code(STRIPE),
    Target(1, UID, 0x20),
    Seen("r", UID.hex(), "uid", 1, Tap("x", 1)),
    PICC,
    SunMessage(SECRET, SECRET, SECRET, PICC, SECRET),
    Sun(UID, 1, SECRET),
    Certificate(1, UID, SECRET, IssuedWith.KEY, 1, 1),
    MemberCode(1, SECRET, 1, 90, b"jti!!"),
    DeviceCode(1, SECRET, 1, 2, 1, bytes(32), 1, 1, SECRET),
    Inspection("ntag424", "ntag424", UID, False, link=f"https://a.example/?u={UID.hex()}"),
    issue(UID, 1, SECRET, None),
    Version(b"", b"", UID),
    Done(UID.hex(), "ntag424", 1),
    RegisteredCard(UID.hex(), "ntag424", 1),
    ReceiptNumber("4111111111111111"),
    Track("4111111111111111", "9912"),
    Card(uid=UID.hex()),
    Scan(code=STRIPE),
    Key(key="7"),
    Coupon(code=STRIPE, chosen=True),
    TenderBody(kind="gift_card", amount=1, account="4111111111111111"),
)
SECRETS = re.compile(rf"04a1b2|{re.escape(repr(UID)[2:-1])}|4111|SECRET|jti!|777|['\"]7['\"]", re.IGNORECASE)


@pytest.mark.parametrize("value", SHOWN, ids=lambda value: type(value).__name__)
def test_a_value_does_not_show_what_it_holds(value: object) -> None:
    assert SECRETS.search(repr(value)) is None
    assert SECRETS.search(f"told {value}") is None


def test_each_of_them_would_be_found() -> None:
    """The control: all fields as they are, of every value above."""
    for value in SHOWN:
        fields = value if isinstance(value, tuple) else vars(value) if hasattr(value, "__dict__") else _slots(value)
        assert SECRETS.search(repr(tuple(fields) if isinstance(value, tuple) else fields)), type(value)


def _slots(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).__slots__}  # type: ignore[attr-defined]  # what has slots


def test_no_field_that_names_a_card_or_a_person_is_shown() -> None:
    classes = list(_classes())
    assert len(classes) > 300
    found = {f"{each.__module__}.{each.__qualname__}.{name}" for each in classes for name in open_fields(each)}
    assert found == OTHERWISE


@dataclasses.dataclass
class Open:
    uid: bytes


class OpenModel(BaseModel):
    phone: str


class OpenTuple(NamedTuple):
    jti: bytes


@pytest.mark.parametrize("careless", [Open, OpenModel, OpenTuple])
def test_an_open_field_is_found(careless: type) -> None:
    """The control; the kinds of a Kind are no fields."""
    assert len(open_fields(careless)) == 1
    assert open_fields(Kind) == []


def open_fields(kind: type) -> list[str]:
    """Fields of a class that are in its repr and have a name that says whose they are; numbers of pins are none."""
    if dataclasses.is_dataclass(kind):
        drawn = kind.__dataclass_params__.repr  # type: ignore[attr-defined]  # of a dataclass
        shown = [each for each in dataclasses.fields(kind) if drawn and each.repr]
        names = [each.name for each in shown if each.type not in ("int", int)]
    elif issubclass(kind, BaseModel):
        names = [name for name, each in kind.model_fields.items() if each.repr and each.annotation is not int]
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        told = repr(kind._make(kind._fields))  # type: ignore[attr-defined]  # of a named tuple
        names = [name for name in kind._fields if f"{name}=" in told]
    else:
        names = []
    return sorted(NAMED & set(names))


def _classes() -> Iterator[type]:
    """Every class that is written in one of our packages."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not RUNS_AT_IMPORT.search(found.name):
                module = importlib.import_module(found.name)
                yield from (
                    each for each in vars(module).values() if inspect.isclass(each) and each.__module__ == found.name
                )
