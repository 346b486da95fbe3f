"""Name the faults in the core that its tests do not notice: `python -m tests.mutation points`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.mutants import MutationFailed, Outcome, try_faults
from tests.mutation.parts import PARTS, NothingThere, asked_for

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the faults of what is asked for; 0 if every fault was noticed, 1 if not, 2 if they could not be tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("part", nargs="+", help=f"{', '.join(PARTS)}, or a module of one of them by its path")
    parser.add_argument("--seconds", type=int, default=7200, help="the most that each may take (default 7200)")
    asked = parser.parse_args(arguments)
    left = 0
    for name in asked.part:
        try:
            sources, tests = asked_for(ROOT, name)
            with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
                outcome = try_faults(ROOT, sources, tests, Path(folder), asked.seconds)
        except (MutationFailed, NothingThere) as failure:
            sys.stderr.write(f"{name}: {failure}\n")
            return 2
        sys.stdout.write(report(outcome))
        left += len(outcome.unnoticed)
    return 1 if left else 0


def report(outcome: Outcome) -> str:
    """The faults that no test noticed, and then of each module how many had which end."""
    rows = [str(change) for change in outcome.unnoticed]
    for path, ends in sorted(outcome.ends.items()):
        told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
        rows.append(f"{path}: {ends.total()} faults, {told}")
    return "".join(f"{row}\n" for row in rows)


if __name__ == "__main__":
    raise SystemExit(main())
