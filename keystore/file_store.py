"""Masters as files in a folder, for development and tests: whoever can read the disk has them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from cards.aes import BLOCK, AesKey
from cards.diversify import diversify
from cards.generations import NoMaster
from keystore.masters import KeyStoreError, checked, version_of
from keystore.private_file import read_private

_SUFFIX = ".key"
_BYTES_MAX = 2 * BLOCK + 1


class FileStore:
    """A folder of files `<master>-<version>.key`, each a key in hex, mode 0600 and this user's own.

    `random` makes new masters. The folder is made with the first of them.
    """

    def __init__(self, folder: Path, random: Callable[[int], bytes]) -> None:
        self._folder, self._random = folder, random

    def versions(self, master: str) -> frozenset[int]:
        """As `KeyStore`."""
        found = (version_of(path.stem, master) for path in self._folder.glob(f"{master}-*{_SUFFIX}"))
        return frozenset(version for version in found if version is not None)

    def make(self, master: str, version: int) -> None:
        """As `KeyStore`; the file is on the disk when this returns."""
        path = self._path(master, version)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(self._random(BLOCK).hex().encode())
                file.flush()
                os.fsync(handle)
        except FileExistsError as error:
            raise KeyStoreError(f"{path} is there already: a master is never made twice") from error
        except OSError as error:
            raise KeyStoreError(f"{path} cannot be written: {error.strerror}") from error

    def diversify(self, master: str, version: int, material: bytes) -> AesKey:
        """As `KeyStore`."""
        return diversify(self._read(self._path(master, version), version), material)

    def close(self) -> None:
        """As `KeyStore`: nothing is held."""

    def _path(self, master: str, version: int) -> Path:
        return self._folder / f"{checked(master, version)}{_SUFFIX}"

    def _read(self, path: Path, version: int) -> AesKey:
        try:
            return AesKey(bytes.fromhex(read_private(path, _BYTES_MAX).decode("ascii")))
        except FileNotFoundError as error:
            raise NoMaster(f"there is no master of version {version} in {self._folder}") from error
        except ValueError as error:
            raise KeyStoreError(f"{path} holds no master: restore it from a backup") from error
