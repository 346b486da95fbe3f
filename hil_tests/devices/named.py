"""Which devices `hil_tests/bench.toml` names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from drivers import registry
from drivers.base import Driver
from drivers.errors import UnknownDriver
from drivers.options import Options
from terminal.config.problems import problems_of

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


class BenchWrong(Exception):
    """The file cannot be used; the message has a line for each thing that is wrong in it."""


def named(text: str) -> Mapping[tuple[str, str], Named]:
    """Devices by kind and driver. Raises BenchWrong."""
    found, problems = dict[tuple[str, str], Named](), list[str]()
    for kind, driver, table in _tables(text):
        cards = table.pop("cards", [])
        try:
            entry = registry.find(kind, driver)
            options = entry.options.model_validate(table)
        except UnknownDriver as error:
            problems.append(f"{FILE.name}: [{kind}.{driver}]: {error}")
        except ValidationError as error:
            problems += problems_of(error, entry.options, FILE.name, f"{kind}.{driver}")
        else:
            found[kind, driver] = Named(kind, driver, options, tuple(map(str, cards)))
    if problems:
        raise BenchWrong("\n".join(problems))
    return found


def _tables(text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    try:
        kinds = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BenchWrong(f"{FILE.name} is no TOML: {error}") from error
    for kind, drivers in kinds.items():
        for driver, table in drivers.items() if isinstance(drivers, dict) else [("", drivers)]:
            if not isinstance(table, dict) or not isinstance(table.get("cards", []), list):
                raise BenchWrong(f"{FILE.name}: {kind}: tables are written [KIND.DRIVER], and cards as a list of UIDs")
            yield kind, driver, table
