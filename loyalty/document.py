"""JSON from outside, and everything that is wrong with it at once: each fault with its path, value and way out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from reprlib import Repr
from typing import Any

MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: `path` in the document, the `problem` with its value, and the `remedy`."""

    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path} {self.problem}: {self.remedy}"


class DocumentError(ValueError):
    """A document that cannot be used; `faults` holds everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def parse(text: str | bytes) -> object:
    """The value of JSON text. Raises DocumentError when it is too long, cut off or not JSON, or names a key twice."""
    if len(text) > MAX_BYTES:
        raise DocumentError([Fault("$", f"has {len(text)} bytes", f"at most {MAX_BYTES} are allowed")])
    try:
        return json.loads(text, object_pairs_hook=_no_key_twice)
    except RecursionError as error:
        raise DocumentError([Fault("$", "is nested too deeply", "use the documented shape")]) from error
    except DocumentError:
        raise
    except ValueError as error:
        remedy = "it is cut off or damaged; fetch or write it again"
        raise DocumentError([Fault("$", f"is not JSON ({error})", remedy)]) from error


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise DocumentError([Fault(shown(twice), "is there twice in one object", "keep one of them")])
    return found


def shown(value: object) -> str:
    """`value` for a message: one line, bounded, with nothing that a terminal could not print."""
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of {value.bit_length()} bits"
    brief = Repr()
    brief.maxstring = brief.maxother = 60
    return brief.repr(value)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The way out for a name that is not known: the nearest one, or all of them."""
    names = sorted(map(str, known))  # plain, also where they are members of an enumeration
    near = get_close_matches(name[:64], names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(names) or 'none'}"
