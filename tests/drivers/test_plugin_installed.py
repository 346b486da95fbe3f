"""The example of the docs, installed by the command of the docs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.drivers.example_plugin import EXAMPLE

PAGE = EXAMPLE.parents[1] / "how-to" / "write-a-driver.md"
LOOK = """
import sys
from pathlib import Path
from terminal.commands.doctor_machine import device
from terminal.config import load
print(*(device(each).sentence for each in load(Path(sys.argv[1])).devices))
"""


def installed(folder: Path) -> Path:
    """Where the example lies after that command; it is given another place, and takes nothing from outside."""
    shutil.copytree(EXAMPLE, folder / "source")
    (line,) = re.findall(r"^\.venv/bin/python (-m pip install .*) docs/examples/scale-plugin$", PAGE.read_text(), re.M)
    words = [*shlex.split(line), "--no-index", "--quiet", "--target", str(folder / "site"), str(folder / "source")]
    subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True)
    return folder / "site"


def test_the_doctor_finds_the_example_once_it_is_installed(tmp_path: Path) -> None:
    config = tmp_path / "terminal.toml"
    config.write_text('[terminal]\nstate = "."\nrun = "."\n[scale.counter]\ndriver = "plain"\nport = "/dev/absent"\n')
    root = str(EXAMPLE.parents[2])
    command, beside = [sys.executable, "-c", LOOK, str(config)], f"{root}:{installed(tmp_path)}"

    def look(path: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False)

    found = look(beside)
    assert "Scale counter is unplugged" in found.stdout, found.stderr
    assert "there is no such key" in look(root).stderr
