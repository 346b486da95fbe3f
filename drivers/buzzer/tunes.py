"""What a buzzer sounds, as lengths of sound and silence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drivers.base import Tune

# tune: seconds of sound, silence, sound …; they differ in rhythm, since a simple buzzer has one pitch
TUNES: Mapping[Tune, tuple[float, ...]] = MappingProxyType(
    {"ok": (0.08,), "refused": (0.3, 0.1, 0.3), "attention": (0.08, 0.08, 0.08, 0.08, 0.08)}
)
