"""The schema of HQ's database by versions (Alembic): `migrate` brings a database to the newest, whatever it was."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from hq.database import Database
from hq.problems import HqError

TABLE = "alembic_version"
_LOCK = 0x5350_4851  # any number of our own: several workers may open the database at once


def migrate(database: Database) -> None:
    """Bring the database to this version's schema, in one transaction. Raises HqError if it is newer than this."""
    script = ScriptDirectory.from_config(_config())
    with database.transaction() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_newer(version_of(connection), script)
        if version_of(connection) != script.get_current_head():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def version_of(connection: Connection) -> str | None:
    """The version of the schema; None for a database that has none of HQ's tables yet."""
    if not inspect(connection).has_table(TABLE):
        return None
    version: str | None = connection.scalar(text(f"SELECT version_num FROM {TABLE}"))
    return version


def _refuse_newer(version: str | None, script: ScriptDirectory) -> None:
    known = [each.revision for each in script.walk_revisions()]
    if version is not None and version not in known:
        raise HqError(
            f"HQ's database has schema {version}, and this version of Stillpoint knows up to {known[0]}: "
            "install the version that wrote it, or a newer one"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
