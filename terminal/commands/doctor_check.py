"""What one check of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Check:
    """`value` is what was measured, for machines; `sentence` says it for people, with the way out. No secrets."""

    name: str
    state: State
    sentence: str
    value: Any = None
