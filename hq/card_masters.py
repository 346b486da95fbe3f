"""The masters of card keys as HQ uses them: in the key store that its folder names, or a folder of its own."""

from __future__ import annotations

import json
import logging
import os
import threading
import tomllib
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from cards.aes import AesKey
from hq.problems import Code, HqError, Refusal
from keystore.masters import CARDS, KeyStore, KeyStoreError
from keystore.opening import PKCS11, SOFTHSM, open_store
from keystore.private_file import read_private

log = logging.getLogger(__name__)
FILE, MASTERS = "cards.toml", "cards"  # within HQ's keys: where the masters are, and the folder where there is no file
_PIN_BYTES_MAX = 256


@dataclass(frozen=True)
class Place:
    """`where` is a folder, or `pkcs11:` and the label of a token; `module` and `pin_file` are for a token."""

    where: str
    module: str = SOFTHSM
    pin_file: Path | None = None

    def open(self) -> KeyStore:
        """Raises KeyStoreError."""
        return open_store(self.where, self.module, self._pin, os.urandom)

    def _pin(self) -> str:
        if self.pin_file is None:
            raise KeyStoreError("HQ asks nobody for the token's PIN: name its file")
        try:
            return read_private(self.pin_file, _PIN_BYTES_MAX).decode("utf-8").strip()
        except FileNotFoundError as error:
            raise KeyStoreError(f"{self.pin_file} is not there: it holds the token's PIN") from error
        except ValueError as error:
            raise KeyStoreError(f"{self.pin_file} holds no PIN") from error


def read_place(keys: Path) -> Place:
    """Where the masters are, by HQ's folder of keys. Raises HqError for a file that says nothing."""
    path = keys / FILE
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Place(str(keys / MASTERS))
    except (OSError, ValueError) as error:
        raise HqError(f"{path} cannot be read: run `stillpoint-hq card masters` again") from error
    where, module, pin_file = (said.get(name) for name in ("store", "module", "pin_file"))
    if not all(value is None or isinstance(value, str) for value in (where, module, pin_file)) or not where:
        raise HqError(f"{path} names no key store: run `stillpoint-hq card masters` again")
    return Place(where, module or SOFTHSM, Path(pin_file) if pin_file else None)


def versions_at(place: Place) -> frozenset[int]:
    """The versions of masters that are there. Raises HqError where it cannot be opened as HQ would."""
    try:
        with closing(place.open()) as store:
            return store.versions(CARDS)
    except KeyStoreError as error:
        raise HqError(str(error)) from error


def write_place(keys: Path, place: Place) -> None:
    """From its next start on HQ uses this one. Raises HqError."""
    said = {"store": place.where}
    if place.where.startswith(PKCS11):
        said |= {"module": place.module, "pin_file": str(place.pin_file)}
    _write(keys / FILE, "".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items()))


class CardMasters:
    """Opened at the first question, and anew after one that failed. Safe to use from several threads."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys
        self._store: KeyStore | None = None
        self._using = threading.Lock()  # a session of a token is for one thread at a time

    def diversify(self, generation: int, material: bytes) -> AesKey:
        """As `cards.generations.Diversify`. Raises NoMaster, and Refusal KEY_STORE where the store cannot be used; the
        log says why."""
        with self._using:
            try:
                if self._store is None:
                    self._store = read_place(self._keys).open()
                return self._store.diversify(CARDS, generation, material)
            except (KeyStoreError, HqError) as error:
                log.error("the masters of card keys cannot be used: %s", error)
                self._let_go()
                raise Refusal(Code.KEY_STORE) from error

    def close(self) -> None:
        """Let go of what was opened."""
        with self._using:
            self._let_go()

    def _let_go(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with suppress(KeyStoreError):  # a token that is gone cannot be closed, and is let go all the same
                store.close()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise HqError(f"{path} cannot be written: {error.strerror}") from error
