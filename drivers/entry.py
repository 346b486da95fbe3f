"""What the registry holds of a driver, and what a plug-in declares of its own."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.options import Options


@dataclass(frozen=True)
class Entry:
    """Where a driver is, as "module:Class", and the class of its options.

    The class is called with the device's name and the options. `broken` is why a plug-in's driver cannot be made.
    """

    place: str
    options: type[Options]
    broken: str = ""
