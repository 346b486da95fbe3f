"""Checks of the machine: storage, libraries, devices."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import apsw

from cards.plugins_here import plugins_here
from drivers import plugins as driver_plugins
from drivers import registry
from drivers.base import State as DeviceState
from drivers.identity import Identity
from drivers.options import PrinterDrawerOptions
from drivers.status import WORDS, status
from terminal.commands.doctor_check import Check, State
from terminal.config import DeviceConfig
from terminal.devices.opening import Create, probe
from terminal.errors import StoreError
from terminal.store.ledger_file import check_sqlite

MEGABYTE = 1_000_000
FREE_FAIL, FREE_WARN = 50 * MEGABYTE, 500 * MEGABYTE
FSYNC_WARN_MS = 100.0
PROBE_S = 4.0
LIBRARIES = ("apsw", "cryptography", "fastapi", "gpiozero", "pydantic", "pyscard", "pyserial", "uvicorn")
IN_USE = frozenset({"port_busy", "input_busy", "printer_busy", "control_busy", "pins_busy"})
DEVICE: dict[DeviceState, State] = {"ready": "ok", "missing": "warn", "failed": "fail", "closed": "warn"}


def storage(state: Path) -> Check:
    """Free bytes, and how long one fsync takes."""
    try:
        free = shutil.disk_usage(state).free
        fsync_ms = _fsync_ms(state)
    except OSError as error:
        sentence = f"{state} cannot be written ({error.strerror}): make the folder, and check who owns it."
        return Check("storage", "fail", sentence)
    value = {"free_bytes": free, "fsync_ms": fsync_ms}
    if free < FREE_WARN:
        sentence = f"Only {free // MEGABYTE} MB are free: make room, or the directory and then sales will stop."
        return Check("storage", "fail" if free < FREE_FAIL else "warn", sentence, value)
    if fsync_ms > FSYNC_WARN_MS:
        return Check("storage", "warn", f"One fsync took {fsync_ms:.0f} ms: each sale waits that long.", value)
    return Check("storage", "ok", f"{free // MEGABYTE} MB are free, one fsync took {fsync_ms:.1f} ms.", value)


def _fsync_ms(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(4096))
        file.flush()
        before = time.monotonic_ns()
        os.fsync(file.fileno())
        return round((time.monotonic_ns() - before) / 1_000_000, 3)


def sqlite() -> Check:
    """The SQLite that the ledger is written with."""
    found = apsw.sqlite_lib_version()
    try:
        check_sqlite(found)
    except StoreError as error:
        return Check("sqlite", "fail", f"{error}.", found)
    return Check("sqlite", "ok", f"SQLite is {found}.", found)


def devices(configs: Sequence[DeviceConfig], create: Create = registry.create) -> list[Check]:
    """Each device by itself; but a drawer that hangs on a printer is not there when its printer is not."""
    checks = {(each.kind, each.name): device(each, create) for each in configs}
    for each in configs:
        if isinstance(each.options, PrinterDrawerOptions):
            printer = each.options.printer
            code = checks["printer", printer].value["code"]
            if WORDS[code][0] == "missing":
                told = status(each.kind, each.name, "drawer_unreached", printer=printer)
                checks[each.kind, each.name] = _device(each, "warn", told.sentence, told.code)
    return list(checks.values())


def device(config: DeviceConfig, create: Create = registry.create) -> Check:
    """Open one device for a moment. One that the running terminal holds cannot be opened, and is only reported."""
    probed = probe(config, PROBE_S, create)
    told = probed.status
    if told is None:
        return _device(config, "fail", f"{config.name} does not answer: unplug it and plug it in again.", "driver_hung")
    if told.code in IN_USE:
        return _device(config, "warn", f"{config.name} is in use: stop the terminal to try it here.", told.code)
    return _device(config, DEVICE[told.state], told.sentence, told.code, probed.identities)


def _device(config: DeviceConfig, state: State, said: str, code: str, found: Sequence[Identity] = ()) -> Check:
    """With the driver, and with what tells the device from its twins where that is known."""
    sentence = f"{said} Driver: {config.driver}."
    if found:
        sentence += f" Found: {'; '.join(map(str, found))}."
    value = {"driver": config.driver, "code": code, "found": [asdict(identity) for identity in found]}
    return Check(f"{config.kind}.{config.name}", state, sentence, value)


def plugins() -> list[Check]:
    """What is wrong with plug-ins for devices, by their names, and for cards; nothing is said while all is well."""
    wrong = [*driver_plugins.clashes(registry.DRIVERS), *plugins_here().problems]
    return [Check("plugins", "warn", " ".join(wrong), wrong)] if wrong else []


def versions() -> Check:
    """Python, ours and the libraries that matter."""
    found = {"python": platform.python_version(), "stillpoint": _version("stillpoint")}
    found |= {name: _version(name) for name in LIBRARIES}
    absent = [name for name, number in found.items() if number is None]
    if absent:
        return Check(
            "versions", "warn", f"Not installed: {', '.join(absent)}. Run ./run, or the installer, again.", found
        )
    return Check("versions", "ok", f"Stillpoint {found['stillpoint']} on Python {found['python']}.", found)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
