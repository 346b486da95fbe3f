"""Drivers of other packages, found by entry points of the group `stillpoint.drivers`.

An entry point is named "kind.driver", such as "scale.acme", and leads to a `drivers.entry.Entry`. Its package is code
with all rights of the devices process; what goes wrong with it is a status of its device, never the end of the others.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ConfigDict

from drivers.entry import Entry
from drivers.options import Options

log = logging.getLogger(__name__)
GROUP = "stillpoint.drivers"
NAME = re.compile(r"([a-z][a-z0-9_]{0,31})\.([a-z][a-z0-9_]{0,31})")
PLACE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
REASON_CHARS_MAX = 120
Found = Callable[[], Iterable[EntryPoint]]


class AnyOptions(Options):
    """Of a driver that cannot be loaded: nobody knows what its options should be."""

    model_config = ConfigDict(extra="allow")


class UncheckedOptions(AnyOptions):
    """Of a driver that failed when it checked its options."""


def installed() -> Iterable[EntryPoint]:
    """The entry points of the packages that are installed."""
    return entry_points(group=GROUP)


def names(found: Found = installed) -> list[tuple[str, str]]:
    """Kind and driver of every plug-in, without loading one. A name that is none of ours is passed over."""
    matches = (NAME.fullmatch(point.name) for point in found())
    return sorted({(match[1], match[2]) for match in matches if match})


def entry(kind: str, name: str, found: Found = installed) -> Entry | None:
    """The driver that a plug-in declares; broken if it cannot be had; None if there is none."""
    points = [point for point in found() if point.name == f"{kind}.{name}"]
    if not points:
        return None
    if len(points) > 1:
        return _broken(f"{' and '.join(map(_origin, points))} both bring it")
    try:
        declared: Any = points[0].load()
    except (Exception, SystemExit) as error:  # BLE001: code of others fails in any way, and a shop opens all the same
        log.exception("the plug-in %s cannot be loaded", _origin(points[0]))
        return _broken(f"{_origin(points[0])}: {type(error).__name__}: {error}")
    wrong = _wrong(declared)
    return _broken(f"{_origin(points[0])}: {wrong}") if wrong else declared


def clashes(built_in: Iterable[tuple[str, str]], found: Found = installed) -> list[str]:
    """What is wrong with the plug-ins' names, as sentences: ours stand, and of two of the same name none is taken."""
    ours, seen, said = set(built_in), dict[str, str](), []
    for point in found():
        match = NAME.fullmatch(point.name)
        if match is None:
            said.append(f"{_origin(point)} brings {point.name[:80]!r}, which is no name like 'scale.acme'.")
        elif (match[1], match[2]) in ours:
            said.append(f"{_origin(point)} brings {point.name}, which is built in: the built-in one is used.")
        elif point.name in seen:
            said.append(f"{seen[point.name]} and {_origin(point)} both bring {point.name}: uninstall one.")
        seen[point.name] = _origin(point)
    return said


def _wrong(declared: Any) -> str:
    """What is not as it should be; others declare it, so that no type is sure."""
    if not isinstance(declared, Entry):
        return "it does not declare a drivers.entry.Entry"
    options: Any = declared.options
    if not (isinstance(options, type) and issubclass(options, Options)):
        return "its options are not of the class drivers.options.Options"
    place: Any = declared.place
    return "" if isinstance(place, str) and PLACE.fullmatch(place) else "its place is not written as module:Class"


def _broken(reason: str) -> Entry:
    return Entry("", AnyOptions, reason[:REASON_CHARS_MAX])


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value
