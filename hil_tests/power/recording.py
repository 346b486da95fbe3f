"""One run of the guest on a disk of ours: everything it wrote, flushed and acknowledged, in order."""

from __future__ import annotations

from hil_tests.bench.devices import LoggedDisk
from hil_tests.bench.disk import Disk
from hil_tests.bench.stand import Stand

PYTHON = "/opt/stillpoint/current/bin/python3"
MOUNT = "udevadm settle && mkdir -p /mnt/disk && mount -t ext4 -o noatime{options} {place} /mnt/disk"
FOLDER = "/mnt/disk"
LIMIT_S = 900.0


def mount(stand: Stand, disk: Disk, options: str = "") -> None:
    """Plug `disk` into the guest and mount it there; what the guest acknowledges is marked in its log."""
    plugged = stand.plug_disk(disk)
    stand.orders["acknowledged"] = lambda act: disk.mark(act)
    mount_at(stand, plugged.place, options)


def mount_at(stand: Stand, place: str, options: str = "") -> None:
    """Mount the disk that is plugged in at `place`, once the guest has found it."""
    wait = f"for _ in $(seq 100); do [ -e {place} ] && break; sleep 0.1; done; "
    stand.agent.shell(wait + MOUNT.format(options=options, place=place))


def record(stand: Stand, medium: bytes, module: str, *arguments: str, options: str = "") -> Disk:
    """The disk after `python -m MODULE` has run on it to its end."""
    disk = Disk(medium)
    mount(stand, disk, options)
    stand.agent.run(PYTHON, "-B", "-m", module, FOLDER, *arguments, limit_s=LIMIT_S, PYTHONPATH="/bench")
    return disk


def record_by_qemu(stand: Stand, medium: bytes, module: str, *arguments: str) -> LoggedDisk:
    """As `record`, on a disk whose writes QEMU writes down."""
    disk = LoggedDisk(stand.qmp, stand.guest.emulator.folder, medium)
    stand.orders["acknowledged"] = lambda act: disk.mark(act)
    mount_at(stand, disk.place)
    stand.agent.run(PYTHON, "-B", "-m", module, FOLDER, *arguments, limit_s=LIMIT_S, PYTHONPATH="/bench")
    return disk


def cut_short(stand: Stand, medium: bytes, cut_at: int, module: str, *arguments: str) -> Disk:
    """The disk whose power went at flush number `cut_at` of `python -m MODULE`, counted from when it was mounted."""
    disk = Disk(medium)
    mount(stand, disk)
    disk.cut_at = disk.flushes + cut_at
    command = (PYTHON, "-B", "-m", module, FOLDER, *arguments)
    stand.agent.begin(*command, PYTHONPATH="/bench")
    assert disk.dark.wait(LIMIT_S), f"{module} ended before flush {cut_at}"
    stand.agent.run("true")  # time to acknowledge what it must not
    return disk


def look_in_guest(stand: Stand, content: bytes, what: str) -> str:
    """What the ledger or the directory, as `what` says, on `content` is after the guest's kernel has mounted it."""
    mount(stand, Disk(content))
    command = (PYTHON, "-B", "-m", "hil_tests.power.look", what, FOLDER)
    return stand.agent.run(*command, limit_s=LIMIT_S, PYTHONPATH="/bench").out.strip()
