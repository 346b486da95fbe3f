"""Which database HQ uses: its URL in a file of HQ's folder, for the owner alone, because it may hold a password."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url

from hq.problems import HqError

FILE = "database.url"
USUAL = "sqlite:///hq.db"  # a relative file lies in HQ's folder


def write_address(folder: Path, url: str) -> None:
    """Raises HqError if the folder cannot be written."""
    try:
        handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(url + "\n")
    except OSError as error:
        raise HqError(f"{folder / FILE} cannot be written: {error.strerror}") from error


def read_address(folder: Path) -> str:
    """The URL that `open_database` takes. Raises HqError if the folder is not HQ's."""
    try:
        url = (folder / FILE).read_text("utf-8").strip()
    except OSError:
        raise HqError(f"{folder} holds no HQ: run `stillpoint-hq init --state {folder} --chain FOLDER` first") from None
    return resolved(folder, url)


def resolved(folder: Path, url: str) -> str:
    """`url` with a relative SQLite file put into `folder`."""
    file = sqlite_file(url)
    return url if file is None else f"sqlite:///{folder / file}"


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for one in memory and for every other kind."""
    if not url.startswith("sqlite:///"):
        return None
    name = make_url(url).database
    return Path(name) if name else None
