"""Reading terminal.toml: everything that is wrong with it is said at once."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from drivers import registry
from drivers.base import KINDS, Kind
from drivers.entry import Entry
from drivers.errors import UnknownDriver
from drivers.options import Options
from drivers.plugins import UncheckedOptions
from terminal.config.model import (
    Config,
    DeviceConfig,
    ReceiptsConfig,
    RefundConfig,
    SyncConfig,
    TerminalConfig,
    WebConfig,
)
from terminal.config.problems import problems_of, shown, unknown
from terminal.errors import ConfigError

log = logging.getLogger(__name__)
BYTES_MAX = 64 * 1024
DEVICES_MAX = 16
SECTIONS: Mapping[str, type[BaseModel]] = {
    "terminal": TerminalConfig,
    "web": WebConfig,
    "sync": SyncConfig,
    "refund": RefundConfig,
    "receipts": ReceiptsConfig,
}
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
Model = TypeVar("Model", bound=BaseModel)


def load(path: Path) -> Config:
    """The configuration in `path`, relative paths counted from its folder. Raises ConfigError with all problems."""
    return _Reader(path.absolute(), _document(path)).config()


def _document(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError((f"{path}: cannot be read ({error.strerror}): check the path and its rights",)) from error
    if len(data) > BYTES_MAX:
        raise ConfigError((f"{path}: {len(data)} bytes are too many for a configuration; at most {BYTES_MAX}",))
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError((f"{path}: is not TOML in UTF-8: {error}",)) from error


class _Reader:
    """Goes through the tables and gathers what is wrong."""

    def __init__(self, path: Path, document: dict[str, Any]) -> None:
        self._path = path
        self._document = document
        self._problems: list[str] = []

    def config(self) -> Config:
        terminal = self._section("terminal", TerminalConfig)
        web = self._section("web", WebConfig)
        sync = self._section("sync", SyncConfig)
        refund = self._section("refund", RefundConfig)
        receipts = self._section("receipts", ReceiptsConfig)
        devices = self._devices()
        self._unknown_tables()
        if self._problems or not (terminal and web and sync and refund and receipts):
            raise ConfigError(tuple(self._problems))
        return Config(self._path, terminal, web, sync, refund, devices, receipts)

    def _section(self, name: str, model: type[Model]) -> Model | None:
        return self._checked(model, self._document.get(name, {}), name)

    def _checked(self, model: type[Model], table: object, name: str) -> Model | None:
        if not isinstance(table, dict):
            self._problems.append(f"{self._path}: {name} = {shown(table)}: it must be a table, written [{name}]")
            return None
        try:
            return _absolute(model.model_validate(table), self._path.parent)
        except ValidationError as error:
            self._problems += problems_of(error, model, str(self._path), name)
            return None

    def _devices(self) -> tuple[DeviceConfig, ...]:
        tables = [(kind, name, table) for kind in self._kinds() for name, table in self._tables(kind)]
        if len(tables) > DEVICES_MAX:
            self._problems.append(f"{self._path}: {len(tables)} devices are too many for one till; at most 16")
        devices = [self._device(kind, name, table) for kind, name, table in tables]
        self._printers_by_name(tables)
        return tuple(device for device in devices if device is not None)

    def _printers_by_name(self, tables: list[tuple[Kind, str, dict[str, Any]]]) -> None:
        printers = [name for kind, name, _ in tables if kind == "printer"]
        receipts = self._document.get("receipts")
        named = [("receipts", receipts.get("printer"))] if isinstance(receipts, dict) else []
        for kind, name, table in tables:
            if kind == "drawer" and table.get("driver") == "printer":
                named.append((f"drawer.{name}", table.get("printer")))
        for place, printer in named:
            if printer not in (None, *printers):
                self._problems.append(
                    f"{self._path}: [{place}] printer = {shown(printer)}: there is no such printer; "
                    f"there are {', '.join(map(repr, printers)) or 'none'}"
                )

    def _kinds(self) -> tuple[Kind, ...]:
        """Plug-ins are asked for only where a table may be of their kind."""
        return KINDS if self._document.keys() <= {*SECTIONS, *KINDS} else registry.kinds()

    def _tables(self, kind: Kind) -> list[tuple[str, dict[str, Any]]]:
        tables = self._document.get(kind, {})
        if isinstance(tables, dict) and all(isinstance(table, dict) for table in tables.values()):
            return list(tables.items())
        self._problems.append(f"{self._path}: [{kind}] needs a name for the device: write [{kind}.counter]")
        return []

    def _device(self, kind: Kind, name: str, table: dict[str, Any]) -> DeviceConfig | None:
        place = f"{self._path}: [{kind}.{name}]"
        if not NAME.fullmatch(name):
            self._problems.append(f"{place}: a device's name is 1 to 32 small letters, digits, _ and -")
            return None
        driver = table.get("driver")
        if not isinstance(driver, str):
            known = ", ".join(map(repr, registry.names(kind)))
            self._problems.append(f"{place} driver is missing: name one of {known}")
            return None
        try:
            entry = registry.find(kind, driver)
        except UnknownDriver as error:
            self._problems.append(f"{place} driver = {shown(driver)}: {error}")
            return None
        own = {key: value for key, value in table.items() if key != "driver"}
        options = self._options(entry, own, f"{kind}.{name}")
        return None if options is None else DeviceConfig(kind, name, driver, options)

    def _options(self, entry: Entry, own: dict[str, Any], name: str) -> Options | None:
        """The options; any, where a plug-in fails to check them: that is a status of its device, later."""
        try:
            return self._checked(entry.options, own, name)
        except Exception:  # BLE001: code of others fails in any way, and a shop opens all the same
            log.exception("the plug-in of [%s] failed when it checked its options", name)
            return UncheckedOptions.model_validate(own)

    def _unknown_tables(self) -> None:
        known = [*SECTIONS, *self._kinds()]
        for key in self._document.keys() - set(known):
            self._problems.append(unknown(f"{self._path}: {key}", self._document[key], key, known))


def _absolute(model: Model, folder: Path) -> Model:
    paths = {key: folder / value for key, value in model if isinstance(value, Path)}
    return model.model_copy(update=paths)
