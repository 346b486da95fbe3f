"""Why a serial port does not open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.serial_port import open_port


@pytest.fixture
def pty() -> Iterator[str]:
    master, slave = os.openpty()
    yield os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_a_port_is_held_alone(pty: str) -> None:
    with open_port(pty, 9600, 0.01) as port:
        assert port.read(1) == b""
        with pytest.raises(DeviceLost) as lost:
            open_port(pty, 9600, 0.01)
        assert (lost.value.code, lost.value.params) == ("port_busy", {"port": pty})
    open_port(pty, 9600, 0.01).close()


@pytest.mark.parametrize("absent", ["port_absent", "reader_port_absent"])
def test_a_port_that_is_missing_has_the_code_that_is_asked_for(tmp_path: Path, absent: str) -> None:
    with pytest.raises(DeviceLost) as lost:
        open_port(str(tmp_path / "none"), 9600, 0.01, absent)
    assert lost.value.code == absent


def test_what_is_no_port_is_refused_with_the_reason(tmp_path: Path, pty: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DeviceLost) as lost:
        open_port(str(tmp_path / "file"), 9600, 0.01)
    assert lost.value.code == "port_refused"
    with pytest.raises(DeviceLost) as lost:
        open_port(pty, -1, 0.01)
    assert lost.value.code == "port_refused"
    assert lost.value.params["reason"]
