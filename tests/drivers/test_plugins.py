"""Drivers of other packages: found, broken, and in each other's way."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from pydantic import model_validator

from drivers import plugins, registry
from drivers.base import DeviceStatus
from drivers.entry import Entry
from drivers.errors import PluginBroken, UnknownDriver
from drivers.options import Options, PcscOptions, VirtualOptions
from drivers.plugins import GROUP, AnyOptions, Found
from terminal.config import load
from terminal.config.model import DeviceConfig
from terminal.devices.opening import open_device
from terminal.errors import ConfigError
from tests.drivers.example_plugin import EXAMPLE, points

GOOD = Entry("drivers.virtual.keypad:VirtualKeypad", VirtualOptions)
NO_ENTRY = 7
NO_OPTIONS = Entry("a:B", dict)  # type: ignore[arg-type]  # as a plug-in might
NO_PLACE = Entry("not a place", PcscOptions)
NO_TEXT = Entry(123, PcscOptions)  # type: ignore[arg-type]  # as a plug-in might


class Failing(Options):
    """Its check has a bug."""

    port: str

    @model_validator(mode="after")
    def check(self) -> Failing:
        raise KeyError("oops")


UNCHECKED = Entry("drivers.virtual.keypad:VirtualKeypad", Failing)


def __getattr__(name: str) -> object:
    """A package that ends the process when it is loaded."""
    raise SystemExit(3) if name == "ENDS" else AttributeError(name)


def point(name: str, value: str = f"{__name__}:GOOD") -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def bringing(*brought: EntryPoint) -> Found:
    return lambda: brought


@pytest.fixture(autouse=True)
def _on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))


def test_a_kind_of_its_own_is_known_with_its_driver() -> None:
    assert registry.kinds(points)[-1] == "scale"
    assert registry.names("scale", points) == ("plain",)
    assert registry.find("scale", "plain", points).place == "stillpoint_scale.driver:PlainScale"


def test_an_unknown_driver_gets_what_plug_ins_bring_too() -> None:
    with pytest.raises(UnknownDriver, match="did you mean 'plain'"):
        registry.find("scale", "plane", points)
    with pytest.raises(UnknownDriver, match=r"kinds are .*, button, scale"):
        registry.find("toaster", "x", points)


def test_a_plug_in_may_bring_a_driver_of_a_kind_that_there_is() -> None:
    found = bringing(point("keypad.acme"))
    assert registry.find("keypad", "acme", found) == GOOD
    assert registry.names("keypad", found)[-1] == "acme"
    options = VirtualOptions.model_validate({"control": "x.sock"})
    assert registry.create("keypad", "acme", "counter", options, found).device == "counter"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_package:ENTRY", "ModuleNotFoundError"),
        (f"{__name__}:MISSING", "AttributeError"),
        (f"{__name__}:NO_ENTRY", "does not declare"),
        (f"{__name__}:NO_OPTIONS", "options are not"),
        (f"{__name__}:NO_PLACE", "module:Class"),
        (f"{__name__}:NO_TEXT", "module:Class"),
        (f"{__name__}:ENDS", "SystemExit"),
    ],
)
def test_a_broken_plug_in_is_a_status_of_its_device(value: str, reason: str) -> None:
    told: list[object] = []
    found = bringing(point("scale.acme", value))
    entry = registry.find("scale", "acme", found)
    options = entry.options.model_validate({"port": "/dev/x", "anything": 1})
    assert isinstance(options, AnyOptions)
    with pytest.raises(PluginBroken, match=reason):
        registry.create("scale", "acme", "counter", options, found)
    config = DeviceConfig("scale", "counter", "acme", options)
    driver = open_device(config, told.append, lambda *given: registry.create(*given, found))
    assert driver is None
    (status,) = told
    assert isinstance(status, DeviceStatus)
    assert (status.state, status.code) == ("failed", "plugin_broken")
    assert reason in status.sentence


def test_two_plug_ins_of_one_name_are_both_left_out_and_named() -> None:
    found = bringing(point("scale.acme"), point("scale.acme", "other:ENTRY"))
    entry = registry.find("scale", "acme", found)
    assert "other:ENTRY" in entry.broken
    assert len(plugins.clashes(registry.DRIVERS, found)) == 1


def test_what_is_built_in_stands_and_the_clash_is_said() -> None:
    found = bringing(point("scanner.serial"), point("Bad Name"))
    assert registry.find("scanner", "serial", found) == registry.DRIVERS["scanner", "serial"]
    said = plugins.clashes(registry.DRIVERS, found)
    assert ["built-in" in said[0], "Bad Name" in said[1]] == [True, True]
    assert plugins.clashes(registry.DRIVERS, points) == []
    assert plugins.names(found) == [("scanner", "serial")]


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, value: str) -> None:
    """Install a package that brings `scale.plain`."""
    info = folder / "stillpoint_scale-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stillpoint-scale\nVersion: 1.0.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nscale.plain = {value}\n", "utf-8")
    monkeypatch.syspath_prepend(str(folder))


def with_a_scale(folder: Path) -> Path:
    toml = folder / "terminal.toml"
    toml.write_text(
        '[terminal]\nstate = "s"\nrun = "r"\n[scale.counter]\ndriver = "plain"\nport = "/dev/ttyUSB0"\n', "utf-8"
    )
    return toml


def test_a_terminal_can_have_the_device_of_an_installed_plug_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = with_a_scale(tmp_path)
    with pytest.raises(ConfigError, match=r"scale = .*there is no such key"):
        load(toml)
    install(monkeypatch, tmp_path, "stillpoint_scale:PLAIN")
    (device,) = load(toml).devices
    assert (device.kind, device.name, device.driver) == ("scale", "counter", "plain")


def test_a_plug_in_that_fails_to_check_its_options_is_a_status_of_its_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = with_a_scale(tmp_path)
    install(monkeypatch, tmp_path, f"{__name__}:UNCHECKED")
    (device,) = load(toml).devices
    told: list[object] = []
    assert open_device(device, told.append) is None
    (status,) = told
    assert isinstance(status, DeviceStatus)
    assert (status.code, device.name) == ("plugin_broken", "counter")
    assert "checked its options" in status.sentence
