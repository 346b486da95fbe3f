"""What hypothesis does in every test: the same examples each time, and no verdict on how fast this machine is. And the
one PC/SC service and the one SoftHSM that a test process can have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.softhsm import softhsm

__all__ = ["softhsm"]

settings.register_profile(
    "stillpoint", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("stillpoint")


@pytest.fixture(scope="session")
def pcscd_socket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one place where this test process looks for pcscd: libpcsclite looks once."""
    path = tmp_path_factory.mktemp("pcscd") / "comm"
    os.environ["PCSCLITE_CSOCK_NAME"] = str(path)
    return path
