"""Whether the service of the devices may reach the printers in the network that terminal.toml names."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

from drivers.options import EscposOptions
from terminal.commands.doctor_check import Check
from terminal.config import Config

INSTALLED = Path("/etc/systemd/system")
UNIT = "stillpoint-devices.service"
_ALLOWED = re.compile(r"^IPAddressAllow=(.*)$", re.MULTILINE)


def network_printers(config: Config, installed: Path = INSTALLED) -> list[Check]:
    """One check for each printer in the network, where the service is installed; else none.

    The doctor itself may reach what the service may not, so that a printer that is ready here can be out of its reach.
    """
    printers = {
        device.name: device.options.host
        for device in config.devices
        if isinstance(device.options, EscposOptions) and device.options.host is not None
    }
    if not printers or not (installed / UNIT).exists():
        return []
    allowed = _allowed(installed / f"{UNIT}.d")
    return [_reached(f"printer.{name}", host, allowed) for name, host in printers.items()]


def _allowed(folder: Path) -> set[str]:
    """The addresses that drop-ins open."""
    texts = (path.read_text("utf-8", "replace") for path in sorted(folder.glob("*.conf")))
    return {address for text in texts for line in _ALLOWED.findall(text) for address in line.split()}


def _reached(name: str, host: str, allowed: set[str]) -> Check:
    if not _is_address(host):
        sentence = f"{host!r} is a name, and {UNIT} reaches no resolver: write the printer's address as its host."
        return Check(f"{name} network", "fail", sentence, host)
    if host not in allowed:
        sentence = f"{UNIT} may not reach {host}: install printer-network.conf with this address and restart it."
        return Check(f"{name} network", "fail", sentence, host)
    return Check(f"{name} network", "ok", f"{UNIT} may reach {host}.", host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
