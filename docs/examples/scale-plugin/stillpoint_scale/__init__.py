"""What this package brings. It is read with the configuration, so it imports no device library."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from drivers.entry import Entry
from drivers.options import Options


class ScaleOptions(Options):
    """`port` is the scale's serial port, best by a name that survives a replug."""

    port: Annotated[str, Field(min_length=1, max_length=200)]


PLAIN = Entry("stillpoint_scale.driver:PlainScale", ScaleOptions)
