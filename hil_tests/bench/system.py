"""The guest's system: a small Debian, the same release as this machine's, from this machine's own package sources."""

from __future__ import annotations

from pathlib import Path

from hil_tests.bench.commands import BenchError, run

PACKAGES = (
    *("systemd", "systemd-sysv", "udev", "dbus", "kmod", "procps", "e2fsprogs", "util-linux"),
    *("python3", "pcscd", "libccid", "libpcsclite1", "libusb-1.0-0", "polkitd", "iproute2"),
)
LINES = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"


def sources() -> str:
    """Debian's package sources of this machine, as lines for apt; those of others are left out."""
    said = run(["apt-get", "indextargets", "--format", LINES, "Created-By: Packages", "Origin: Debian"])
    lines = sorted(set(said.splitlines()))
    if not lines:
        raise BenchError("this machine has no package lists of Debian: run `apt-get update`")
    return "\n".join(lines) + "\n"


def make_system(folder: Path) -> None:
    """`system.tar` in `folder`: the packages and what they need, with nothing of ours in it."""
    target = folder / "system.tar"
    include = f"--include={','.join(PACKAGES)}"
    in_memory = ["env", "TMPDIR=/dev/shm"]  # thousands of small files, each synced: a disk takes minutes
    run([*in_memory, "mmdebstrap", "--variant=minbase", "--quiet", include, _suite(), target, "-"], stdin=sources())


def _suite() -> str:
    text = Path("/etc/os-release").read_text()
    values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return values["VERSION_CODENAME"].strip('"')
