"""From nothing to a guest that is asleep with its services up: each step is kept until what it is made from changes."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hil_tests.bench import emulator, identity, image, initramfs, kernel, release, system
from hil_tests.bench.cache import built, place
from hil_tests.bench.commands import BenchError, run
from hil_tests.bench.emulator import Parts
from hil_tests.bench.guest import Guest

SERVICES_S = 180
READY = f"""
for service in stillpoint-terminal stillpoint-devices; do
    for _ in $(seq {SERVICES_S}); do systemctl -q is-active $service && break; sleep 1; done
    systemctl -q is-active $service || {{ journalctl -n 30 -u $service; exit 1; }}
done
udevadm settle; sync; echo 3 >/proc/sys/vm/drop_caches
"""
KEEP = "STILLPOINT_BENCH_KEEP"  # for work on the tests alone: the snapshot that is there is taken
HERE = Path(__file__).parent
Say = Callable[[str], None]


def parts(say: Say) -> Parts:
    """The newest snapshot, built as far as it has to be; `say` hears which step is at work."""
    cache = place()
    if os.environ.get(KEEP):
        return _newest(cache)
    name = kernel.release()

    def step(title: str, inputs: list[str | bytes | Path], make: Callable[[Path], object]) -> Path:
        def told(folder: Path) -> None:
            begun = time.monotonic()
            say(f"bench: building {title}")
            make(folder)
            say(f"bench: {title} took {time.monotonic() - begun:.1f} s")

        return built(cache, title, inputs, told)

    base = step("system", [HERE / "system.py", system.sources()], system.make_system)
    core = step("kernel", [HERE / "kernel.py", name], kernel.make_kernel)
    first = step("initrd", [HERE / "initramfs.py", str(core)], lambda to: initramfs.make_initramfs(core, name, to))
    state = step("state", [HERE / "identity.py"], identity.make_state)
    inputs = [str(base), str(core), str(state), HERE / "image.py", HERE / "release.py", image.GUEST, *release.inputs()]
    disk = step("image", inputs, lambda to: image.make_image(base, core, state, to))
    boot = Parts(core / "vmlinuz", first / "initrd.gz", disk / "disk.img")
    called = " ".join(emulator.command(boot, Path("folder"), Path("share")))
    seen = step("snapshot", [str(disk), str(first), called, READY], lambda to: make_snapshot(boot, to))
    return Parts(boot.kernel, boot.initrd, seen / "disk.img", state=seen / "state")


def _newest(cache: Path) -> Parts:
    """What is there, whatever has changed since."""
    found = [next(cache.glob(name), None) for name in ("kernel-*/vmlinuz", "initrd-*/initrd.gz", "snapshot-*/state")]
    vmlinuz, initrd, state = found
    if vmlinuz is None or initrd is None or state is None:
        raise BenchError(f"{KEEP} is set and there is no snapshot in {cache}: run without it once")
    return Parts(vmlinuz, initrd, state.parent / "disk.img", state=state)


def make_snapshot(boot: Parts, folder: Path) -> None:
    """`disk.img` and `state` in `folder`: the guest as it is when its services are up and its agent answers."""
    run(["cp", "--sparse=always", boot.disk, folder / "disk.img"])
    parts = Parts(boot.kernel, boot.initrd, folder / "disk.img", writable=True)
    with tempfile.TemporaryDirectory() as share, Guest(parts, Path(share)) as guest:
        guest.agent.shell(READY, limit_s=2 * SERVICES_S + 30)
        guest.qmp.do("stop")
        guest.qmp.do("migrate", uri=f"exec:cat > {folder / 'state'}")
        while (said := guest.qmp.do("query-migrate"))["status"] != "completed":
            assert said["status"] in {"setup", "active", "device"}, f"the snapshot failed: {said}"
