"""From a scanner's bytes to codes: suffixes, noise and lines without end. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from drivers.scanner.code import ANEW_MS, FORGET_MS, Code, Fault, read_code

Suffix = Literal["any", "cr", "lf", "crlf"]

_ENDS: Mapping[Suffix, re.Pattern[bytes]] = MappingProxyType(
    {
        "any": re.compile(rb"[\r\n]"),
        "cr": re.compile(rb"\r"),
        "lf": re.compile(rb"\n"),
        "crlf": re.compile(rb"\r\n"),
    }
)
_BYTES_PER_CHAR = 4


class LineParser:
    """Feed it bytes as they come, in any pieces; it gives each code once, whole or not at all.

    A line with noise in it or longer than `chars_max` is left out: a damaged number must not become another one.
    Empty lines are nothing. What was left out is in `faults` until it is taken from there, at most one of a kind.
    """

    def __init__(self, suffix: Suffix = "any", chars_max: int = 4096, strip_aim: bool = True) -> None:
        self._end = _ENDS[suffix]
        self._chars_max = chars_max
        self._strip_aim = strip_aim
        self._rest = b""
        self._skipping = self._stalled = False
        self.faults: set[Fault] = set()

    def feed(self, data: bytes) -> list[Code]:
        """The codes that end within `data`."""
        *lines, self._rest = self._end.split(self._rest + data)
        codes: list[Code] = []
        for line in lines:
            if not self._skipping:
                codes += self._codes(line)
            elif self._stalled and len(line) > 1:
                self.faults.add("scan_unended")
            self._skipping = self._stalled = False
        if len(self._rest) > self._chars_max * _BYTES_PER_CHAR:
            self._leave_out("scan_too_long")
        return codes

    def silent(self, since_ms: int) -> list[Code]:
        """Nothing came for `since_ms`. Silence ends no code: after a second of it what came is left out, with what may
        still come of it up to its suffix, for half a number is another number."""
        if since_ms >= ANEW_MS:
            self.idle()
        elif since_ms >= FORGET_MS and (self._rest or self._skipping):
            if not self._skipping:
                self._leave_out("scan_unended")
            self._stalled = True
        return []

    def take_answer(self) -> bytes:
        """A scanner that sends lines is answered nothing."""
        return b""

    def idle(self) -> None:
        """What has no end by now never gets one, and must not stain the next code."""
        if self._rest and not self._skipping:
            self.faults.add("scan_unended")
        self._rest = b""
        self._skipping = self._stalled = False

    def _leave_out(self, fault: Fault) -> None:
        """Forget a line up to its end; its last byte stays, for it may be half of a CRLF."""
        self._rest = self._rest[-1:]
        self._skipping = True
        self.faults.add(fault)

    def _codes(self, line: bytes) -> list[Code]:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            self.faults.add("scan_noisy")
            return []
        code = read_code(text, self._chars_max, self._strip_aim)
        if isinstance(code, str):
            self.faults.add(code)
            return []
        return [code] if code is not None else []
