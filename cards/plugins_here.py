"""The plug-ins for cards of this installation: those that are built in, and what was installed beside them."""

from __future__ import annotations

from cards import fm1208
from cards.challenge import CHALLENGES
from cards.plugin import Found, installed

BUILT_IN = (fm1208.PLUGIN,)


def plugins_here() -> Found:
    """Imports what is installed: do it once, at the start."""
    return installed(BUILT_IN, taken=CHALLENGES)
