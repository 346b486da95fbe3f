"""A printer in the network that the service cannot reach is found before the first sale."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.commands.doctor_check import Check
from terminal.commands.doctor_units import UNIT, network_printers
from terminal.config import load

SHIPPED = Path(__file__).parents[3] / "systemd" / "drop-ins" / f"{UNIT}.d" / "printer-network.conf"


def checked(folder: Path, host: str | None, drop_in: str | None = None, *, installed: bool = True) -> list[Check]:
    """What is said of a terminal with this printer, where this drop-in is installed."""
    where = f'host = "{host}"' if host else 'port = "/dev/ttyS0"'
    path = folder / "terminal.toml"
    path.write_text(f'[terminal]\nstate = "s"\nrun = "r"\n[printer.counter]\ndriver = "escpos"\n{where}\n')
    units = folder / "system"
    (units / f"{UNIT}.d").mkdir(parents=True)
    if installed:
        (units / UNIT).touch()
    if drop_in is not None:
        (units / f"{UNIT}.d" / "printer-network.conf").write_text(drop_in)
    return network_printers(load(path), units)


def test_the_shipped_file_opens_its_address(tmp_path: Path) -> None:
    (check,) = checked(tmp_path, "192.0.2.7", SHIPPED.read_text("utf-8"))
    assert (check.name, check.state) == ("printer.counter network", "ok")


@pytest.mark.parametrize("drop_in", [None, "[Service]\nPrivateNetwork=no\n", "[Service]\nIPAddressAllow=192.0.2.70\n"])
def test_without_it_or_with_another_address_it_fails_with_the_way_out(tmp_path: Path, drop_in: str | None) -> None:
    (check,) = checked(tmp_path, "192.0.2.7", drop_in)
    assert check.state == "fail"
    assert "printer-network.conf" in check.sentence


def test_a_name_is_no_address(tmp_path: Path) -> None:
    (check,) = checked(tmp_path, "printer.shop.example", SHIPPED.read_text("utf-8"))
    assert check.state == "fail"
    assert "resolver" in check.sentence


def test_nothing_is_said_of_a_printer_elsewhere(tmp_path: Path) -> None:
    assert checked(tmp_path, None) == []


def test_nothing_is_said_where_the_service_is_not_installed(tmp_path: Path) -> None:
    assert checked(tmp_path, "192.0.2.7", installed=False) == []
