"""The units are well formed, hardened below their limits, and start without a network."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd" / "system"
EXPOSURE_LIMITS = {"devices": 20, "terminal": 15, "sync": 15}  # systemd's score × 10
NETWORK = UNITS.parent / "drop-ins" / "stillpoint-devices.service.d" / "printer-network.conf"
NETWORK_LIMIT = 17
BACK_OFF_SINCE = 254  # the first systemd that knows RestartSteps
BINARY = "/opt/stillpoint/current/bin/stillpoint"


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def version() -> int:
    return int(analyze("--version").stdout.split()[1])


def text_of(name: str) -> str:
    return (UNITS / f"stillpoint-{name}.service").read_text("utf-8")


def settings(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


def installed(folder: Path, name: str, text: str) -> Path:
    """A copy as on an appliance; only the program is another, because the release is not on this machine."""
    assert text.count(BINARY) == 1
    unit = folder / f"stillpoint-{name}.service"
    unit.write_text(text.replace(BINARY, "/bin/true"), "utf-8")
    if version() >= BACK_OFF_SINCE:
        back_off = folder / "stillpoint-.service.d" / "50-back-off.conf"
        back_off.parent.mkdir()
        back_off.write_text((UNITS / "stillpoint-.service.d" / "50-back-off.conf").read_text("utf-8"), "utf-8")
    return unit


def at_the_network(folder: Path, text: str) -> Path:
    """The unit of the devices with this drop-in."""
    unit = installed(folder, "devices", text_of("devices"))
    place = folder / "stillpoint-devices.service.d" / NETWORK.name
    place.parent.mkdir()
    place.write_text(text, "utf-8")
    return unit


def verify(unit: Path) -> subprocess.CompletedProcess[str]:
    return analyze("verify", "--man=no", "--recursive-errors=yes", str(unit))


def exposure(unit: Path, limit: int) -> int:
    return analyze("security", "--offline=true", f"--threshold={limit}", "--no-pager", str(unit)).returncode


def score(unit: Path) -> int:
    """systemd's score × 10, as it says it itself."""
    said = analyze("security", "--offline=true", "--no-pager", str(unit)).stdout
    found = re.search(r"Overall exposure level for .*: (\d+)\.(\d)", said)
    assert found is not None, said
    return int(found[1]) * 10 + int(found[2])


def without(text: str, keys: Sequence[str]) -> str:
    return "".join(line for line in text.splitlines(True) if line.partition("=")[0] not in keys)


@pytest.mark.parametrize("name", EXPOSURE_LIMITS)
def test_systemd_accepts_the_unit(name: str, tmp_path: Path) -> None:
    done = verify(installed(tmp_path, name, text_of(name)))
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_key_is_found(tmp_path: Path) -> None:
    text = text_of("sync").replace("[Service]\n", "[Service]\nPrivateDevice=yes\n")
    done = verify(installed(tmp_path, "sync", text))
    assert done.returncode != 0


def test_a_missing_program_is_found() -> None:
    assert verify(UNITS / "stillpoint-sync.service").returncode != 0


@pytest.mark.parametrize(("name", "limit"), EXPOSURE_LIMITS.items())
def test_the_exposure_is_within_its_limit(name: str, limit: int, tmp_path: Path) -> None:
    assert exposure(installed(tmp_path, name, text_of(name)), limit) == 0


@pytest.mark.parametrize(("name", "limit"), EXPOSURE_LIMITS.items())
def test_a_unit_without_its_armour_is_over_the_limit(name: str, limit: int, tmp_path: Path) -> None:
    armour = ("PrivateDevices", "PrivateNetwork", "DevicePolicy", "SystemCallFilter", "CapabilityBoundingSet")
    assert exposure(installed(tmp_path, name, without(text_of(name), armour)), limit) != 0


