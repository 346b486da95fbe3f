"""Looking at a device for a moment."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from drivers.base import Emit, Kind
from drivers.errors import DeviceLost
from drivers.identity import Identity
from drivers.options import VirtualOptions
from drivers.status import status
from drivers.supervised import Supervised
from terminal.config import DeviceConfig
from terminal.devices.opening import Probed, probe

READY = status("card_reader", "counter", "device_ready")
CONFIG = DeviceConfig("card_reader", "counter", "virtual", VirtualOptions(control=Path("unused")))
TWINS = [Identity("ACR122U", usb_path="1-1.2"), Identity("OMNIKEY 5022", "0A1", "1-1.3", "2.0")]


class Reader:
    """Ready at once; asked for its twins it answers, hangs, or is lost."""

    kind: Kind = "card_reader"
    device = "counter"
    beat_ns = 0

    def __init__(self, how: str) -> None:
        self.how, self.closed, self.release = how, False, threading.Event()

    def start(self, emit: Emit) -> None:
        if self.how != "silent":
            emit(READY)

    def identities(self) -> list[Identity]:
        if self.how == "hangs":
            self.release.wait()
        if self.how == "lost":
            raise DeviceLost("pcscd_absent")
        return TWINS

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("how", "probed"),
    [
        ("answers", Probed(READY, tuple(TWINS))),
        ("hangs", Probed(READY)),
        ("lost", Probed(READY)),
        ("silent", Probed(None)),
    ],
)
def test_a_probe_comes_to_an_end_and_closes_what_it_opened(how: str, probed: Probed) -> None:
    reader = Reader(how)
    assert probe(CONFIG, 0.05 if how != "answers" else 30, lambda *_: reader) == probed
    assert reader.closed
    reader.release.set()


class Late(Supervised):
    """pcscd was started for it, and has found no reader yet when it is asked first; or never finds one."""

    kind: Kind = "card_reader"

    def __init__(self, comes: bool) -> None:
        super().__init__("counter", delay_s=0.01)
        self._looks = itertools.count()
        self._comes = comes

    def hold(self) -> None:
        if not next(self._looks) or not self._comes:
            raise DeviceLost("reader_absent", reader="*")
        self.report("device_ready")
        while not self.closing:
            threading.Event().wait(0.01)


@pytest.mark.parametrize(("comes", "code"), [(True, "device_ready"), (False, "reader_absent")])
def test_a_device_that_is_found_a_little_later_is_there(comes: bool, code: str) -> None:
    told = probe(CONFIG, 30, lambda *_: Late(comes)).status
    assert told is not None
    assert told.code == code


def test_an_identity_is_said_in_one_line() -> None:
    assert [str(identity) for identity in TWINS] == [
        "ACR122U, USB port 1-1.2",
        "OMNIKEY 5022, serial 0A1, USB port 1-1.3, firmware 2.0",
    ]
