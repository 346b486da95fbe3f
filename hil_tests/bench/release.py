"""Our release as it stands on an appliance, put together from this checkout and its environment; nothing is fetched."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from hil_tests.bench.cache import files_of
from hil_tests.bench.commands import BenchError

ROOT = Path(__file__).parents[2]
PACKAGES = ("loyalty", "cards", "protocol", "terminal", "drivers", "hq", "provisioning", "kiosk_ui")
FOR_TESTS = ("pytest", "iniconfig", "packaging", "pluggy", "pygments", "execnet", "zxing-cpp")
RELEASES = "opt/stillpoint/releases"
PROGRAM = "#!{python}\nfrom terminal.cli import main\n\nmain()\n"
NAME = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)


def inputs() -> list[str | bytes | Path]:
    """What the release is made from."""
    return [sys.version, *(ROOT / name for name in ("requirements.lock", *PACKAGES, "systemd"))]


def lay_release(root: Path) -> None:
    """Below `root`, a system: the release with an environment of its own, and `current`, which leads to it."""
    if not (root / "usr/bin" / f"python{_minor()}").exists():
        raise BenchError(
            f"the guest has not Python {_minor()}, which .venv is of: make .venv with Debian's own python3"
        )
    name = f"{distribution('stillpoint').version}-{hashlib.sha256(repr(sorted(_ours())).encode()).hexdigest()[:8]}"
    folder = root / RELEASES / name
    site = folder / "lib" / f"python{_minor()}" / "site-packages"
    site.mkdir(parents=True)
    _lay_libraries(site)
    for path in _ours():
        target = site / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    _lay_metadata(site)
    _lay_programs(folder)
    (root / "opt/stillpoint/current").symlink_to(f"releases/{name}")


def _minor() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _ours() -> Iterator[Path]:
    for name in PACKAGES:
        yield from files_of(ROOT / name)


def _lay_libraries(site: Path) -> None:
    """The locked libraries as they are installed here, and what the tests need."""
    for name in (*NAME.findall((ROOT / "requirements.lock").read_text()), *FOR_TESTS):
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:  # the lock also names what other systems need
            continue
        for file in files:
            source = Path(str(file.locate()))
            if ".." not in file.parts and "__pycache__" not in file.parts and source.is_file():
                target = site / Path(str(file))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)


def _lay_metadata(site: Path) -> None:
    """What an installed package says of itself: its version is asked for."""
    found = distribution("stillpoint")
    folder = site / f"stillpoint-{found.version}.dist-info"
    folder.mkdir()
    text = found.read_text("METADATA") or found.read_text("PKG-INFO")
    if text is None:
        raise BenchError("stillpoint is not installed in this environment: start with ./hil")
    (folder / "METADATA").write_text(text)


def _lay_programs(folder: Path) -> None:
    python = f"/opt/stillpoint/current/bin/python{_minor()}"
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    for name in (f"python{_minor()}", "python3", "python"):
        (folder / "bin" / name).symlink_to(f"/usr/bin/python{_minor()}")
    program = folder / "bin" / "stillpoint"
    program.write_text(PROGRAM.format(python=python))
    program.chmod(0o755)
