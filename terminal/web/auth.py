"""Who may speak to the terminal: its own pages by a cookie of this terminal, a POS by a bearer token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from fastapi import HTTPException
from starlette.requests import HTTPConnection

COOKIE = "stillpoint_screen"


@dataclass(frozen=True)
class Keys:
    """`screen` is the secret of the pages; `pos` comes from a file and may be None: then no POS is served."""

    screen: str
    pos: str | None

    def is_screen(self, connection: HTTPConnection) -> bool:
        """Whether the request comes from a page that this terminal served, opened at this address."""
        return _same(connection.cookies.get(COOKIE), self.screen) and _same_origin(connection)

    def require_screen(self, connection: HTTPConnection) -> None:
        """Raises 401 unless `is_screen`."""
        if not self.is_screen(connection):
            raise HTTPException(401, "token_missing")

    def require_pos(self, connection: HTTPConnection) -> None:
        """Raises 401 unless the request carries the POS token, or comes from a page that this terminal served."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            if not _same(token.strip(), self.pos):
                raise HTTPException(401, "token_wrong")
            return
        self.require_screen(connection)


def _same(given: str | None, wanted: str | None) -> bool:
    return given is not None and wanted is not None and hmac.compare_digest(given.encode(), wanted.encode())


def _same_origin(connection: HTTPConnection) -> bool:
    """Browsers send cookies to any page of the same site; a port is another page all the same."""
    origin = connection.headers.get("origin")
    return origin is None or origin.partition("://")[2] == connection.headers.get("host")
