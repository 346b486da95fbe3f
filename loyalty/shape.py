"""The shape of a document's objects, as its readers ask for them: keys, what stands there, what may be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Leaf = Mapping[str, Any]  # the JSON schema of a value that is no object


@dataclass
class Visit:
    """One reading of an object. `absent` are the keys that this reading was told are not there."""

    absent: frozenset[str]
    asked: set[str] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)  # asked with `has`, so they may be left out

    @property
    def needed(self) -> set[str]:
        return self.asked - self.offered


@dataclass
class Inner:
    """The object at a key, or a list of `bounds` such objects."""

    shape: Shape
    bounds: tuple[int, int] | None


@dataclass
class Shape:
    """One kind of object. `rows` are its variants, by the name that stands at the key `by`."""

    within: Shape | None = None
    leaves: dict[str, list[Leaf]] = field(default_factory=dict)
    inner: dict[str, Inner] = field(default_factory=dict)
    by: str = ""
    rows: dict[str, Shape] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """Every key that any reading asked for."""
        return sorted({key for visit in self.visits for key in visit.asked | visit.offered})

    @property
    def needed(self) -> set[str]:
        """The keys that no reading does without."""
        return set.intersection(*(visit.needed for visit in self.visits))

    @property
    def nullable(self) -> set[str]:
        return {key for visit in self.visits for key in visit.offered}

    def instead(self) -> Iterator[tuple[frozenset[str], set[str]]]:
        """The keys that are needed where others are all absent: those that are absent, and those needed instead.

        Only what is needed in every reading without these others counts.
        """
        known: dict[frozenset[str], set[str]] = {}
        for absent in sorted(
            {visit.absent for visit in self.visits if visit.absent}, key=lambda keys: (len(keys), sorted(keys))
        ):
            found = set.intersection(*(visit.needed for visit in self.visits if visit.absent >= absent)) - self.needed
            found -= {key for smaller, keys in known.items() if smaller < absent for key in keys}
            if found:
                known[absent] = found
                yield absent, found

    def holders(self) -> Iterator[Shape]:
        """This shape and every one that it lies in."""
        yield self
        if self.within:
            yield from self.within.holders()
