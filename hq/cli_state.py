"""What HQ's commands share: where HQ is, what time it is, and HQ opened for one command."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hq.headquarters import Headquarters

STATE = click.option("--state", required=True, type=click.Path(path_type=Path), help="HQ's folder.")
LANGUAGE = click.option("--language", type=click.Choice(["en", "zh-CN"]), default="en", show_default=True)
JSON = click.option("--json", "as_json", is_flag=True, help="For a program.")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def opened(state: Path) -> Iterator[Headquarters]:
    """Raises HqError."""
    headquarters = Headquarters.open(state, now_ms)
    try:
        yield headquarters
    finally:
        headquarters.close()
