"""The virtual SSI scanner, against a host that is only a file and the frames it is proven by."""

from __future__ import annotations

import io
import json
import os
import select
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.scanner.ssi import CONTINUED, RETRANSMITTED, ack, nak
from drivers.virtual.ssi_scanner import TRIES, SsiScanner, serve

ANSWER_S = 5.0
# Length 18, DECODE_DATA, decoder, no status, EAN-13, the digits, and the two's complement of the sum of all that.
WATER = bytes.fromhex("12F300000B36393031323334353637383932FC42")


class Host:
    """Reads frames by their length and answers each with the next of `answers`, then with ACK."""

    def __init__(self, port: Path, answers: list[bytes]) -> None:
        self.heard: list[bytes] = []
        self._answers = answers
        self._fd = os.open(os.readlink(port), os.O_RDWR | os.O_NOCTTY)
        self._stopped, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        os.write(self._stop, b"!")
        self._thread.join(ANSWER_S)
        for end in (self._fd, self._stop, self._stopped):
            os.close(end)

    def _serve(self) -> None:
        data = b""
        while self._stopped not in select.select([self._fd, self._stopped], [], [])[0]:
            data += os.read(self._fd, 4096)
            while data and len(data) >= data[0] + 2:
                self.heard.append(data[: data[0] + 2])
                data = data[data[0] + 2 :]
                os.write(self._fd, self._answers.pop(0) if self._answers else ack())


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[SsiScanner]:
    with SsiScanner(tmp_path / "port", ANSWER_S) as scanner:
        yield scanner


def spoken(scanner: SsiScanner, text: str, answers: list[bytes]) -> tuple[bool, list[bytes]]:
    """Whether the host took the code, and the frames that it heard."""
    host = Host(scanner.port, answers)
    taken = scanner.scan(text)
    host.close()
    return taken, host.heard


def again(frame: bytes) -> bytes:
    """The same frame with the bit of a retransmission: the checksum is one less."""
    body = frame[:3] + bytes([frame[3] | RETRANSMITTED]) + frame[4:-2]
    return body + (int.from_bytes(frame[-2:], "big") - RETRANSMITTED).to_bytes(2, "big")


def test_a_code_is_the_frame_of_the_guide(scanner: SsiScanner) -> None:
    assert spoken(scanner, "6901234567892", []) == (True, [WATER])


def test_what_is_refused_is_sent_again(scanner: SsiScanner) -> None:
    assert spoken(scanner, "6901234567892", [nak(1)]) == (True, [WATER, again(WATER)])


def test_it_gives_up_after_three_times(scanner: SsiScanner) -> None:
    taken, heard = spoken(scanner, "6901234567892", [nak(1)] * TRIES)
    assert (taken, heard) == (False, [WATER, again(WATER), again(WATER)])


def test_an_answer_that_it_misses_is_as_none(scanner: SsiScanner) -> None:
    scanner.mute = 1
    assert spoken(scanner, "6901234567892", []) == (True, [WATER, again(WATER)])


def test_damage_is_on_the_wire(scanner: SsiScanner) -> None:
    scanner.damage = 1
    taken, [first, second] = spoken(scanner, "6901234567892", [nak(1)])
    assert taken
    assert (first[:-1], first[-1]) == (WATER[:-1], WATER[-1] ^ 0xFF)
    assert second == again(WATER)


def test_a_long_code_is_continued(scanner: SsiScanner) -> None:
    taken, [first, second] = spoken(scanner, "7" * 300, [])
    assert taken
    assert (first[0], first[3], second[3]) == (255, CONTINUED, 0)
    assert first[4:-2] + second[4:-2] == b"\x0b" + b"7" * 300


def test_after_a_replug_the_port_leads_elsewhere(scanner: SsiScanner) -> None:
    before = os.readlink(scanner.port)
    scanner.unplug()
    assert not scanner.port.is_symlink()
    keeper, taken_too = os.openpty()  # takes the number that became free
    scanner.plug()
    assert os.readlink(scanner.port) != before
    os.close(keeper)
    os.close(taken_too)


def test_orders_and_answers(scanner: SsiScanner) -> None:
    host = Host(scanner.port, [])
    answers = io.BytesIO()
    orders = [b'{"mute":0}\n', b'{"scan":"6901234567892"}\n', b'{"dance":1}\n', b"[]\n", b"{\n", b'{"damage":"x"}\n']
    serve(scanner, io.BytesIO(b"".join(orders)), answers)
    host.close()
    mute, scan, *wrong = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert (mute, scan) == ({"done": "mute"}, {"done": "scan", "taken": True})
    assert [set(answer) for answer in wrong] == [{"error"}] * 4
    assert host.heard == [WATER]
