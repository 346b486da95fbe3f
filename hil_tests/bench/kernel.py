"""The guest's kernel and modules: Debian's own, and gpio-sim, which Debian leaves off, built beside them."""

from __future__ import annotations

import lzma
import re
import shutil
import tarfile
import tempfile
from pathlib import Path

from hil_tests.bench.commands import BenchError, run

SOURCES = Path("/usr/src")
# What the guest needs before its disk is there, and what it may be asked for later; their dependencies come along.
EARLY = ("virtio_pci", "virtio_blk", "ext4")
LATER = (
    *("virtio_console", "virtio_net", "virtio_scsi", "virtio_rng", "sd_mod", "9p", "9pnet_virtio"),
    *("xhci_pci", "usbhid", "hid_generic", "evdev", "cdc_acm", "ftdi_sio", "usbserial", "usblp"),
    *(
        "dummy_hcd",
        "libcomposite",
        "usb_f_hid",
        "usb_f_acm",
        "usb_f_serial",
        "usb_f_printer",
        "uinput",
        "i6300esb",
        "configfs",
    ),
)
SIMULATED = {
    "drivers/gpio/gpio-sim.c": "gpio-sim.c",
    "drivers/gpio/gpiolib.h": "gpiolib.h",
    "kernel/irq/irq_sim.c": "irq_sim.c",
}
_HEADERS = re.compile(r"linux-headers-(\d[^-]*(?:-\d+)?-amd64)")
MAKEFILE = "obj-m := gpio_sim.o\ngpio_sim-objs := gpio-sim.o irq_sim.o\n"


def release() -> str:
    """The release of the kernel whose headers are installed, the newest if there are several."""
    found = [match[1] for path in SOURCES.glob("linux-headers-*-*") if (match := _HEADERS.fullmatch(path.name))]
    if not found:
        raise BenchError("no kernel headers in /usr/src: start with ./hil, which installs linux-headers")
    return max(found, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


def make_kernel(folder: Path) -> None:
    """Fill `folder` with `vmlinuz` and `lib/modules/RELEASE`, which holds the modules of EARLY and LATER."""
    name = release()
    with tempfile.TemporaryDirectory(prefix="stillpoint-kernel-", dir="/dev/shm") as work:
        package = Path(work)
        run(["apt-get", "-q", "download", f"linux-image-{name}"], package)
        (archive,) = package.glob("*.deb")
        run(["dpkg-deb", "-x", archive, package])
        if not (package / "lib").exists():  # Debian 13 lays modules below /usr
            (package / "lib").symlink_to("usr/lib")
        shutil.copy(package / "boot" / f"vmlinuz-{name}", folder / "vmlinuz")
        _copy_modules(package, folder, name)
    _build_gpio_sim(folder, name)
    run(["depmod", "-b", folder, name])


def wanted_modules(root: Path, name: str, modules: tuple[str, ...]) -> list[Path]:
    """The files of `modules` and of what they depend on, below `root`, in the order in which they are loaded."""
    paths: dict[Path, None] = {}
    for module in modules:
        shown = run(["modprobe", "--show-depends", "-d", root, "-S", name, module])
        lines = [line.split()[1] for line in shown.splitlines() if line.startswith("insmod")]
        paths.update(dict.fromkeys(map(Path, lines)))
    return list(paths)


def _copy_modules(package: Path, folder: Path, name: str) -> None:
    run(["depmod", "-b", package, name])
    for path in wanted_modules(package, name, (*EARLY, *LATER)):
        target = folder / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".xz":  # the first few are loaded by a program that cannot unpack them
            target.with_suffix("").write_bytes(lzma.decompress(path.read_bytes()))
        else:
            shutil.copy(path, target)
    for listed in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(package / "lib" / "modules" / name / listed, folder / "lib" / "modules" / name / listed)


def _build_gpio_sim(folder: Path, name: str) -> None:
    """gpio-sim and the interrupts that it simulates, in one module: the kernel exports no function of the second."""
    work = folder / "gpio_sim"
    work.mkdir()
    _take_sources(work)
    simulated = work / "irq_sim.c"
    text = "".join(line for line in simulated.read_text().splitlines(True) if "EXPORT_SYMBOL" not in line)
    simulated.write_text(re.sub(r"handle_simple_irq\(irq_to_desc\((\w+)\)\)", r"generic_handle_irq(\1)", text))
    (work / "Makefile").write_text(MAKEFILE)
    run(["make", "-C", SOURCES / f"linux-headers-{name}", f"M={work}", "modules"])
    extra = folder / "lib" / "modules" / name / "extra"
    extra.mkdir()
    shutil.copy(work / "gpio_sim.ko", extra / "gpio_sim.ko")
    shutil.rmtree(work)


def _take_sources(work: Path) -> None:
    archives = sorted(SOURCES.glob("linux-source-*.tar.xz"))
    if not archives:
        raise BenchError("no kernel sources in /usr/src: start with ./hil, which installs linux-source")
    wanted = {f"{archives[-1].name.removesuffix('.tar.xz')}/{path}": name for path, name in SIMULATED.items()}
    with tarfile.open(archives[-1]) as archive:
        for member in archive:
            if member.name in wanted:
                content = archive.extractfile(member)
                assert content is not None
                (work / wanted.pop(member.name)).write_bytes(content.read())
            if not wanted:
                return
    raise BenchError(f"{archives[-1]} lacks {', '.join(wanted)}: is it whole?")
