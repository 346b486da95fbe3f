"""`stillpoint bench pin`: what a PIN must cost on this machine."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True)
def pin(as_json: bool) -> None:
    """Find the cost with which this machine takes 250 to 500 ms for a PIN, and say what to run at HQ."""
    from terminal.bench import pin_bench
    from terminal.bench.measure import machine
    from terminal.pin_time import took_ms

    whole = {"bench": "pin", **pin_bench.propose(took_ms), "machine": machine()}
    lines = [f"{name}: {value}" for name, value in whole.items()]
    click.echo(json.dumps(whole, indent=2) if as_json else "\n".join(lines))
