"""Kinds of cards that the till can ask by a plug-in, loaded once at its start."""

from __future__ import annotations

import logging

from cards.plugin import CardPlugin
from cards.plugins_here import plugins_here

log = logging.getLogger(__name__)


def card_plugins() -> dict[str, CardPlugin]:
    """By name. One that cannot be used is a line of the log; its cards count as what anyone can copy."""
    found = plugins_here()
    for problem in found.problems:
        log.warning("%s", problem)
    return {plugin.name: plugin for plugin in found.plugins}
