"""HQ's issuer keys: they sign member codes and card certificates, and nothing that a terminal obeys.

Each has a number (kid), and its own file `keys/issuer-<kid>.key`, mode 0600; the newest signs. Terminals are told the
public halves of all, so a key can be followed by another while codes and certificates of the older one are about.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from hq.database import read_setting
from hq.keys import FOLDER, RandomBytes, write_secret
from hq.problems import HqError
from protocol.control import CodeIssuer, CodeIssuers
from protocol.signing import private_from_hex, public_hex

KIDS = range(1, 256)
_FILE = re.compile(r"issuer-([1-9]\d{0,2})\.key")


def make_issuer(state: Path, random: RandomBytes) -> int:
    """Make the next key; gives its kid. Raises HqError if it cannot be written or all numbers are taken."""
    kid = max(load_issuers(state), default=0) + 1
    if kid not in KIDS:
        raise HqError(f"there are issuer keys up to number {kid - 1}, and a code has room for no more")
    write_secret(state / FOLDER / f"issuer-{kid}.key", random(32).hex().encode())
    return kid


def load_issuers(state: Path) -> Mapping[int, Ed25519PrivateKey]:
    """All issuer keys by kid; none before the first was made. Raises HqError for one that is damaged."""
    found = {}
    for path in sorted((state / FOLDER).glob("issuer-*.key")):
        if named := _FILE.fullmatch(path.name):
            try:
                found[int(named[1])] = private_from_hex(path.read_text())
            except (OSError, ValueError) as error:
                raise HqError(f"{path} holds no issuer key: restore it from a backup") from error
    return found


def tenant(connection: Connection) -> bytes:
    """The 16 bytes that stand for this chain in everything that is issued."""
    return hashlib.sha256(b"stillpoint/tenant\0" + read_setting(connection, "chain").encode()).digest()[:16]


def told(connection: Connection, issuers: Mapping[int, Ed25519PrivateKey]) -> CodeIssuers:
    """What terminals are told, to go into their configuration."""
    keys = tuple(CodeIssuer(kid=kid, public_key=public_hex(key)) for kid, key in sorted(issuers.items()))
    return CodeIssuers(tenant=tenant(connection).hex(), keys=keys)
