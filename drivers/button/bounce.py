"""Telling presses of a button from the bouncing of its contacts."""

from __future__ import annotations


class Bounce:
    """A press counts when its contacts were still for `quiet_ns` before it, however short it is.

    So the first edge counts at once, what the contacts do after it and after the release does not, and a press of a few
    milliseconds is not lost.
    """

    def __init__(self, quiet_ns: int) -> None:
        self._quiet_ns = quiet_ns
        self._edge_ns: int | None = None

    def edge(self, pressed: bool, at_ns: int) -> bool:
        """An edge of the contacts; whether it is a new press."""
        quiet = self._edge_ns is None or at_ns - self._edge_ns >= self._quiet_ns
        self._edge_ns = at_ns
        return pressed and quiet
