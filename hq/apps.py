"""Servers of a chain's app, which may ask for member codes and nothing else: each has a name and a token of its own.

A token has 256 bits of chance and is shown once; HQ keeps its SHA-256, which leads back to no token.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from hq.headquarters import Headquarters
from hq.keys import RandomBytes
from hq.problems import HqError
from hq.schema import app

PREFIX = "spa_"  # so that a token in a file or a log is known for what it is
TOKEN_BYTES = 32
TOKEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True)
class App:
    """`revoked_ms` is None while its token is good."""

    name: str
    made_ms: int
    revoked_ms: int | None


def add(hq: Headquarters, name: str, random: RandomBytes) -> str:
    """A new server's token; it is not to be had again. Raises HqError for a name that is none, or was used before."""
    if not _NAME.fullmatch(name):
        raise HqError(f"{name[:40]!r} is no name for an app: use up to 40 of a–z, 0–9, dot, dash and underscore")
    token = PREFIX + urlsafe_b64encode(random(TOKEN_BYTES)).decode().rstrip("=")
    with hq.database.transaction() as connection:
        if connection.scalar(select(app.c.name).where(app.c.name == name)) is not None:
            raise HqError(f"there is an app {name!r} already, or was: choose another name")
        connection.execute(insert(app).values(name=name, token=_digest(token), made_ms=hq.clock(), revoked_ms=None))
    return token


def revoke(hq: Headquarters, name: str) -> None:
    """From now on its token is refused. Raises HqError where there is no such app, or it was revoked before."""
    with hq.database.transaction() as connection:
        good = (app.c.name == name) & app.c.revoked_ms.is_(None)
        if connection.execute(update(app).where(good).values(revoked_ms=hq.clock())).rowcount == 0:
            raise HqError(f"there is no app {name[:40]!r} whose token is good: see `stillpoint-hq app list`")


def apps(connection: Connection) -> list[App]:
    """All that there ever were, by name."""
    rows = connection.execute(select(app.c.name, app.c.made_ms, app.c.revoked_ms).order_by(app.c.name))
    return [App(*row) for row in rows]


def app_of(connection: Connection, token: str) -> str | None:
    """The name of the app whose token this is; None for one that is no app's, or was revoked. The digest is looked up,
    so its time says nothing of a token."""
    if not TOKEN.fullmatch(token):
        return None
    good = (app.c.token == _digest(token)) & app.c.revoked_ms.is_(None)
    name: str | None = connection.scalar(select(app.c.name).where(good))
    return name


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
