"""Compare the engine with the oracle: `python -m tests.loyalty.oracle --cases 20000 --seed 1`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tests.loyalty.oracle.compare import first_difference


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say how it went; 1 if they differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.loyalty.oracle", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000, help="how many random cases (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn from (default 1)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case (default 0)")
    asked = parser.parse_args(arguments)
    begun = time.monotonic()
    found = first_difference(range(asked.first, asked.first + asked.cases), asked.seed)
    if found:
        sys.stdout.write(f"{found}\n")
        return 1
    taken = time.monotonic() - begun
    sys.stdout.write(f"{asked.cases} cases of seed {asked.seed} agree, in {taken:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
