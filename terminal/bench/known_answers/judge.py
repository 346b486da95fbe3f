"""Whether the product's own code finds the facts that an entry expects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cards.errors import CardError
from cards.member_code import MemberCodeError
from cards.sun import SunError
from terminal.bench.known_answers.entries import Entry
from terminal.bench.known_answers.given import Given, NotTellable
from terminal.codes.gs1 import Gs1Error

Outcome = Literal["passed", "failed", "unsupported"]


@dataclass(frozen=True)
class Agrees:
    """A fact that is no value: `holds` tells whether what is expected is so. Raises NotTellable where it cannot."""

    holds: Callable[[Any], bool]


# Bytes are expected as hex, several of them with commas between; a mapping is expected as such or as JSON.
Fact = bytes | list[bytes] | str | int | bool | Mapping[str, str] | Agrees
Facts = Mapping[str, Callable[[Given], Fact]]
_REFUSALS = (CardError, SunError, MemberCodeError, Gs1Error)


@dataclass(frozen=True)
class Verdict:
    """`why` is empty for what passed."""

    entry: Entry
    outcome: Outcome
    why: str = ""


def judge(entry: Entry, categories: Mapping[str, Facts]) -> Verdict:
    """Compute each expected fact and compare. One that is wrong fails the entry; one that cannot be told here makes
    it unsupported."""
    facts = categories.get(entry.category)
    if facts is None:
        return Verdict(entry, "unsupported", f"category {entry.category!r} is not known here")
    untold = ""
    for name, expected in entry.expected.items():
        try:
            found = _found(facts, name, entry)
            right = _equal(found, expected)
        except NotTellable as error:
            untold = untold or str(error)
        except _REFUSALS as error:
            return Verdict(entry, "failed", f"{name}: {error}")
        else:
            if not right:
                return Verdict(entry, "failed", f"{name} is {_shown(found)}, expected {expected!r}")
    return Verdict(entry, "unsupported" if untold else "passed", untold)


def _found(facts: Facts, name: str, entry: Entry) -> Fact:
    if name not in facts:
        raise NotTellable(f"nothing here computes {name!r} of category {entry.category!r}")
    try:
        return facts[name](Given(entry.given))
    except _REFUSALS:
        raise
    except (ValueError, OverflowError) as error:  # the product's own code does not take such inputs
        raise NotTellable(f"{name}: {error}") from error


def _equal(found: Fact, expected: Any) -> bool:
    if isinstance(found, Agrees):
        return found.holds(expected)
    if isinstance(found, bytes):
        return isinstance(expected, str) and found == _octets(expected)
    if isinstance(found, list):
        return isinstance(expected, str) and found == [_octets(part) for part in expected.split(",")]
    if isinstance(found, Mapping):
        return bool(dict(found) == _object(expected))
    return type(found) is type(expected) and bool(found == expected)


def _octets(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _object(expected: Any) -> Any:
    if not isinstance(expected, str):
        return expected
    try:
        return json.loads(expected)
    except ValueError:
        return None


def _shown(found: Fact) -> str:
    if isinstance(found, bytes):
        return found.hex()
    if isinstance(found, list):
        return ",".join(part.hex() for part in found)
    return "another" if isinstance(found, Agrees) else repr(found)
