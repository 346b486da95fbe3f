"""What the start has made lasts as long as the process, so the garbage collector leaves it alone.

A full collection looks at every object there is: some 100,000 of them after the start, a tenth of a second in which a
tap would wait. Afterwards only what has come since is looked at.
"""

from __future__ import annotations

import gc


def lasting() -> None:
    """Call it when all is built and before anybody is served."""
    gc.collect()
    gc.freeze()
