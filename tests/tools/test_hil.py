"""What ./hil sets up and starts in each lane, and what it says where the bench cannot run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.test_setup import BASH, ROOT, Machine

EMULATOR = "qemu-system-x86"


class Bench(Machine):
    """A project folder with ./hil in it, on a machine whose package lists have the emulator."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for name in ("hil", "tools/emulation.sh"):
            shutil.copy(ROOT / name, self.project / name)
        shutil.copy(self.project / "some.lock", self.project / "requirements-dev.lock")
        for tool in ("dirname", "readlink"):
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)
        self.command("uname", "echo x86_64")
        self.command("apt-cache", f'[ "$2" = {EMULATOR} ]')

    def hil(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "HOME": str(self.project)}
        command = [BASH, str(self.project / "hil"), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def started(self) -> str:
        """What pytest was started with."""
        (line,) = self.calls("-m pytest")
        return line.partition("--rootdir . ")[2]

    def installed(self) -> str:
        return " ".join(self.calls("apt-get -q install"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize(
    ("words", "started"),
    [
        ((), "hil_tests -m not long"),
        (("short",), "hil_tests -m not long"),
        (("-k", "power"), "hil_tests -m not long -k power"),
        (("long", "-x"), "hil_tests -x"),
        (("devices", "-k", "TestPrinter"), "hil_tests/devices -s -k TestPrinter"),
    ],
)
def test_each_lane_starts_its_tests(bench: Bench, words: tuple[str, ...], started: str) -> None:
    done = bench.hil(*words)
    assert done.returncode == 0, done.stderr
    assert bench.started() == started


def test_the_lanes_of_the_bench_install_the_emulator(bench: Bench) -> None:
    bench.hil()
    assert {EMULATOR, "linux-headers-amd64"} <= set(bench.installed().split())


def test_real_devices_are_tried_on_a_board_by_anybody_and_without_an_emulator(bench: Bench) -> None:
    bench.command("uname", "echo aarch64")
    bench.command("id", "echo 1000")
    bench.command("sudo", 'exec "$@"')
    bench.command("apt-cache", "exit 100")
    assert bench.hil("devices").returncode == 0
    assert "libusb-1.0-0" in bench.installed()
    assert not {"qemu", "linux", "mmdebstrap"} & {word.partition("-")[0] for word in bench.installed().split()}


@pytest.mark.parametrize(
    ("command", "body", "said"),
    [
        ("id", "echo 1000", "The virtual bench needs root: start it with sudo."),
        ("uname", "echo aarch64", "an x86-64 machine, and this one is aarch64."),
        ("apt-cache", "exit 100", f"the package {EMULATOR} of Debian 12 or 13, which this system has not."),
    ],
)
def test_where_the_bench_cannot_run_it_says_why_and_installs_nothing(
    bench: Bench, command: str, body: str, said: str
) -> None:
    bench.command(command, body)
    done = bench.hil()
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.endswith("Real devices need no emulator: ./hil devices.\n")
    assert (bench.installed(), bench.calls("pytest")) == ("", [])


def test_package_lists_that_are_not_there_yet_are_fetched_before_it_gives_up(bench: Bench) -> None:
    bench.command("apt-cache", "[ -e $HOME/fetched ]")
    bench.command("apt-get", 'if [ "$2" = update ]; then : >$HOME/fetched; fi')
    assert bench.hil().returncode == 0
