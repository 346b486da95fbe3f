"""Kinds of cards that prove themselves by a question, as plug-ins: built in, or found by entry point.

A plug-in is an object with a name, told by an entry point of the group `stillpoint.cards` (`name = "package:OBJECT"`).
What it does wrong before a card has said anything is never held against the card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

from cards.atr import CardType
from cards.dialogue import Dialogue
from cards.errors import CardError

GROUP = "stillpoint.cards"
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")  # as in `protocol.directory.CardProof`
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


class PluginFault(Exception):
    """A plug-in broke its contract. `heard` is whether the card had answered before: then it may have brought it about
    by what it said, else this says nothing of the card."""

    def __init__(self, said: str, heard: bool = False) -> None:
        super().__init__(said)
        self.heard = heard


@dataclass(frozen=True)
class Found:
    """Plug-ins that can be used, and a sentence for each that cannot."""

    plugins: tuple[CardPlugin, ...]
    problems: tuple[str, ...]


def installed(
    built_in: Iterable[CardPlugin] = (),
    points: Iterable[EntryPoint] | None = None,
    taken: Collection[str] = (),
) -> Found:
    """`built_in` and what is installed, by name; one that is built in cannot be replaced, and names that are `taken`
    belong to no plug-in. Imports the plug-ins."""
    plugins = {plugin.name: plugin for plugin in built_in}
    problems = []
    for point in entry_points(group=GROUP) if points is None else points:
        try:
            plugin = point.load()
            fits = isinstance(plugin, CardPlugin) and not isinstance(plugin, type) and plugin.name == point.name
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code of others fails in any way
            why = f"{type(error).__name__}: {error}"[:REASON_CHARS_MAX]
            problems.append(f"card plug-in {point.name} ({point.value}) cannot be loaded: {why}")
            continue
        if not fits:
            problems.append(f"card plug-in {point.name} ({point.value}) is no CardPlugin of that name")
        elif not NAME.fullmatch(point.name):
            rule = "a small letter, then up to 31 small letters, digits and underscores"
            problems.append(f"card plug-in {point.name} ({point.value}) needs a name that cards are issued by: {rule}")
        elif point.name in plugins or point.name in taken:
            problems.append(f"card plug-in {point.name} ({point.value}) is there already: uninstall one")
        else:
            plugins[point.name] = plugin
    return Found(tuple(plugins.values()), tuple(problems))


def plugin_for(card: CardType, plugins: Sequence[CardPlugin]) -> CardPlugin | None:
    """The first that knows the card; None if nobody does: then it is worth its UID, P1."""
    return next((plugin for plugin in plugins if plugin.knows(card)), None)


def ask_by(plugin: CardPlugin, key: bytes, key_no: int, draw: Draw) -> Dialogue[None]:
    """`plugin.prove`, held to its contract: raises CardError as that does, and PluginFault for all else that it does
    wrong. Only one that asked the card and went to its end has proven anything."""
    answer = None
    try:
        dialogue = plugin.prove(key, key_no, draw)
        with closing(dialogue):
            while (command := _next(dialogue, answer)) is not None:
                answer = yield command
    except CardError:
        raise
    except (Exception, SystemExit) as error:  # BLE001 lets it pass as it raises: code of others fails in any way
        raise PluginFault(f"card plug-in {plugin.name} failed: {type(error).__name__}", answer is not None) from error
    if answer is None:
        raise PluginFault(f"card plug-in {plugin.name} asked the card nothing")


def _next(dialogue: Dialogue[None], answer: bytes | None) -> bytes | None:
    """The next command, None at the end."""
    try:
        command = next(dialogue) if answer is None else dialogue.send(answer)
    except StopIteration:
        return None
    if not isinstance(command, bytes):
        raise TypeError(f"a command of type {type(command).__name__}")
    return command
