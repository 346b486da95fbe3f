"""`stillpoint bench card`: from a card's insertion to its proof."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--taps", type=click.IntRange(1, 100_000), default=500, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def card(taps: int, as_json: bool) -> None:
    """An emulated card that proves its key at a twin of the PC/SC service, beside a bare loop with pyscard."""
    from terminal.bench import card_bench
    from terminal.bench.measure import machine

    whole = {"bench": "card", **card_bench.measure(taps), "machine": machine()}
    lines = [f"{name}: {value}" for name, value in whole.items()]
    click.echo(json.dumps(whole, indent=2) if as_json else "\n".join(lines))
