"""Who may import whom: the contracts of import-linter hold, and each of them can be broken."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLANTED = {  # in this module, this import breaks the contract of this name
    "terminal/store/planted.py": ("import terminal.web", "terminal-layers"),
    "terminal/web/planted.py": ("import terminal.bench", "bench-is-for-commands"),
    "terminal/sync/planted.py": ("import hq", "hq-is-for-the-bench"),
    "terminal/counter/planted.py": ("import drivers.virtual", "drivers-by-registry"),
    "terminal/web/device.py": ("import drivers.registry", "no-drivers-elsewhere"),
    "terminal/devices/planted.py": ("import terminal.store", "devices-process"),
    "terminal/config/planted.py": ("import terminal.devices", "config"),
    "terminal/codes/planted.py": ("import protocol", "codes"),
    "drivers/planted.py": ("import terminal.config", "drivers"),
    "hq/planted.py": ("import provisioning", "hq"),
    "provisioning/planted.py": ("import hq", "provisioning"),
    "terminal/counter/masters.py": ("import keystore", "no-masters-at-a-till"),
    "keystore/planted.py": ("import protocol", "keystore"),
    "protocol/planted.py": ("import drivers", "protocol"),
    "cards/planted.py": ("import protocol", "cards"),
    "loyalty/planted.py": ("import protocol", "loyalty"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of `folder`/pyproject.toml on the packages in `folder`."""
    code = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", code, "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def contracts() -> dict[str, dict[str, object]]:
    """The contracts by id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract for contract in settings["contracts"]}


def make_skeleton(folder: Path) -> None:
    """Empty packages for every module that a contract names, under the same contracts."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(text, "utf-8")
    packages = "loyalty|cards|protocol|terminal|drivers|hq|provisioning|keystore"
    for name in set(re.findall(rf'"\W*((?:{packages})[\w.]*)', text)):
        path = folder
        for part in name.split("."):
            path /= part
            path.mkdir(exist_ok=True)
            (path / "__init__.py").touch()
    for both in ("terminal/counter", "terminal/sync", "drivers/registry"):
        (folder / both).mkdir(exist_ok=True)
        (folder / both / "__init__.py").touch()


def test_the_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_can_be_broken(tmp_path: Path) -> None:
    make_skeleton(tmp_path)
    clean = lint_imports(tmp_path)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    for path, (line, _) in PLANTED.items():
        (tmp_path / path).write_text(line + "\n", "utf-8")
    broken = set(re.findall(r"^(.+) BROKEN", lint_imports(tmp_path).stdout, re.MULTILINE))
    assert {contract for _, contract in PLANTED.values()} == set(contracts())
    assert {str(contract["name"]) for contract in contracts().values()} - broken == set()


def foreign_imports(folder: Path) -> set[str]:
    """Top-level packages that the modules in `folder` import beside the standard library and themselves."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module)
    return {name.partition(".")[0] for name in found} - sys.stdlib_module_names - {folder.name}


def test_loyalty_is_pure() -> None:
    assert foreign_imports(ROOT / "loyalty") == set()
    assert "pydantic" in foreign_imports(ROOT / "protocol")


def test_card_proofs_need_two_libraries_alone() -> None:
    assert foreign_imports(ROOT / "cards") == {"base45", "cryptography"}
