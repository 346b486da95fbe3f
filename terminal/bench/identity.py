"""Who a till of a bench is: it belongs to a headquarters of the bench that it never speaks with."""

from __future__ import annotations

from terminal.bench.sample_sales import DEVICE, EPOCH, STORE
from terminal.identity import Identity


def bench_identity(trust_key: str, lookup_key: str) -> Identity:
    """Both keys in hex, as in the identity's file."""
    return Identity(
        device=DEVICE,
        epoch=EPOCH,
        store=STORE,
        lane="1",
        hq="https://127.0.0.1:1",
        trust_key=trust_key,
        lookup_key=lookup_key,
        private_key="44" * 32,
    )
