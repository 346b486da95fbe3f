"""`stillpoint bench scan`: from a scanner's last byte to the driver's event."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--scans", type=click.IntRange(1, 100_000), default=10_000, show_default=True)
@click.option("--per-second", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def scan(scans: int, per_second: int, as_json: bool) -> None:
    """Scans on a real pseudo-terminal with the serial driver, beside a bare loop that reads lines."""
    from terminal.bench import scan_bench
    from terminal.bench.measure import machine

    whole = {"bench": "scan", **scan_bench.measure(scans, per_second), "machine": machine()}
    lines = [f"{name}: {value}" for name, value in whole.items()]
    click.echo(json.dumps(whole, indent=2) if as_json else "\n".join(lines))
