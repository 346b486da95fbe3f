"""What hypothesis does in every test: the same examples each time, and no verdict on how fast this machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "stillpoint", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("stillpoint")
