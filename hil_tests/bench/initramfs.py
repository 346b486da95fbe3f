"""The first few seconds of the guest: modules for its disk, and the hand over to systemd."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

from hil_tests.bench.commands import run
from hil_tests.bench.kernel import EARLY, wanted_modules

BUSYBOX = Path("/bin/busybox")
INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in {modules}; do /bin/busybox insmod /modules/$module; done
while [ ! -b /dev/vda ]; do /bin/busybox usleep 10000; done
/bin/busybox mount -t ext4 -o noatime /dev/vda /root
exec /bin/busybox switch_root /root /sbin/init
"""


def make_initramfs(kernel: Path, name: str, folder: Path) -> Path:
    """`initrd.gz` in `folder`, for the kernel release `name` whose modules are below `kernel`."""
    tree = folder / "initramfs"
    (tree / "bin").mkdir(parents=True)
    (tree / "modules").mkdir()
    shutil.copy(BUSYBOX, tree / "bin" / "busybox")
    modules = wanted_modules(kernel, name, EARLY)
    for path in modules:
        shutil.copy(path, tree / "modules" / path.name)
    init = tree / "init"
    init.write_text(INIT.format(modules=" ".join(path.name for path in modules)))
    init.chmod(0o755)
    packed = folder / "initrd.cpio"
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    run(["cpio", "--quiet", "-o", "-H", "newc", "-F", packed], tree, names)
    target = folder / "initrd.gz"
    target.write_bytes(gzip.compress(packed.read_bytes(), 1, mtime=0))
    packed.unlink()
    shutil.rmtree(tree)
    return target
