"""Kinds of cards that prove themselves by a question, as plug-ins: built in, or found by entry point.

A plug-in is an object with a name, told by an entry point of the group `stillpoint.cards` (`name = "package:OBJECT"`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

from cards.atr import CardType
from cards.dialogue import Dialogue

GROUP = "stillpoint.cards"
REASON_CHARS_MAX = 120
Draw = Callable[[int], bytes]  # so many fresh bytes of chance


@runtime_checkable
class CardPlugin(Protocol):
    """A kind of card. `name` is what keys and reports call it."""

    name: str

    def knows(self, card: CardType) -> bool:
        """Whether this card may be one of the kind; an ATR proves nothing, so it only decides what is tried."""

    def prove(self, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
        """The card proves that it holds `key`. Raises ProofFailed, or another CardError where it does not answer."""


@dataclass(frozen=True)
class Found:
    """Plug-ins that can be used, and a sentence for each that cannot."""

    plugins: tuple[CardPlugin, ...]
    problems: tuple[str, ...]


def installed(built_in: Iterable[CardPlugin] = (), points: Iterable[EntryPoint] | None = None) -> Found:
    """`built_in` and what is installed, by name; one that is built in cannot be replaced. Imports the plug-ins."""
    plugins = {plugin.name: plugin for plugin in built_in}
    problems = []
    for point in entry_points(group=GROUP) if points is None else points:
        try:
            plugin = point.load()
            fits = isinstance(plugin, CardPlugin) and plugin.name == point.name
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code of others fails in any way
            why = f"{type(error).__name__}: {error}"[:REASON_CHARS_MAX]
            problems.append(f"card plug-in {point.name} ({point.value}) cannot be loaded: {why}")
            continue
        if not fits:
            problems.append(f"card plug-in {point.name} ({point.value}) is no CardPlugin of that name")
        elif point.name in plugins:
            problems.append(f"card plug-in {point.name} ({point.value}) is there already: uninstall one")
        else:
            plugins[point.name] = plugin
    return Found(tuple(plugins.values()), tuple(problems))


def plugin_for(card: CardType, plugins: Sequence[CardPlugin]) -> CardPlugin | None:
    """The first that knows the card; None if nobody does: then it is worth its UID, P1."""
    return next((plugin for plugin in plugins if plugin.knows(card)), None)
