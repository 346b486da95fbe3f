"""Buzzer and light of a reader: the commands of makers that publish them, by the model in the reader's name.

ACR122U: "Bi-color LED and buzzer control" of its API (FF 00 40), final and blinking states as bits, times in 100 ms.
ACR1252U: "LED control" (E0 00 00 29, red 01, green 02) and "buzzer control" (E0 00 00 28, times in 10 ms).
Readers that are not listed keep the light that their firmware shows; for OMNIKEY 5022 and 5422 no published command
was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from drivers.base import Pattern


@dataclass(frozen=True)
class Signals:
    """The escape commands for each pattern, in order; a pattern that is not listed is not shown."""

    model: str
    commands: Mapping[Pattern, tuple[bytes, ...]]


def _hex(*commands: str) -> tuple[bytes, ...]:
    return tuple(map(bytes.fromhex, commands))


KNOWN: tuple[Signals, ...] = (
    Signals(
        "ACR122",
        MappingProxyType(
            {
                "ok": _hex("FF00400E0401000101"),  # green, one tone of 0.1 s
                "refused": _hex("FF00405D0402010201"),  # red blinks twice, with a tone each time
                "off": _hex("FF00400C0400000000"),
            }
        ),
    ),
    Signals(
        "ACR1252",
        MappingProxyType(
            {
                "ok": _hex("E0000029" + "0102", "E0000028" + "010A"),
                "refused": _hex("E0000029" + "0101", "E0000028" + "0132"),
                "off": _hex("E0000029" + "0100"),
            }
        ),
    ),
)


def commands_for(reader: str, pattern: Pattern) -> tuple[bytes, ...]:
    """The escape commands by which the reader of this PC/SC name shows `pattern`; none where it cannot."""
    for known in KNOWN:
        if known.model in reader:
            return known.commands.get(pattern, ())
    return ()
