"""A PostgreSQL of our own for tests: Debian's binaries, a private folder and socket, nothing kept.

It is fast because it never waits for the disk; what must survive a power cut is tested elsewhere.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "log_min_messages": "panic",
}
START_S = 30


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL on this machine, if there is one."""
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Postgres:
    """A running server. `create(name, template)` and `drop(name)` make and end databases; `url(name)` reaches one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hq@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """The URL of a new database that is a copy of `template`, which nobody may be using."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(user="hq", dbname="postgres", host=str(self._folder), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server until the block ends. There must be binaries."""
    programs = binaries()
    assert programs is not None, "no PostgreSQL here: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        yield from _served(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(programs: Path, folder: Path) -> Iterator[Postgres]:
    nobody = _as_nobody(folder)
    make = [*nobody, programs / "initdb", "-D", folder / "data", "-U", "hq", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run([*make, "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    serve = [*nobody, programs / "postgres", "-D", folder / "data", "-k", folder, *options]
    with subprocess.Popen(serve, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(folder, server)
            yield Postgres(folder)
        finally:
            server.send_signal(3)  # SIGQUIT: at once
            server.wait()


def _as_nobody(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root. It ends with the process that started it."""
    if os.geteuid():
        return ["setpriv", "--pdeathsig", "QUIT", "--"]
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig", "QUIT", "--"]


def main() -> None:
    """`python -m tests.postgres COMMAND…`: run a command on a server of its own; `{url}` in it is an empty database."""
    with postgres() as server:
        url = server.create("empty")
        sys.exit(subprocess.run([part.replace("{url}", url) for part in sys.argv[1:]], check=False).returncode)


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(START_S * 50):
        try:
            psycopg.connect(user="hq", dbname="postgres", host=str(folder)).close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, "PostgreSQL ended at once"
            pause.wait(0.02)
    raise AssertionError("PostgreSQL did not start")


if __name__ == "__main__":
    main()
