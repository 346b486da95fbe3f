"""From a scale's bytes to weights. The scale sends lines such as "ST,+00.512kg": ST is stable, US is moving."""

from __future__ import annotations

import re
from collections.abc import Iterator

LINE_BYTES_MAX = 32
LINE = re.compile(rb"(ST|US),([+-]\d{2,3}\.\d{3})kg")


class WeightParser:
    """Fed with bytes in any portions. A line that is damaged or too long is left out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bool]]:
        """Grams, and whether the weight is stable."""
        *lines, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        self._rest = self._rest[-LINE_BYTES_MAX:]
        for line in lines:
            match = LINE.fullmatch(line)
            if match:
                yield int(match[2].replace(b".", b"")), match[1] == b"ST"
