"""The virtual card for a real pcscd, with this test in the place of vpcd."""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.faults import Fault, Faulty
from drivers.virtual.cards.uid_only import UidOnly, marked
from drivers.virtual.vpcd import ATR, Frames, answer_to
from tests.drivers.virtual.cards.speaker import APPLICATION

UID = bytes.fromhex("04A1B2C3D4E5F6")
GET_UID = bytes.fromhex("FFCA000000")
ROOT = Path(__file__).parents[3]


class Process:
    """The card process, and vpcd's listening port."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        port = self.listener.getsockname()[1]
        command = [sys.executable, "-m", "drivers.virtual.vpcd", str(port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)

    def say(self, line: str) -> dict[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, str] = json.loads(self._process.stdout.readline())
        return answer

    def inserted(self) -> socket.socket:
        card, _ = self.listener.accept()
        card.settimeout(20)
        return card

    def end(self) -> int:
        self._process.communicate(timeout=20)
        self.listener.close()
        return self._process.returncode


@pytest.fixture
def process() -> Iterator[Process]:
    running = Process()
    yield running
    running.end()


def test_a_card_answers_what_vpcd_asks() -> None:
    card = UidOnly(marked(UID))
    assert [answer_to(card, control) for control in (b"\x00", b"\x01", b"\x02")] == [None, None, None]
    assert answer_to(card, b"\x04") == ATR
    assert answer_to(card, GET_UID) == UID + b"\x90\x00"
    assert answer_to(card, bytes.fromhex("00A4040000")) == b"\x6d\x00"
    with pytest.raises(Pulled):
        answer_to(Faulty(card, Fault(pull_at=0)), GET_UID)


def test_a_mute_card_answers_nothing_and_a_slow_one_in_the_end() -> None:
    card = UidOnly(marked(UID))
    assert answer_to(Faulty(card, Fault(mute_at=1)), b"\x00\xa4\x04\x00") is None
    assert answer_to(Faulty(card, Fault(slow_ms=1)), b"\x00\xa4\x04\x00") == b"\x6d\x00"


@settings(derandomize=True)
@given(st.lists(st.binary(max_size=300), max_size=6), st.lists(st.integers(0, 900), max_size=6))
def test_frames_come_out_whole_however_they_are_cut(frames: list[bytes], cuts: list[int]) -> None:
    data = b"".join(map(Frames.frame, frames))
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    reader = Frames()
    read = [frame for start, end in itertools.pairwise(edges) for frame in reader.feed(data[start:end])]
    assert read == frames


def test_a_tap_is_a_connection_and_a_removal_its_end(process: Process) -> None:
    assert process.say('{"tap": "04A1B2C3D4E5F6"}') == {"done": "tap"}
    with process.inserted() as card:
        card.sendall(Frames.frame(b"\x01") + Frames.frame(b"\x04"))
        assert card.recv(100) == Frames.frame(ATR)
        card.sendall(Frames.frame(GET_UID))
        assert card.recv(100) == Frames.frame(UID + b"\x90\x00")
        assert process.say('{"remove": true}') == {"done": "remove"}
        assert card.recv(100) == b""


def test_any_card_can_be_held_to_it(process: Process) -> None:
    assert process.say('{"tap": "04A1B2C3D4E5F6", "card": "ntag424", "fault": {"pull_at": 2}}') == {"done": "tap"}
    with process.inserted() as card:
        card.sendall(Frames.frame(b"\x04"))
        assert card.recv(100) == Frames.frame(bytes.fromhex("3B8180018080"))
        card.sendall(Frames.frame(APPLICATION))
        assert card.recv(100) == Frames.frame(b"\x90\x00")
        card.sendall(Frames.frame(APPLICATION))
        assert card.recv(100) == b""


def test_a_card_that_is_pulled_goes_when_it_is_read(process: Process) -> None:
    process.say('{"tap": "04A1B2C3D4E5F6", "pull": true}')
    with process.inserted() as card:
        card.sendall(Frames.frame(b"\x04"))
        assert card.recv(100) == Frames.frame(ATR)
        card.sendall(Frames.frame(GET_UID))
        assert card.recv(100) == b""


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", "{}", '{"tap": "04A1B2C3", "card": 4}', '{"tap": "zz"}', '{"tap": "04"}', '{"tap": 4}'],
)
def test_orders_that_make_no_sense_are_refused(process: Process, line: str) -> None:
    assert "error" in process.say(line)


def test_without_a_reader_a_tap_is_refused() -> None:
    process = Process()
    process.listener.close()
    assert "no vpcd" in process.say('{"tap": "04A1B2C3"}')["error"]
    assert process.end() == 0
