"""The PC/SC service's twin as a process: its socket, its orders, and the real libpcsclite against it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.virtual.pcsclite import wire
from drivers.virtual.pcsclite.wire import Ask
from tests.contracts.beds.pcscd_twin import FIRST, SECOND, TwinProcess

ROOT = Path(__file__).parents[3]
UID = "04A1B2C3D4E5F6"
# libpcsclite looks for its socket once in a process: this one is the client's alone
CLIENT = """
import json, sys
from drivers.card_reader.scard import Context, PcscError
with Context() as context:
    names = context.readers()
    states = {name: state for name, state, _ in context.changes(dict.fromkeys(names, 0), 5000)}
    card = context.connect(names[0])
    uid = card.transmit(bytes.fromhex("FFCA000000")).hex()
    card.begin()
    version = card.transmit(bytes.fromhex("9060000000")).hex()
    card.end()
    errors = []
    for _ in range(2):
        try:
            card.transmit(bytes.fromhex("90AF000000"))
        except PcscError as error:
            errors.append(hex(error.code))
    gone = [(name, state & 0x30) for name, state, _ in context.changes(states, 5000)]
print(json.dumps([names, uid, version, errors, gone]))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pcscd.comm"


@pytest.fixture
def twin(path: Path) -> Iterator[TwinProcess]:
    process = TwinProcess(path)
    yield process
    process.close()
    assert not path.exists()


class Raw:
    """A client that speaks by hand."""

    def __init__(self, path: Path) -> None:
        self.end = socket.socket(socket.AF_UNIX)
        self.end.settimeout(20)
        self.end.connect(str(path))

    def ask(self, ask: Ask, body: bytes) -> None:
        self.end.sendall(wire.HEADER.pack(len(body), ask) + body)

    def hear(self, length: int) -> bytes:
        data = b""
        while len(data) < length and (more := self.end.recv(length - len(data))):
            data += more
        return data


@pytest.fixture
def raw(twin: TwinProcess, path: Path) -> Iterator[Raw]:
    client = Raw(path)
    yield client
    client.end.close()


def test_the_real_library_finds_a_card_and_loses_it_at_a_command(twin: TwinProcess, path: Path) -> None:
    twin.order(tap=UID, card="ntag424", fault={"pull_at": 2})
    ran = subprocess.run(
        [sys.executable, "-c", CLIENT],
        env={**os.environ, "PCSCLITE_CSOCK_NAME": str(path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    names, uid, version, errors, gone = json.loads(ran.stdout)
    assert names == [FIRST, SECOND]
    assert uid == f"{UID.lower()}9000"
    assert version.endswith("91af")
    assert errors == ["0x80100016", "0x80100069"]
    assert gone == [[FIRST, 0x10]]


def test_a_hung_service_answers_when_it_is_well_again(twin: TwinProcess, raw: Raw) -> None:
    hello = wire.VERSION.pack(4, 4, 0)
    raw.ask(Ask.VERSION, hello)
    assert raw.hear(len(hello)) == hello
    twin.order(service="hung")
    raw.ask(Ask.VERSION, hello)
    twin.order(escapes=True)
    raw.end.setblocking(False)
    with pytest.raises(BlockingIOError):
        raw.end.recv(1)
    raw.end.settimeout(20)
    twin.order(service="running")
    assert raw.hear(len(hello)) == hello


def test_a_stopped_service_is_gone_with_its_socket_and_comes_back(twin: TwinProcess, raw: Raw, path: Path) -> None:
    raw.ask(Ask.VERSION, wire.VERSION.pack(4, 4, 0))
    assert raw.hear(wire.VERSION.size)
    twin.order(service="hung")
    twin.order(service="stopped")
    assert raw.hear(1) == b""
    assert not path.exists()
    twin.order(service="running")
    again = Raw(path)
    again.ask(Ask.READERS, b"")
    states = list(wire.STATE.iter_unpack(again.hear(wire.STATE.size * wire.READERS_MAX)))
    assert [state[0].rstrip(b"\0").decode() for state in states[:2]] == [FIRST, SECOND]
    again.end.close()


@pytest.mark.parametrize(
    "nonsense",
    [b"\xff" * 8, wire.HEADER.pack(3, Ask.VERSION) + b"abc", wire.HEADER.pack(1 << 30, Ask.VERSION)],
)
def test_a_client_that_talks_nonsense_is_let_go_and_the_others_stay(
    twin: TwinProcess, raw: Raw, path: Path, nonsense: bytes
) -> None:
    bad = Raw(path)
    bad.end.sendall(nonsense)
    assert bad.hear(1) == b""
    bad.end.close()
    raw.ask(Ask.VERSION, wire.VERSION.pack(4, 4, 0))
    assert raw.hear(wire.VERSION.size) == wire.VERSION.pack(4, 4, 0)


def test_a_slow_card_holds_up_nobody_else(twin: TwinProcess, raw: Raw, path: Path) -> None:
    twin.order(tap=UID, card="ntag424", fault={"slow_ms": 20})
    raw.ask(Ask.CONNECT, wire.CONNECT.pack(0, FIRST.encode(), 2, 3, 0, 0, 0))
    handle = wire.CONNECT.unpack(raw.hear(wire.CONNECT.size))[4]
    apdu = bytes.fromhex("9060000000")
    raw.ask(Ask.TRANSMIT, wire.TRANSMIT.pack(handle, 2, 16, len(apdu), 2, 16, 264, 0))
    raw.end.sendall(apdu)
    other = Raw(path)
    other.ask(Ask.VERSION, wire.VERSION.pack(4, 4, 0))
    assert other.hear(wire.VERSION.size)
    other.end.close()
    assert wire.TRANSMIT.unpack(raw.hear(wire.TRANSMIT.size))[6:] == (9, 0)
    assert raw.hear(9)[-2:] == b"\x91\xaf"


@pytest.mark.parametrize("order", [{}, {"x": 1}, {"service": "ill"}, {"tap": "zz"}, {"plug": "yes"}, {"reader": 0}])
def test_orders_that_make_no_sense_are_refused(twin: TwinProcess, order: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="no such order"):
        twin.order(**order)
    assert twin.order(remove=True) == "remove"
