"""Users, folders, device rules: what the units rely on is made by the files beside them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

SYSTEMD = Path(__file__).parents[2] / "systemd"
UDEV_TERM = re.compile(
    r"""(?:ACTION|SUBSYSTEM|KERNEL|GROUP|MODE|SYMLINK|GOTO|LABEL|ENV\{\w+\}|ATTRS?\{[\w/]+\})(?:==|!=|\+=|=)"[^"]*"$"""
)


def lines(path: str) -> list[str]:
    text = (SYSTEMD / path).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def malformed(rules: list[str]) -> list[str]:
    """The terms of udev rules that are no `KEY operator "value"`."""
    return [term for rule in rules for term in re.split(r",\s*", rule) if not UDEV_TERM.match(term)]


def made_users() -> tuple[set[str], set[str]]:
    """The users and groups of the sysusers file; a user brings a group of its name."""
    entries = [line.split()[:2] for line in lines("sysusers.d/stillpoint.conf")]
    users = {name for kind, name in entries if kind == "u"}
    return users, users | {name for kind, name in entries if kind == "g"}


def test_the_users_of_the_units_are_made() -> None:
    users, groups = made_users()
    for unit in (SYSTEMD / "system").glob("*.service"):
        found = dict(re.findall(r"^(User|Group|SupplementaryGroups)=(.*)$", unit.read_text("utf-8"), re.MULTILINE))
        assert found["User"] in users, unit.name
        assert {found["Group"], *found.get("SupplementaryGroups", "").split()} <= groups, unit.name


def test_sysusers_accepts_its_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    command = ["systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / "sysusers.d" / "stillpoint.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = {line.partition(":")[0] for line in (tmp_path / "etc" / "passwd").read_text("utf-8").splitlines()}
    assert {"stillpoint", "stillpoint-devices"} <= names


def test_the_socket_folder_lets_the_device_process_in() -> None:
    folders = {line.split()[1]: line.split()[2:5] for line in lines("tmpfiles.d/stillpoint.conf")}
    assert folders["/run/stillpoint"] == ["0750", "stillpoint", "stillpoint"]
    devices = (SYSTEMD / "system" / "stillpoint-devices.service").read_text("utf-8")
    assert re.search(r"^SupplementaryGroups=.*\bstillpoint\b", devices, re.MULTILINE)


def test_the_udev_rules_are_well_formed() -> None:
    rules = lines("udev/70-stillpoint-devices.rules")
    assert len(rules) > 5
    assert malformed(rules) == []
    text = "\n".join(rules)
    assert set(re.findall(r'GOTO="(\w+)"', text)) == set(re.findall(r'LABEL="(\w+)"', text))


def test_a_malformed_udev_rule_is_found() -> None:
    assert malformed(['SUBSYSTEM="usb", ATTR{idVendor}=="072f", GRUOP="dialout"']) == ['GRUOP="dialout"']
    assert malformed(['KERNEL=="gpiochip*" MODE="0660"']) != []


def test_the_groups_of_the_udev_rules_are_made() -> None:
    wanted = set(re.findall(r'GROUP="(\w+)"', "\n".join(lines("udev/70-stillpoint-devices.rules"))))
    assert wanted == {"dialout", "gpio", "input", "lp"}
    assert wanted <= made_users()[1]
