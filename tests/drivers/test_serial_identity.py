"""Twins on serial lines: told apart by the USB port and the serial number of what is behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.identity import Identity
from drivers.serial_identity import identity_of_port


@pytest.fixture
def ttys(tmp_path: Path) -> Path:
    """Two adapters of one model, one with a number, at a hub; and a port of the board."""
    bus = tmp_path / "devices/usb1"
    for name, place, serial in [("ttyUSB0", "1-1/1-1.2", b"A1\n"), ("ttyUSB1", "1-1/1-1.3", None)]:
        device = bus / place
        folder = device / f"{device.name}:1.0" / name
        folder.mkdir(parents=True)
        if serial is not None:
            (device / "serial").write_bytes(serial)
        (tmp_path / "tty" / name).mkdir(parents=True)
        (tmp_path / "tty" / name / "device").symlink_to(folder)
    (tmp_path / "devices/serial0").mkdir()
    (tmp_path / "tty/ttyAMA0").mkdir()
    (tmp_path / "tty/ttyAMA0/device").symlink_to(tmp_path / "devices/serial0")
    return tmp_path / "tty"


@pytest.mark.parametrize(
    ("port", "identity"),
    [
        ("ttyUSB0", Identity("PN532", "A1", "1-1.2", "1.6")),
        ("ttyUSB1", Identity("PN532", "", "1-1.3", "1.6")),
        ("ttyAMA0", Identity("PN532", "", "", "1.6")),
        ("ttyUSB9", Identity("PN532", "", "", "1.6")),
    ],
)
def test_ports(ttys: Path, port: str, identity: Identity) -> None:
    assert identity_of_port(f"/dev/{port}", "PN532", "1.6", ttys) == identity


def test_a_name_by_usb_port_leads_to_whoever_hangs_there(ttys: Path, tmp_path: Path) -> None:
    """Both are pulled and come back in the other order: the name of the place leads to the same place again."""
    name = tmp_path / "by-path-1-1.2"
    name.symlink_to("/dev/ttyUSB0")
    assert identity_of_port(str(name), "scanner", ttys=ttys).usb_path == "1-1.2"
    first, second = ((ttys / f"ttyUSB{number}/device").readlink() for number in (0, 1))
    for number, place in ((0, second), (1, first)):
        (ttys / f"ttyUSB{number}/device").unlink()
        (ttys / f"ttyUSB{number}/device").symlink_to(place)
    assert identity_of_port("/dev/ttyUSB0", "scanner", ttys=ttys).usb_path == "1-1.3", "the control: the number moved"
    name.unlink()
    name.symlink_to("/dev/ttyUSB1")
    assert identity_of_port(str(name), "scanner", ttys=ttys).usb_path == "1-1.2"


def test_a_number_that_cannot_be_shown_is_none(ttys: Path) -> None:
    (ttys.parent / "devices/usb1/1-1/1-1.2/serial").write_bytes(b"\x1b[2J")
    assert identity_of_port("/dev/ttyUSB0", "scanner", ttys=ttys).serial == ""
