"""A SoftHSM of this process's own, with an empty token for each test that asks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from keystore.opening import SOFTHSM

PIN = "428571"


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Makes tokens; gives the label of each. The library reads its configuration once in a process."""
    if not Path(SOFTHSM).exists():
        pytest.skip(f"{SOFTHSM} is not there: install the Debian package softhsm2")
    import pkcs11

    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    numbers = count(1)

    def make() -> str:
        label = f"bench-{next(numbers)}"
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
        pkcs11.lib(SOFTHSM).reinitialize()  # the library looks for tokens as it starts
        return label

    yield make
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
