"""The process that serves still finds garbage, only seldom."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc
from hq.garbage import collect_seldom
{}
print(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count() > 0)
"""


def said(act: str) -> str:
    return subprocess.run([sys.executable, "-c", SCRIPT.format(act)], check=True, capture_output=True, text=True).stdout


def test_garbage_is_collected_seldom_and_not_never() -> None:
    assert said("collect_seldom()") == "True (100000, 50, 100) True\n"
    assert said("pass") != said("collect_seldom()")
