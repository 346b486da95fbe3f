"""The virtual devices as products: their orders in this process and over the control socket."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import CardRemoved, CardTapped, DeviceStatus, KeyPressed, Scanned
from drivers.options import VirtualOptions
from drivers.virtual.card_reader import VirtualCardReader
from drivers.virtual.client import VirtualClient, VirtualClientError, send
from drivers.virtual.device import Unplugged
from drivers.virtual.keypad import VirtualKeypad
from drivers.virtual.light import VirtualLight
from drivers.virtual.scanner import VirtualScanner
from tests.contracts.recorder import Recorder

ADA = "04A1B2C3D4E5F6"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reader.sock"


@pytest.fixture
def told(path: Path) -> Iterator[Recorder]:
    reader, recorder = VirtualCardReader("counter", VirtualOptions(control=path)), Recorder()
    reader.start(recorder)
    recorder.status("device_ready")
    yield recorder
    reader.close()


def test_devices_work_without_a_socket() -> None:
    told = Recorder()
    reader, scanner, keypad = VirtualCardReader(), VirtualScanner(), VirtualKeypad()
    for device in (reader, scanner, keypad):
        device.start(told)
    reader.tap(ADA)
    scanner.scan("690")
    keypad.press("enter")
    assert told.next(CardTapped).uid == ADA
    assert told.next(Scanned).text == "690"
    assert told.next(KeyPressed).key == "enter"
    for device in (reader, scanner, keypad):
        device.close()


def test_the_socket_is_for_its_owner_and_goes_with_the_device(path: Path) -> None:
    reader, told = VirtualCardReader("counter", VirtualOptions(control=path)), Recorder()
    reader.start(told)
    told.status("device_ready")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    reader.close()
    assert not path.exists()
    with pytest.raises(VirtualClientError, match="no virtual device"):
        VirtualClient(path)


def test_a_client_can_do_everything_with_a_card(path: Path, told: Recorder) -> None:
    with VirtualClient(path) as client:
        client.tap(ADA)
        client.remove()
        client.plug(False)
        with pytest.raises(VirtualClientError, match="unplugged"):
            client.tap(ADA)
        client.plug(True)
    told.next(CardTapped)
    told.next(CardRemoved)
    assert told.next(DeviceStatus).state == "missing"
    assert told.next(DeviceStatus).state == "ready"
    assert len(told.all(CardTapped)) == 1


@pytest.mark.parametrize(
    "order",
    [{"tap": "xyz"}, {"tap": "0411"}, {"tap": 4}, {"tap": "00" * 11}, {"plug": "yes"}, {"scan": "690"}, {}, {"x": 1}],
)
def test_an_order_that_makes_no_sense_is_refused_and_does_nothing(
    path: Path, told: Recorder, order: dict[str, object]
) -> None:
    with pytest.raises(VirtualClientError):
        send(path, order)
    assert told.all(CardTapped) == []


@pytest.mark.parametrize("line", [b"no json\n", b"[1]\n", b'"tap"\n', b"\xff\xfe\n", b"[" * 9000 + b"\n"])
def test_nonsense_gets_an_error_and_the_connection_lives(path: Path, told: Recorder, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as raw, raw.makefile("rb") as answers:
        raw.connect(str(path))
        raw.sendall(line)
        assert "error" in json.loads(answers.readline())
        raw.sendall(b'{"tap":"04A1B2C3"}\n')
        assert json.loads(answers.readline()) == {"done": "tap"}
    told.next(CardTapped)


def test_a_line_without_end_ends_the_connection_and_the_device_lives(path: Path, told: Recorder) -> None:
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(str(path))
        raw.settimeout(10)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            raw.sendall(b"x" * 4_000_000)
    send(path, {"tap": ADA})
    assert told.next(CardTapped).uid == ADA


def test_a_socket_that_cannot_be_made_is_a_status_until_it_can(tmp_path: Path) -> None:
    path, told = tmp_path / "later" / "x.sock", Recorder()
    reader = VirtualCardReader("counter", VirtualOptions(control=path))
    reader.start(told)
    refused = told.next(DeviceStatus)
    assert (refused.state, refused.code) == ("failed", "control_refused")
    path.parent.mkdir()
    told.status("device_ready")
    reader.close()


def test_a_socket_that_another_device_serves_is_left_alone(path: Path, told: Recorder) -> None:
    second, heard = VirtualCardReader("second", VirtualOptions(control=path)), Recorder()
    second.start(heard)
    assert heard.next(DeviceStatus).code == "control_busy"
    second.close()
    send(path, {"tap": ADA})
    assert told.next(CardTapped).device == "counter"


def test_a_socket_that_a_dead_device_left_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    reader, told = VirtualCardReader("counter", VirtualOptions(control=path)), Recorder()
    reader.start(told)
    told.status("device_ready")
    reader.close()


def test_a_light_tells_all_who_are_connected(path: Path) -> None:
    light, told = VirtualLight("counter", VirtualOptions(control=path)), Recorder()
    light.start(told)
    told.status("device_ready")
    with VirtualClient(path) as one, VirtualClient(path) as two:
        assert one.light() == two.light() == "off"
        light.show("ok")
        assert one.light() == two.light() == "ok"
        one.plug(True)
        assert one.light() == "ok"
    light.close()


def test_a_client_notices_that_the_device_went_away(path: Path) -> None:
    light, told = VirtualLight("counter", VirtualOptions(control=path)), Recorder()
    light.start(told)
    told.status("device_ready")
    with VirtualClient(path) as client:
        assert client.light() == "off"
        light.close()
        with pytest.raises(VirtualClientError, match="went away"):
            client.light()


def test_an_unplugged_device_does_nothing() -> None:
    keypad, told = VirtualKeypad(), Recorder()
    keypad.start(told)
    keypad.plug(False)
    with pytest.raises(Unplugged):
        keypad.press("1")
    keypad.plug(True)
    with pytest.raises(ValueError, match="digit"):
        keypad.press("F1")
    keypad.close()
    assert told.all(KeyPressed) == []
