"""Valid things made wrong, from a seed: values of JSON bent in places of their structure, and bytes bent anywhere."""

from __future__ import annotations

import json
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**40,
    1.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "0",
    "-1",
    "\0",
    "\ud800",
    "é\u0301\u202e",
    "a" * 70_000,
    "../../etc/passwd",
    "2026-02-30",
    "9999-99-99",
    "0000-00-00",
    "s01:1",
    "ff" * 32,
    [],
    {},
    [[]],
    [None] * 600,
    {"": None},
    {"id": {"id": {"id": []}}},
)
KEYS = ("", "id", "v", "extra", "__proto__", "a" * 70, "\ud800")
Path = tuple[Any, ...]


def bent(value: Any, chance: Random) -> Any:
    """A copy of a JSON value with one to three places bent."""
    for _ in range(chance.randint(1, 3)):
        value = _bend(value, chance)
    return value


def _bend(value: Any, chance: Random) -> Any:
    places = list(_places(value, ()))
    path = chance.choice(places)
    return _replaced(value, path, lambda old: _other(old, value, places, chance))


def _places(value: Any, path: Path) -> Any:
    yield path
    if isinstance(value, dict):
        for key in list(value):
            yield from _places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:50]):
            yield from _places(item, (*path, index))


def _replaced(value: Any, path: Path, change: Any) -> Any:
    if not path:
        return change(value)
    here = dict(value) if isinstance(value, dict) else list(value)
    here[path[0]] = _replaced(here[path[0]], path[1:], change)
    return here


def _other(old: Any, whole: Any, places: list[Path], chance: Random) -> Any:
    """What stands in the place of `old`: something odd, near it, from elsewhere, or `old` with more or less inside."""
    ways = [lambda: chance.choice(ODD), lambda: _at(whole, chance.choice(places))]
    if type(old) is int:
        ways.append(lambda: old + chance.choice((-1, 1, 2**31, -(2**40), 2**62)))
        ways.append(lambda: -old)
    if isinstance(old, str) and old:
        ways.append(lambda: _bent_text(old, chance))
    if isinstance(old, dict):
        ways += [lambda: {**old, chance.choice(KEYS): chance.choice(ODD)}, lambda: _without(old, chance)]
    if isinstance(old, list):
        ways += [lambda: old + old, lambda: old[::-1], lambda: old[: len(old) // 2], lambda: [*old, chance.choice(ODD)]]
    return chance.choice(ways)()


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _without(old: dict[str, Any], chance: Random) -> dict[str, Any]:
    gone = chance.choice(sorted(old)) if old else None
    return {key: item for key, item in old.items() if key != gone}


def _bent_text(old: str, chance: Random) -> str:
    at = chance.randrange(len(old))
    return chance.choice((old[:at], old[:at] + chr(chance.randrange(0x250)) + old[at + 1 :], old + old, old.upper()))


def text_of(value: Any, chance: Random) -> bytes:
    """JSON of a bent value: canonical as far as it can be, or spelled another way."""
    spelled = {"separators": (",", ":"), "sort_keys": chance.randrange(4) > 0, "ensure_ascii": chance.randrange(4) == 0}
    return json.dumps(value, **spelled).encode("utf-8", "surrogatepass")


def bent_bytes(data: bytes, chance: Random) -> bytes:
    """Bytes flipped, cut, repeated, doubled, or with others among them."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 1, 2, 4, 40)))
        piece = chance.choice((b"", b"\0", b"\xff\xff\xff\xff", b"[", b"{", b'"', b"\x80", chance.randbytes(4)))
        data = chance.choice((data[:at] + piece + data[end:], data[:at] + data[at:end] * 3 + data[end:], data[:at]))
    return data


def tries(example: bytes, count: int, seed: str) -> Any:
    """`count` wrong versions of an example: bent in structure where it is JSON, else, and now and then, in bytes."""
    chance = Random(seed)
    try:
        value = json.loads(example)
    except ValueError:
        value = None
    for _ in range(count):
        if value is None or chance.randrange(4) == 0:
            yield bent_bytes(example, chance)
        else:
            yield text_of(bent(value, chance), chance)
