"""What a programme document of format 1 may hold, so that a document says which format it needs.

A terminal that knows an older format refuses a newer one as a whole. A document of format 1 must therefore hold only
what every reader of format 1 takes; the rest is a fault here, with its way out: write the format that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loyalty.document import Fault, shown

FORMAT = 2  # the newest that this program reads
MAX_OFFERS_OF_FORMAT_1 = 500


@dataclass(frozen=True)
class Keys:
    """The keys of one object of format 1: those it must have and those it may have."""

    needed: frozenset[str]
    optional: frozenset[str] = frozenset()


def _keys(needed: str, optional: str = "") -> Keys:
    return Keys(frozenset(needed.split()), frozenset(optional.split()))


_DOCUMENT = _keys(
    "format id version currency zone valid_from valid_until tiers earning points_as_money offers limits cash_rounding"
)
_OBJECTS = {
    "tiers": _keys("id name rank percent_off earn"),
    "earning": _keys("id name points per by_tier excluded_categories"),
    "points_as_money": _keys("points money cap", "lifetime_months"),
    "limits": _keys("copyable_daily_points"),
}
_OFFERS = {
    "member_price": _keys("kind id name priority prices", "from until"),
    "tier_percent": _keys("kind id name priority", "from until excluded_categories"),
    "spend_and_save": _keys("kind id name priority threshold save members_only", "from until excluded_categories"),
}


def too_new(document: object) -> Fault | None:
    """The fault of a document whose format this program does not know yet."""
    declared = document.get("format") if isinstance(document, dict) else None
    if isinstance(declared, int) and declared > FORMAT:
        return Fault("format", f"is {shown(declared)}", f"this program reads formats 1 to {FORMAT}; update it first")
    return None


def beyond_format(document: object, since: Mapping[str, int]) -> Iterator[Fault]:
    """What `document` has that its own format has not; `since` is the first format of each kind of offer."""
    declared = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or type(declared) is not int or declared < 1:
        return  # the reader has noted it, and what was meant is not known
    for path, offer in _objects(document.get("offers"), "offers"):
        kind = offer.get("kind")
        if isinstance(kind, str) and since.get(kind, 0) > declared:
            yield Fault(f"{path}.kind", f"is {kind!r}", f"it needs format {since[kind]}; {_write(since[kind])}")
    if declared == 1:
        yield from _beyond_format_1(document)


def _beyond_format_1(document: Mapping[str, object]) -> Iterator[Fault]:
    yield from _compared(document, "", _DOCUMENT)
    for key, keys in _OBJECTS.items():
        for path, value in _objects(document.get(key), key):
            yield from _compared(value, path, keys)
    offers = _objects(document.get("offers"), "offers")
    for path, value in offers:
        kind = value.get("kind")
        if isinstance(kind, str) and kind in _OFFERS:
            yield from _compared(value, path, _OFFERS[kind])
    if len(offers) > MAX_OFFERS_OF_FORMAT_1:
        yield Fault("offers", f"has {len(offers)} offers", f"format 1 takes {MAX_OFFERS_OF_FORMAT_1}; {_write(2)}")


def _compared(value: Mapping[str, object], path: str, keys: Keys) -> Iterator[Fault]:
    for key in value:
        if key not in keys.needed | keys.optional and str(key).isidentifier():  # others are known in no format
            yield Fault(_joined(path, key), "is not in format 1", f"it needs format 2; {_write(2)}")
    for key in sorted(keys.needed):
        if value.get(key) is None:
            problem = "is null" if key in value else "is missing"
            yield Fault(_joined(path, key), problem, f"format 1 needs it; add it, or {_write(2)}")


def _objects(value: object, path: str) -> Sequence[tuple[str, Mapping[str, object]]]:
    """The objects at a key, be it one or a list; what is something else has been noted by the reader."""
    items = enumerate(value) if isinstance(value, list) else ()
    found = [(f"{path}[{index}]", item) for index, item in items]
    return [(place, item) for place, item in (*found, (path, value)) if isinstance(item, dict)]


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _write(format: int) -> str:
    return f'write "format": {format}'
