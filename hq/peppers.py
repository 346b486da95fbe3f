"""HQ's peppers: keys under which PINs are hashed, each in its own file `keys/pepper-<n>.key`, mode 0600.

The newest is used for new PINs; older ones stay for the PINs that were hashed with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cards.pin import PEPPER_BYTES, Pepper
from hq.keys import FOLDER, RandomBytes, write_secret
from hq.problems import HqError
from keystore.masters import KeyStoreError
from keystore.private_file import read_private

NUMBERS = range(1, 100)
_FILE = re.compile(r"pepper-([1-9]\d?)\.key")
_MOST_BYTES = 1024


def make_pepper(state: Path, random: RandomBytes) -> Pepper:
    """Make the next pepper. Raises HqError if it cannot be written or all numbers are taken."""
    number = max(load_peppers(state), default=0) + 1
    if number not in NUMBERS:
        raise HqError(f"there are peppers up to number {number - 1}: no more are needed in a chain's life")
    made = Pepper(f"pepper-{number}", random(PEPPER_BYTES))
    write_secret(state / FOLDER / f"{made.name}.key", made.key.hex().encode())
    return made


def load_peppers(state: Path) -> Mapping[int, Pepper]:
    """All peppers by number; none before the first was made. Raises HqError for one that others may read, or that is
    damaged."""
    found = {}
    for path in sorted((state / FOLDER).glob("pepper-*.key")):
        if named := _FILE.fullmatch(path.name):
            found[int(named[1])] = Pepper(f"pepper-{named[1]}", _read(path))
    return found


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(read_private(path, _MOST_BYTES).decode("ascii"))
    except KeyStoreError as error:
        raise HqError(str(error)) from error
    except (OSError, ValueError):
        key = b""
    if len(key) != PEPPER_BYTES:
        raise HqError(f"{path} holds no pepper: restore it from a backup")
    return key
