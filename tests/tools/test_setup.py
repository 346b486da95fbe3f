"""The set-up of ./run and ./test, with Debian's tools played by small scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASH = shutil.which("bash") or "/bin/bash"
TOOLS = ("cat", "cut", "sha256sum", "mktemp", "awk", "rm")


class Machine:
    """A folder of commands that is the whole PATH, and a project folder with a lock file."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.project = folder / "bin", folder / "project"
        for made in (self.bin, self.project / "tools", self.project / ".venv" / "bin"):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "setup.sh", self.project / "tools" / "setup.sh")
        for name in ("pyproject.toml", "some.lock"):
            (self.project / name).write_text("setuptools==1 \\\n    --hash=x\nother==2 \\\n    --hash=y\n")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)
        self.command("dpkg-query", '[ "$4" = gcc ] && echo -n installed')
        self.command("id", "echo 0")
        self.command("env", 'shift; exec "$@"')
        self.command("apt-get", f'echo "apt-get $*" >>{folder}/calls; echo chatter')
        self.command("python3", f"case $1 in -m) echo made >>{folder}/calls;; *) cat >{folder}/ignored; exit 0;; esac")
        self.python(f'echo "python $*" >>{folder}/calls; echo "Python 3.11.7"')
        self.calls_file = folder / "calls"

    def command(self, name: str, body: str) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!{BASH}\n{body}\n")
        path.chmod(0o755)

    def python(self, body: str) -> None:
        path = self.project / ".venv" / "bin" / "python"
        path.write_text(f"#!{BASH}\n{body}\n")
        path.chmod(0o755)

    def set_up(self, *packages: str) -> subprocess.CompletedProcess[str]:
        script = 'set -euo pipefail; . tools/setup.sh; set_up run some.lock "$@"; echo ready'
        return subprocess.run(
            [BASH, "-c", script, "run", *packages],
            cwd=self.project,
            env={"PATH": str(self.bin), "HOME": os.fspath(self.project)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, word: str) -> list[str]:
        text = self.calls_file.read_text() if self.calls_file.exists() else ""
        return [line for line in text.splitlines() if word in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_missing_packages_are_named_and_installed(machine: Machine) -> None:
    done = machine.set_up("gcc", "libpcsclite-dev")
    assert done.returncode == 0, done.stderr
    assert "Installing system packages: libpcsclite-dev\n" in done.stderr
    (install,) = machine.calls("apt-get -q install")
    assert install.endswith("--no-install-recommends libpcsclite-dev")


def test_nothing_is_installed_when_all_is_there(machine: Machine) -> None:
    assert machine.set_up("gcc").returncode == 0
    assert machine.calls("apt-get") == []


def test_stdout_is_left_to_the_program(machine: Machine) -> None:
    assert machine.set_up("gcc", "libpcsclite-dev").stdout == "ready\n"


def test_sudo_is_used_by_another_user(machine: Machine) -> None:
    machine.command("id", "echo 1000")
    machine.command("sudo", 'echo "sudo $*" >>"$HOME/../calls"; exec "$@"')
    assert machine.set_up("libpcsclite-dev").returncode == 0
    assert len(machine.calls("sudo")) == 2


def test_without_root_and_sudo_the_way_out_is_said(machine: Machine) -> None:
    machine.command("id", "echo 1000")
    done = machine.set_up("gcc", "libpcsclite-dev")
    assert done.returncode == 1
    assert "apt-get install libpcsclite-dev" in done.stderr
    assert machine.calls("apt-get") == []


def test_a_second_start_does_nothing(machine: Machine) -> None:
    assert machine.set_up("gcc").returncode == 0
    before = len(machine.calls("install"))
    done = machine.set_up("gcc", "libpcsclite-dev")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready\n", "")
    assert len(machine.calls("install")) == before


@pytest.mark.parametrize("name", ["some.lock", "pyproject.toml", "tools/setup.sh"])
def test_a_change_of_what_was_installed_sets_up_again(name: str, machine: Machine) -> None:
    machine.set_up("gcc")
    before = len(machine.calls("install"))
    with (machine.project / name).open("a") as file:
        file.write("# changed\n")
    assert machine.set_up("gcc").returncode == 0
    assert len(machine.calls("install")) == 2 * before


def test_another_python_sets_up_again(machine: Machine) -> None:
    machine.set_up("gcc")
    before = len(machine.calls("install"))
    machine.python('echo "python $*" >>"$HOME/../calls"; echo "Python 3.13.1"')
    assert machine.set_up("gcc").returncode == 0
    assert len(machine.calls("install")) == 2 * before


def test_the_build_tools_come_first_and_everything_is_locked(machine: Machine) -> None:
    machine.set_up("gcc")
    tools, lock, ours = machine.calls("pip")[-3:]
    assert "--require-hashes -r /tmp/" in tools
    assert lock.endswith("--require-hashes --no-build-isolation -r some.lock")
    assert ours.endswith("--no-deps --no-build-isolation -e .")


def test_a_failed_installation_leaves_no_stamp(machine: Machine) -> None:
    machine.python('case "$*" in *install*) exit 1;; *) echo "Python 3.11.7";; esac')
    assert machine.set_up("gcc").returncode == 1
    assert not (machine.project / ".venv" / "set-up-run").exists()
