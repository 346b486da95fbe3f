"""The guest's disk: system, modules, release and units put together as on an appliance."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hil_tests.bench.commands import run
from hil_tests.bench.release import ROOT, lay_release

SHARED_MEMORY = Path("/dev/shm")
MEGABYTES = 1500
ENABLED = ("stillpoint-terminal", "stillpoint-devices", "bench-prepare", "bench-agent")
PLACES = {
    "sysusers.d/stillpoint.conf": "etc/sysusers.d/stillpoint.conf",
    "tmpfiles.d/stillpoint.conf": "etc/tmpfiles.d/stillpoint.conf",
    "udev/70-stillpoint-devices.rules": "etc/udev/rules.d/70-stillpoint-devices.rules",
    "polkit/50-stillpoint-pcsc.rules": "etc/polkit-1/rules.d/50-stillpoint-pcsc.rules",
    "modprobe.d/stillpoint.conf": "etc/modprobe.d/stillpoint.conf",
    "system": "etc/systemd/system",
}
GUEST = Path(__file__).parents[1] / "guest"
STATE = "var/lib/stillpoint"


def make_image(system: Path, kernel: Path, state: Path, folder: Path) -> None:
    """`disk.img` in `folder`: a filesystem without partitions, for `system.tar`, the modules and a terminal's state."""
    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-", dir=SHARED_MEMORY) as work:
        root = Path(work) / "root"
        root.mkdir()
        run(["tar", "-C", root, "-xf", system / "system.tar", "--exclude=./dev/*"])
        shutil.copytree(kernel / "lib" / "modules", root / "lib" / "modules", dirs_exist_ok=True)
        lay_release(root)
        _lay_units(root)
        shutil.copytree(GUEST / "etc", root / "etc", dirs_exist_ok=True)
        shutil.copy(GUEST / "agent.py", root / "opt/stillpoint/bench_agent.py")
        shutil.copy(GUEST / "prepare.sh", root / "opt/stillpoint/bench_prepare.sh")
        _settle(root, state)
        run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", root, folder / "disk.img", f"{MEGABYTES}M"])


def _lay_units(root: Path) -> None:
    for source, place in PLACES.items():
        path, target = ROOT / "systemd" / source, root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copy(path, target)


def _settle(root: Path, state: Path) -> None:
    """What an installation does once: users, folders, the terminal's state, and which services start."""
    run(["chroot", root, "systemd-sysusers"])
    compiled = ["-q", "--invalidation-mode", "unchecked-hash"]  # an emulated machine compiles for minutes
    run(["chroot", root, "python3", "-m", "compileall", *compiled, "/opt/stillpoint"])
    shutil.copytree(state, root / STATE, dirs_exist_ok=True)
    run(["chroot", root, "chown", "-R", "stillpoint:stillpoint", f"/{STATE}"])
    run(["chroot", root, "chmod", "-R", "go=", f"/{STATE}"])
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True, exist_ok=True)
    for name in ENABLED:
        (wants / f"{name}.service").symlink_to(f"/etc/systemd/system/{name}.service")
    (root / "etc/machine-id").write_text("")
    (root / "etc/hostname").write_text("bench\n")
