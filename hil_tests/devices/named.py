"""Which devices `hil_tests/bench.toml` names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drivers import registry
from drivers.base import Driver
from drivers.options import Options

FILE = Path(__file__).parents[1] / "bench.toml"
NAME = "bench"


@dataclass(frozen=True)
class Named:
    """A device of the bench; `cards` are UIDs of cards at hand."""

    kind: str
    driver: str
    options: Options
    cards: tuple[str, ...] = field(default=())

    def made(self) -> Driver:
        """Its driver, not started yet."""
        return registry.create(self.kind, self.driver, NAME, self.options)


def named(text: str) -> Mapping[tuple[str, str], Named]:
    """Devices by kind and driver. Raises UnknownDriver and pydantic's ValidationError with what is wrong."""
    found = {}
    for kind, drivers in tomllib.loads(text).items():
        for driver, table in drivers.items():
            cards = tuple(str(card) for card in table.pop("cards", ()))
            options = registry.find(kind, driver).options.model_validate(table)
            found[kind, driver] = Named(kind, driver, options, cards)
    return found
