"""The parts of the core whose tests are tested: their modules and the tests that have to notice a fault in them.

The comparison with the oracle and most properties are left out: they run for minutes for each change, and a fault
should be seen by a test that says what is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Modules and tests, as patterns of paths from the root of the project; `::name` is one test of a file."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]


_PRICED = ["offers/test_*", "test_bound", "test_conditions", "test_domain_rules", "test_explain", "test_index"]
_PRICED += ["test_pipeline", "test_pric*", "test_rights_in_price", "test_settle", "test_stages", "test_units"]
_POINTS = ["test_claw_back", "test_domain_rules", "test_domain_rules_points", "test_earning*", "test_lots"]
_POINTS += ["test_pending", "test_points", "test_points_policy", "test_sale_earning", "test_settle"]
_REFUNDS = ["test_domain_rules_refunds*", "test_exchange", "test_refund", "test_refund_[!p]*", "test_refund_po*"]
_REFUNDS += ["test_void"]
_BOUNDS = "tests/loyalty/test_schema.py::test_the_committed_schema_is_current"  # of every key of the programme


def _part(sources: Iterable[str], tests: Iterable[str]) -> Part:
    looked = (*(f"tests/loyalty/{name}.py" for name in tests), _BOUNDS)
    return Part(tuple(f"loyalty/{name}.py" for name in sources), looked)


PARTS: Mapping[str, Part] = {
    "conditions": _part(["conditions", "index"], _PRICED),
    "lots": _part(["lots"], _POINTS),
    "offers": _part(["offers/*"], _PRICED),
    "points": _part(["points", "earning", "claw_back", "pending"], _POINTS),
    "pricing": _part(["pipeline", "pricing", "taking", "units"], _PRICED),
    "refunds": _part(["refund*"], _REFUNDS),
}


class NothingThere(Exception):
    """A pattern of a part that no file matches."""


def files(root: Path, patterns: Iterable[str]) -> list[str]:
    """The paths below `root` that the patterns match, from `root`; raises NothingThere for a pattern without any."""
    found: list[str] = []
    for pattern in patterns:
        path, mark, name = pattern.partition("::")
        matching = sorted(f"{each.relative_to(root)}{mark}{name}" for each in root.glob(path))
        if not matching:
            raise NothingThere(f"no file is named {pattern}: name the files that tests/mutation/parts.py should mean")
        found += [each for each in matching if each not in found]
    return found


def asked_for(root: Path, name: str) -> tuple[list[str], list[str]]:
    """The modules and the tests of a part, or of one module of a part; raises NothingThere."""
    if name in PARTS:
        return files(root, PARTS[name].sources), files(root, PARTS[name].tests)
    for part in PARTS.values():
        if name in files(root, part.sources):
            return [name], files(root, part.tests)
    raise NothingThere(f"neither a part nor a module of one: use {', '.join(PARTS)}, or a path such as loyalty/lots.py")
