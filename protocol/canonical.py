"""Canonical JSON: one value, one string of bytes (sync.md, Operations). Integers only, sorted keys, UTF-8, bounded."""

from __future__ import annotations

import json
from typing import Any

import orjson
from pydantic_core import PydanticSerializationError, to_json

MAX_BYTES = 64 * 1024
MAX_DEPTH = 64  # the same everywhere, so no machine's stack decides what is a fact
INT64 = range(-(2**63), 2**63)
_LOWEST, _HIGHEST = INT64[0], INT64[-1]
_NESTED = (dict, list, tuple)
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 19  # digits in a row: perhaps beyond 64 bits
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)


class CanonicalError(ValueError):
    """A value or bytes that canonical JSON does not allow; the message names the place and the value."""


def _check(value: object, path: str, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise CanonicalError(f"{path[:100]} is nested too deep: at most {MAX_DEPTH} levels are allowed")
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if value not in INT64:
            raise CanonicalError(f"{path} is {value}: integers must fit in 64 bits")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise CanonicalError(f"{path} has the key {key!r}: keys must be strings")
            _check(item, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]", depth + 1)
    else:
        raise CanonicalError(f"{path} is {value!r}: only integers, strings, booleans, null, lists and objects pass")


def _is_plain(value: object, limit: int) -> bool:
    """Whether `value` is clearly allowed. A sale's commit waits for this, so it names nothing; `_check` does."""
    level: list[Any] = [value]
    count = 1
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str or item is None or kind is bool:
                continue
            if kind is int:
                if not _LOWEST <= item <= _HIGHEST:
                    return False
            elif kind is dict:
                for key in item:
                    if type(key) is not str:
                        return False
                below.extend(item.values())
            elif kind is list or kind is tuple:
                below.extend(item)
            else:
                return False
        if not below:
            return True
        level, count = below, count + len(below)
        if count > limit:
            return False
    return False


def encode(value: object, limit: int = MAX_BYTES) -> bytes:
    """The canonical bytes of `value`. Raises CanonicalError for a float, an oversized integer or too many bytes."""
    if not _is_plain(value, limit):
        _check(value, "$")
    try:
        data = _JSON.encode(value).encode()
    except UnicodeEncodeError as error:
        raise CanonicalError(f"a string holds a lone surrogate at position {error.start}") from error
    if len(data) > limit:
        raise CanonicalError(f"{len(data)} bytes: at most {limit} are allowed")
    return data


class Ordered(dict[str, Any]):
    """An object that canonical JSON allows, with its keys in order at every depth."""


def ordered(value: dict[str, Any]) -> dict[str, Any]:
    """`value` as an Ordered copy; `value` itself if canonical JSON does not allow it, so that `encode` says why."""
    if isinstance(value, Ordered):
        return value
    return Ordered(_in_order(value)) if _is_plain(value, MAX_BYTES) else value


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(item) if isinstance(item, _NESTED) else item for key, item in sorted(value.items())}
    return [_in_order(item) if isinstance(item, _NESTED) else item for item in value]


def encode_ordered(value: dict[str, Any], limit: int = MAX_BYTES) -> bytes:
    """`encode` in a fraction of the time, for what is known to be allowed and has its keys in order at every depth."""
    try:
        data = to_json(value)
    except PydanticSerializationError:
        return encode(value, limit)
    return data if len(data) <= limit else encode(value, limit)


def decode(data: bytes, limit: int = MAX_BYTES) -> Any:
    """The value of canonical bytes. Raises CanonicalError unless `encode` of the value gives the same bytes."""
    if len(data) > limit:
        raise CanonicalError(f"{len(data)} bytes: at most {limit} are allowed")
    found, value = _read_fast(data, limit)
    return value if found else _read(data, limit)


def _read_fast(data: bytes, limit: int) -> tuple[bool, Any]:
    """The value of what is surely canonical, in a fraction of the time; `_read` judges everything else.

    orjson reads an integer beyond 64 bits as a float, which is not plain, and writes what is plain as `encode` does.
    """
    try:
        value = orjson.loads(data)
        same = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == data
        return same and (_is_clearly_plain(data, value) or _is_plain(value, limit)), value
    except (ValueError, TypeError):
        return False, None


def _is_clearly_plain(data: bytes, value: Any) -> bool:
    """Whether these bytes are clearly without a float, an integer near the end of the range, and deep nesting.

    Between the texts, which have no escapes here, every bracket and digit is what it seems; brackets are then peeled
    off from the inside, a level at a time.
    """
    if b"\\" in data or not isinstance(value, dict | list):
        return False
    between = b"".join(data.split(b'"')[::2])
    if not _has_plain_numbers(between):
        return False
    brackets = between.translate(None, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return not brackets


def _has_plain_numbers(between: bytes) -> bool:
    """Whether what stands between the texts has no fraction, no exponent and no integer that may be beyond 64 bits."""
    if b"." in between or b"E" in between or between.count(b"e") != between.count(b"true") + between.count(b"false"):
        return False
    return _LONG not in between.translate(_DIGITS)


def _read(data: bytes, limit: int) -> Any:
    try:
        value = json.loads(data)
        again = encode(value, limit)
    except CanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"not canonical JSON: {error}") from error
    if again != data:
        raise CanonicalError("not canonical JSON: keys out of order, doubled, or another spelling of the same value")
    return value
