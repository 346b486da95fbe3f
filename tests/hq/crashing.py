"""A process that takes in a batch and dies: `python -m tests.hq.crashing STATE BATCH before|after`.

`before` dies after everything is inserted and before the commit, `after` between the commit and the answer.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hq.headquarters import Headquarters
from hq.ingest import ingest
from hq.reading import read_batch
from protocol.batch import Batch
from tests.hq.tiny_chain import NOW_MS

DIED = 9


def main(state: str, file: str, moment: str) -> None:
    hq = Headquarters.open(Path(state), lambda: NOW_MS)
    batch = Batch.decode(Path(file).read_bytes())
    with hq.database.transaction() as connection:
        ingest(connection, batch, read_batch(batch), hq.rules())
        if moment == "before":
            os._exit(DIED)
    os._exit(DIED)


if __name__ == "__main__":
    main(*sys.argv[1:])