@pytest.mark.parametrize("name", EXPOSURE_LIMITS)
def test_the_unit_reports_readiness_and_life_and_starts_again(name: str) -> None:
    found = dict(settings(text_of(name)))
    assert (found["Type"], found["Restart"], found["StartLimitIntervalSec"]) == ("notify", "always", "0")
    assert 0 < int(found["WatchdogSec"]) <= 60
    assert found["ExecStart"] == f"{BINARY} run --only {name} --config /etc/stillpoint/terminal.toml"


@pytest.mark.parametrize("name", EXPOSURE_LIMITS)
def test_the_unit_waits_for_no_network_and_no_time(name: str) -> None:
    orders = " ".join(
        value for key, value in settings(text_of(name)) if key in {"After", "Wants", "Requires", "BindsTo"}
    )
    assert set(orders.split()) <= {"pcscd.socket"}


def test_each_unit_is_kept_from_what_it_may_not() -> None:
    devices, terminal, sync = (dict(settings(text_of(name))) for name in ("devices", "terminal", "sync"))
    assert (devices["PrivateNetwork"], devices["RestrictAddressFamilies"]) == ("yes", "AF_UNIX AF_NETLINK")
    assert terminal["PrivateDevices"] == sync["PrivateDevices"] == "yes"
    assert (terminal["IPAddressDeny"], terminal["IPAddressAllow"]) == ("any", "localhost")
    assert (sync["SocketBindDeny"], "SocketBindAllow" in sync) == ("any", False)
    assert devices["User"] != terminal["User"] == sync["User"]


def test_a_printer_in_the_network_opens_one_address_and_nothing_else(tmp_path: Path) -> None:
    text = NETWORK.read_text("utf-8")
    unit = at_the_network(tmp_path, text)
    done = verify(unit)
    assert (done.returncode, done.stderr) == (0, "")
    assert exposure(unit, NETWORK_LIMIT) == 0
    found = settings(text)
    assert [value for key, value in found if key == "IPAddressAllow"] == ["192.0.2.7"]
    assert ("SocketBindDeny", "any") in found
    assert "IPAddressDeny" not in dict(found)
    assert dict(settings(text_of("devices")))["IPAddressDeny"] == "any"


@pytest.mark.parametrize(
    "wrong", ["IPAddressAllowed=192.0.2.7", "IPAddressAllow=the-printer", "PrivateNetwork=perhaps"]
)
def test_a_mistake_in_that_file_is_found(wrong: str, tmp_path: Path) -> None:
    done = verify(at_the_network(tmp_path, f"{NETWORK.read_text('utf-8')}{wrong}\n"))
    assert done.stderr != ""


@pytest.mark.parametrize("more", ["IPAddressDeny=", "DeviceAllow=\nDevicePolicy=auto", "SystemCallFilter="])
def test_a_file_that_opens_more_scores_worse(more: str, tmp_path: Path) -> None:
    """Against the file as it is and not against a limit: releases of systemd weigh the same settings differently."""
    text = NETWORK.read_text("utf-8")
    scores = []
    for folder, drop_in in (("as-it-is", text), ("open", f"{text}{more}\n")):
        (tmp_path / folder).mkdir()
        scores.append(score(at_the_network(tmp_path / folder, drop_in)))
    assert scores[0] <= NETWORK_LIMIT
    assert scores[0] < scores[1]


def test_printers_on_usb_can_be_opened_and_nothing_else_on_it() -> None:
    """The unit lets the bus in; udev gives its group the printers alone."""
    found = settings(text_of("devices"))
    assert ("DeviceAllow", "char-usb_device rw") in found
    assert "lp" in dict(found)["SupplementaryGroups"].split()
    rules = (UNITS.parent / "udev" / "70-stillpoint-devices.rules").read_text("utf-8").splitlines()
    given = [rule for rule in rules if 'GROUP="lp"' in rule]
    assert given
    assert all('ENV{ID_USB_INTERFACES}=="*:0701??:*"' in rule for rule in given)
