"""The programmes that HQ has published, by version: read once each, new ones whenever somebody looks."""

from __future__ import annotations

from collections.abc import MutableMapping

from sqlalchemy import Connection, select

from hq.schema import programme
from loyalty import Programme, read_programme

Programmes = MutableMapping[int, Programme]


def learn(connection: Connection, known: Programmes) -> None:
    """Add to `known` what was published since; one small query where nothing was. What is known is never read again."""
    missing = [version for version in connection.scalars(select(programme.c.version)) if version not in known]
    if missing:
        query = select(programme.c.version, programme.c.document).where(programme.c.version.in_(missing))
        for version, document in connection.execute(query):
            known[version] = read_programme(document)
