"""Plug-ins for cards: found by entry point; one that cannot be used is a sentence, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest

from cards import fm1208
from cards.atr import CardType, Kind
from cards.challenge import CHALLENGES
from cards.dialogue import Dialogue, converse
from cards.errors import BadAnswer, CardError, ProofFailed
from cards.plugin import GROUP, CardPlugin, Draw, PluginFault, ask_by, installed, plugin_for
from cards.plugins_here import plugins_here

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


class Loud(Locker):
    """A name that no message may carry."""

    name = "Locker 1"


class Ntag(Locker):
    """A name that is another's."""

    name = "ntag424"


ASKED, LOUD, NTAG = Asked(), Loud(), Ntag()


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
        ("locker", f"{HERE}:Locker", "no CardPlugin"),
        ("other", f"{HERE}:LOCKER", "no CardPlugin of that name"),
        ("fm1208", "cards.fm1208:PLUGIN", "is there already"),
        ("Locker 1", f"{HERE}:LOUD", "needs a name that cards are issued by"),
        ("ntag424", f"{HERE}:NTAG", "is there already"),
    ],
)
def test_one_that_cannot_be_used_is_said_and_the_others_work(name: str, value: str, said: str) -> None:
    found = installed([fm1208.PLUGIN], [point(name, value)], CHALLENGES)
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


def test_what_is_built_in_is_here() -> None:
    assert fm1208.PLUGIN in plugins_here().plugins


class Acting(Locker):
    """Does `act` once its one command was answered, or before any."""

    def __init__(self, act: Callable[[], object], early: bool = False) -> None:
        self._act, self._early = act, early

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        if self._early:
            self._act()
        return self._later()

    def _later(self) -> Dialogue[None]:
        yield b"\0"
        self._act()


def fails(error: BaseException) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


def led(plugin: CardPlugin) -> None:
    converse(ask_by(plugin, bytes(16), 0, bytes), lambda _: b"\x90\0")


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("error", [ValueError("a"), StopIteration(), KeyError(1), SystemExit(3), OSError()], ids=repr)
def test_whatever_else_a_plugin_raises_is_its_own_fault(error: BaseException, early: bool) -> None:
    with pytest.raises(PluginFault, match="card plug-in locker failed") as fault:
        led(Acting(fails(error), early))
    assert fault.value.heard is not early, "what comes after an answer may be the card's doing"


@pytest.mark.parametrize("error", [ProofFailed("a"), BadAnswer("a"), CardError("a")], ids=repr)
def test_what_a_card_does_wrong_stays_the_cards(error: CardError) -> None:
    with pytest.raises(type(error)):
        led(Acting(fails(error)))


class Speechless(Locker):
    """Its commands are no bytes."""

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        yield "00"  # type: ignore[misc]  # as a plug-in might


class Undone(Locker):
    """It forgot to ask at all."""

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        return None  # type: ignore[return-value]  # as a plug-in might


@pytest.mark.parametrize("plugin", [Speechless(), Undone()])
def test_what_is_no_dialogue_of_commands_proves_nothing(plugin: CardPlugin) -> None:
    with pytest.raises(PluginFault, match=r"TypeError|AttributeError"):
        led(plugin)


class Believing(Locker):
    """It takes every card's word without a question."""

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        yield from ()


def test_one_that_asks_the_card_nothing_proves_nothing() -> None:
    with pytest.raises(PluginFault, match="asked the card nothing") as fault:
        led(Believing())
    assert not fault.value.heard


def test_the_control_one_that_goes_to_its_end_has_proven_it() -> None:
    led(Acting(lambda: None))


class Closed(Locker):
    """Notes that its talk was ended."""

    def __init__(self) -> None:
        self.closed = False

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        try:
            yield b"\0"
        finally:
            self.closed = True


def test_a_talk_that_is_broken_off_ends_in_the_plugin_too() -> None:
    def broken(_: bytes) -> bytes:
        raise ConnectionError

    plugin = Closed()
    with pytest.raises(ConnectionError):
        converse(ask_by(plugin, bytes(16), 0, bytes), broken)
    assert plugin.closed
