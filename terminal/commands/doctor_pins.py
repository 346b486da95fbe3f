"""The doctor's look at PINs: are the peppers here, and how long does one take."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from cards.pin_cost import MOST_MS, Cost
from protocol.control import Configuration
from protocol.feed import RowKind
from protocol.pins import PinRules
from terminal.commands.doctor_check import Check
from terminal.commands.doctor_directory import DIRECTORY
from terminal.errors import ConfigError
from terminal.peppers import load_peppers
from terminal.pin_time import took_ms
from terminal.store.directory import Directory


def pins(state: Path, took: Callable[[Cost], int] = took_ms) -> Check:
    """Where the chain has PINs, one of its cost is worked out a few times."""
    rules = _rules(state)
    if rules is None:
        return Check("pins", "ok", "No PINs are asked for here.")
    try:
        missing = sorted(set(rules.peppers) - load_peppers(state).keys())
    except ConfigError as error:
        return Check("pins", "fail", f"{error}.")
    if missing:
        said = f"{', '.join(missing)} is not here: no PIN can be looked at until headquarters was reached."
        return Check("pins", "warn", said, {"missing": missing})
    ms = took(Cost(rules.memory_kib, rules.passes, rules.lanes))
    value = {"ms": ms, "memory_kib": rules.memory_kib, "passes": rules.passes, "lanes": rules.lanes}
    if ms > MOST_MS:
        said = (
            f"A PIN takes {ms} ms here, over {MOST_MS}: run `stillpoint bench pin` and give headquarters what it says."
        )
        return Check("pins", "warn", said, value)
    return Check("pins", "ok", f"A PIN takes {ms} ms here.", value)


def _rules(state: Path) -> PinRules | None:
    """As the sync agent let them in."""
    with closing(Directory(state / DIRECTORY)) as directory:
        signed = directory.control(RowKind.CONFIGURATION)
    try:
        return None if signed is None else Configuration.model_validate_json(signed.payload).pins
    except ValidationError:
        return None
