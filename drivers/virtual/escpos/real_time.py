"""Orders that a printer obeys when they arrive, before all that waits: DLE EOT and DLE DC4."""

from __future__ import annotations

import re
from collections.abc import Callable

_ORDER = re.compile(rb"\x10\x04([\x01-\x04])|\x10\x14\x01[\x00\x01][\x01-\x08]", re.DOTALL)
_BEGUN = re.compile(rb"\x10(\x04|\x14(\x01[\x00\x01]?)?)?\Z", re.DOTALL)


class RealTimeFilter:
    """Takes the orders out of the stream, wherever they stand: within a picture, too, as printers do.

    `ask` is called with the question of DLE EOT, `kick` for a pulse. An order may come in portions.
    """

    def __init__(self, ask: Callable[[int], None], kick: Callable[[], None]) -> None:
        self._ask, self._kick = ask, kick
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """What is left for the printer's buffer."""
        stream = self._rest + data
        left = _ORDER.sub(self._obey, stream)
        begun = _BEGUN.search(left)
        self._rest = begun.group() if begun else b""
        return left[: len(left) - len(self._rest)]

    def _obey(self, order: re.Match[bytes]) -> bytes:
        if order[1]:
            self._ask(order[1][0])
        else:
            self._kick()
        return b""
