"""The people who may sign for HQ: each has an Ed25519 key, locked with a passphrase of their own (Leases 5)."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import Connection, insert, select

from hq import schema
from hq.keys import RandomBytes, write_secret
from hq.problems import HqError
from protocol import signing

FOLDER = "operators"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
LEAST_PASSPHRASE = 8


def add(connection: Connection, state: Path, name: str, passphrase: str, random: RandomBytes) -> None:
    """Make an operator's key in HQ's folder, and note the public half. Raises HqError."""
    if not _NAME.fullmatch(name):
        raise HqError(f"{name!r} is no name of an operator: use small letters, digits, dots and dashes")
    if len(passphrase) < LEAST_PASSPHRASE:
        raise HqError(f"the passphrase is too short: use at least {LEAST_PASSPHRASE} characters")
    if connection.scalar(select(schema.operator.c.name).where(schema.operator.c.name == name)) is not None:
        raise HqError(f"there is an operator {name} already: choose another name")
    key = Ed25519PrivateKey.from_private_bytes(random(32))
    (state / FOLDER).mkdir(mode=0o700, exist_ok=True)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
    write_secret(_file(state, name), locked)
    connection.execute(insert(schema.operator).values(name=name, public_key=signing.public_hex(key)))


def unlock(state: Path, name: str, passphrase: str) -> Ed25519PrivateKey:
    """An operator's own key. Raises HqError for a wrong passphrase or an unknown name."""
    if not _NAME.fullmatch(name):
        raise HqError(f"{name!r} is no name of an operator")
    try:
        key = load_pem_private_key(_file(state, name).read_bytes(), passphrase.encode())
    except OSError as error:
        raise HqError(f"there is no operator {name}: stillpoint-hq operator add {name}") from error
    except (ValueError, TypeError) as error:
        raise HqError(f"that is not the passphrase of {name}") from error
    assert isinstance(key, Ed25519PrivateKey)
    return key


def verify(connection: Connection, name: str, signature: str, data: bytes) -> bool:
    """Whether this operator has signed `data`."""
    public = connection.scalar(select(schema.operator.c.public_key).where(schema.operator.c.name == name))
    if public is None:
        return False
    try:
        signing.verify(public, signature, data)
    except signing.SignatureError:
        return False
    return True


def _file(state: Path, name: str) -> Path:
    return state / FOLDER / f"{name}.pem"
