"""Plug-ins for cards that cannot be used: the doctor says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cards.plugin import GROUP
from terminal.commands import doctor_machine


def test_a_plug_in_for_cards_that_cannot_be_loaded_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor_machine.plugins() == [], "the control: nothing is installed"
    info = tmp_path / "lockers-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lockers\nVersion: 1.0.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nlocker = no_such_package:LOCKER\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    (check,) = doctor_machine.plugins()
    assert (check.name, check.state) == ("plugins", "warn")
    assert "locker (no_such_package:LOCKER) cannot be loaded" in check.sentence
