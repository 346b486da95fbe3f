"""Plug-ins for cards: found by entry point; one that cannot be used is a sentence, never a crash."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from cards import fm1208
from cards.atr import CardType, Kind
from cards.dialogue import Dialogue
from cards.plugin import GROUP, CardPlugin, Draw, installed, plugin_for

HERE = "tests.cards.test_plugin"


class Locker:
    """A card of somebody's lockers."""

    name = "locker"

    def knows(self, card: CardType) -> bool:
        return card.kind is Kind.CPU_CONTACT

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        yield b""


LOCKER = Locker()
NOTHING = object()


class Asked(Locker):
    """Even its name fails."""

    @property
    def name(self) -> str:  # type: ignore[override]  # as a plug-in might
        raise RuntimeError("name")


ASKED = Asked()


def __getattr__(name: str) -> object:
    """Packages that fail, or end the process, when they are loaded."""
    if name == "ENDS":
        raise SystemExit(3)
    raise ZeroDivisionError if name == "FAILS" else AttributeError(name)


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def test_an_installed_plugin_stands_beside_the_built_in_one() -> None:
    found = installed([fm1208.PLUGIN], [point("locker", f"{HERE}:LOCKER")])
    assert [plugin.name for plugin in found.plugins] == ["fm1208", "locker"]
    assert found.problems == ()
    assert isinstance(found.plugins[1], CardPlugin)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("locker", "no_such_package:LOCKER", "cannot be loaded"),
        ("locker", f"{HERE}:MISSING", "cannot be loaded"),
        ("locker", f"{HERE}:FAILS", "cannot be loaded: ZeroDivisionError"),
        ("locker", f"{HERE}:ENDS", "cannot be loaded: SystemExit"),
        ("locker", f"{HERE}:ASKED", "cannot be loaded: RuntimeError"),
        ("locker", f"{HERE}:NOTHING", "no CardPlugin"),
        ("other", f"{HERE}:LOCKER", "no CardPlugin of that name"),
        ("fm1208", "cards.fm1208:PLUGIN", "is there already"),
    ],
)
def test_one_that_cannot_be_used_is_said_and_the_others_work(name: str, value: str, said: str) -> None:
    found = installed([fm1208.PLUGIN], [point(name, value)])
    assert found.plugins == (fm1208.PLUGIN,)
    assert len(found.problems) == 1
    assert said in found.problems[0]
    assert name in found.problems[0]


def test_without_any_there_are_the_built_in_ones() -> None:
    assert installed([fm1208.PLUGIN]).plugins == (fm1208.PLUGIN,)


def test_the_first_that_knows_a_card_is_taken() -> None:
    plugins = (fm1208.PLUGIN, LOCKER)
    assert plugin_for(CardType(Kind.CPU_CONTACT), plugins) is LOCKER
    assert plugin_for(CardType(Kind.FM1208), plugins) is fm1208.PLUGIN
    assert plugin_for(CardType(Kind.FELICA), plugins) is None
