"""The bench of a whole chain that comes back, in small: what it counts, and that it sees what should not be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.signing import private_hex
from terminal.bench import fleet_bench
from terminal.bench.bench_hq import BenchChain, cost_of, found_bench_hq, operations_at, serving

TERMINALS, SALES = 3, 2


def test_every_terminal_comes_back_and_every_operation_is_at_hq(tmp_path: Path) -> None:
    result = fleet_bench.measure(tmp_path, TERMINALS, SALES, 7, None)
    assert (result["terminals"], result["operations"], result["at_hq"]) == (TERMINALS, 6, 6)
    assert (result["errors"], result["unreachable"]) == (0, 0)
    assert result["hq"]["memory_mb"] > 0


def test_a_terminal_that_hq_does_not_believe_is_an_error(tmp_path: Path) -> None:
    hq, identities = found_bench_hq(BenchChain(tmp_path, 60, TERMINALS, 7), None)
    stranger = private_hex(Ed25519PrivateKey.from_private_bytes(Random(1).randbytes(32)))
    believed = (*identities[:2], identities[2].model_copy(update={"private_key": stranger}))

    async def come_back() -> fleet_bench.Fleet:
        async with serving(hq, identities[0]) as process:
            assert cost_of(process)["memory_mb"] > 0
            ca_file = tmp_path / "hq" / "ca.pem"
            fleet, _ = await asyncio.to_thread(fleet_bench.come_back, believed, [[]] * TERMINALS, ca_file, 7)
            return fleet

    fleet = asyncio.run(come_back())
    assert (fleet.said["failed"], len(fleet.done_s)) == (1, 2)
    assert operations_at(tmp_path / "hq") == 0
