"""The sockets between the processes: who may connect, and who was there before."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.errors import DeviceError
from terminal.local_socket import local_listener

ROOT = Path(__file__).parents[2]
MAKE = """
import os, sys
from pathlib import Path
from terminal.errors import DeviceError
from terminal.local_socket import local_listener
os.umask(int(sys.argv[2]))
path = Path(sys.argv[1])
local_listener(path, DeviceError).close()
print(oct(path.stat().st_mode & 0o777))
"""


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o600), (0o077, 0o600), (0o007, 0o660), (0o000, 0o660)])
def test_only_the_umask_lets_the_group_in_and_nobody_the_others(tmp_path: Path, mask: int, mode: int) -> None:
    """In a process of its own: the umask belongs to the whole process."""
    command = [sys.executable, "-c", MAKE, str(tmp_path / "x.sock"), str(mask)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == oct(mode)


def test_what_a_kill_left_behind_is_replaced(tmp_path: Path) -> None:
    local_listener(tmp_path / "x.sock", DeviceError).close()
    local_listener(tmp_path / "x.sock", DeviceError).close()


def test_a_socket_that_answers_is_left_alone(tmp_path: Path) -> None:
    with local_listener(tmp_path / "x.sock", DeviceError) as first:
        first.listen()
        with pytest.raises(DeviceError, match="in use"):
            local_listener(tmp_path / "x.sock", DeviceError)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(tmp_path / "x.sock"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="nowhere"):
        local_listener(tmp_path / "nowhere" / "x.sock", DeviceError)
