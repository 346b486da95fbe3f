"""A PostgreSQL of our own for tests: Debian's binaries, a private folder and socket, nothing kept.

It is fast because it never waits for the disk, and lies in memory where there is room: a database of ours has some
thousand files. What must survive is tested elsewhere.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

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
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # bytes that must be free there


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL on this machine, if there is one."""
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Postgres:
    """A running server. `create(name, template)` and `drop(name)` make and end databases; `url(name)` reaches one."""

    def __init__(self, folder: Path, command: list[str | Path]) -> None:
        self._folder, self._command = folder, command
        self._server = self._serve()

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hq@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """The URL of a new database that is a copy of `template`, which nobody may be using."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def kill_and_restart(self) -> None:
        """All its processes end at once, with what they had in memory; then it recovers from its log."""
        end_at_once(self._folder / "data", self._server)
        self._server = self._serve()

    def end(self) -> None:
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()

    def _run(self, statement: str) -> None:
        with psycopg.connect(user="hq", dbname="postgres", host=str(self._folder), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _serve(self) -> subprocess.Popen[bytes]:
        silent = subprocess.DEVNULL
        server = subprocess.Popen(self._command, cwd=self._folder, stdout=silent, stderr=silent)
        _wait(self._folder, server)
        return server


def end_at_once(data: Path, server: subprocess.Popen[bytes]) -> None:
    """Kill the postmaster and its children, none of which can do anything more; then nobody holds its memory."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for process in (server.pid, *map(int, children)):
        os.kill(process, signal.SIGKILL)
    server.wait()
    pause = threading.Event()
    while any(_alive(int(child)) for child in children):
        pause.wait(0.01)
    (data / "postmaster.pid").unlink()


def _alive(process: int) -> bool:
    """Whether it still runs; one that nobody has collected does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def postgres(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Postgres]:
    """A server until the block ends, with more settings than ours. There must be binaries."""
    programs = binaries()
    assert programs is not None, "no PostgreSQL here: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if _room() else None))
    try:
        server = Postgres(folder, _made(programs, folder, {**SETTINGS, **settings}))
        try:
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _room() -> bool:
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


def _made(programs: Path, folder: Path, settings: Mapping[str, str]) -> list[str | Path]:
    """The command that serves a new cluster."""
    nobody = _as_nobody(folder)
    make = [*nobody, programs / "initdb", "-D", folder / "data", "-U", "hq", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run([*make, "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [*nobody, programs / "postgres", "-D", folder / "data", "-k", folder, *options]


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
