"""The PC/SC service's twin without sockets: who may speak with a card when, and what each is told."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.pcsclite import wire
from drivers.virtual.pcsclite.connections import BAD_HANDLE, NOT_TRANSACTED, UNKNOWN_READER
from drivers.virtual.pcsclite.reader import (
    NO_CARD,
    PRESENT,
    REMOVED,
    RESET_CARD,
    SHARING,
    UNAVAILABLE,
    Reader,
    readers_of,
)
from drivers.virtual.pcsclite.twin import CANCELLED, Twin
from drivers.virtual.pcsclite.wire import Ask, Call
from tests.drivers.virtual.cards.speaker import APPLICATION

UID = "04A1B2C3D4E5F6"
NAME = "Twin 00 00"
SHARED, EXCLUSIVE, DIRECT = 2, 1, 3
RESET = 1
TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))


class Heard:
    """A client that remembers what it is sent."""

    def __init__(self, twin: Twin) -> None:
        self.context, self.waiting = 0, False
        self.sent: list[bytes] = []
        self.delays: list[int] = []
        self._twin = twin
        twin.come(self)
        self.ask(Ask.ESTABLISH, wire.ESTABLISH, 0, 0, 0)

    def send(self, data: bytes, delay_ms: int = 0) -> None:
        self.sent.append(data)
        self.delays.append(delay_ms)

    def ask(self, ask: Ask, shape: struct.Struct, *fields: object, following: bytes = b"") -> bytes:
        """What the service sends at once, or nothing."""
        before = len(self.sent)
        self._twin.answer(self, Call(ask, shape.pack(*fields), following))
        return b"".join(self.sent[before:])

    def connect(self, share: int = SHARED, name: str = NAME) -> tuple[int, int]:
        """Handle and result."""
        answer = self.ask(Ask.CONNECT, wire.CONNECT, self.context, name.encode(), share, 3, 0, 0, 0)
        fields = wire.CONNECT.unpack(answer)
        return fields[4], fields[6]

    def reconnect(self, handle: int, first: int = 0) -> int:
        result: int = wire.RECONNECT.unpack(self.ask(Ask.RECONNECT, wire.RECONNECT, handle, SHARED, 3, first, 0, 0))[5]
        return result

    def transmit(self, handle: int, apdu: bytes = APPLICATION) -> tuple[int, bytes]:
        """Result and answer of the card."""
        fields = (handle, 2, 16, len(apdu), 2, 16, 264, 0)
        answer = self.ask(Ask.TRANSMIT, wire.TRANSMIT, *fields, following=apdu)
        return wire.TRANSMIT.unpack(answer[: wire.TRANSMIT.size])[7], answer[wire.TRANSMIT.size :]

    def begin(self, handle: int) -> int:
        result: int = wire.BEGIN.unpack(self.ask(Ask.BEGIN, wire.BEGIN, handle, 0))[1]
        return result

    def state(self) -> tuple[int, int]:
        """Events and state of the first reader."""
        fields = wire.STATE.unpack_from(self.ask(Ask.READERS, struct.Struct("")))
        return fields[1], fields[2]

    def wait(self) -> list[bytes]:
        """The names of the readers that are there; from now on the next event is told."""
        states = self.ask(Ask.WAIT, struct.Struct(""))
        names = [state[0] for state in wire.STATE.iter_unpack(states)]
        assert len(names) == wire.READERS_MAX
        return [name.rstrip(b"\0") for name in names if name.strip(b"\0")]


@pytest.fixture
def twin() -> Twin:
    return Twin([Reader(NAME, "77")], Wallet(Random(1).randbytes))


@pytest.fixture
def card(twin: Twin) -> None:
    twin.tap({"tap": UID, "card": "ntag424"})


@pytest.mark.usefixtures("card")
def test_two_clients_share_a_card_and_a_transaction_keeps_one_away(twin: Twin) -> None:
    one, two = Heard(twin), Heard(twin)
    (first, _), (second, _) = one.connect(), two.connect()
    assert one.transmit(first) == two.transmit(second) == (0, b"\x90\x00")
    assert one.begin(first) == 0
    assert two.transmit(second) == (SHARING, b"")
    assert two.begin(second) == SHARING
    assert one.transmit(first) == (0, b"\x90\x00")
    one.ask(Ask.END, wire.DISCONNECT, first, 0, 0)
    assert two.transmit(second) == (0, b"\x90\x00")


@pytest.mark.usefixtures("card")
def test_who_is_alone_with_a_card_stays_alone(twin: Twin) -> None:
    one, two = Heard(twin), Heard(twin)
    handle, _ = one.connect(EXCLUSIVE)
    assert two.connect() == (0, SHARING)
    one.ask(Ask.DISCONNECT, wire.DISCONNECT, handle, 0, 0)
    assert two.connect()[1] == 0
    assert one.connect(EXCLUSIVE) == (0, SHARING)


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("share", [SHARED, DIRECT])
@pytest.mark.parametrize("ended", ["transaction", "connection", "client"])
def test_who_connects_while_a_transaction_lasts_is_answered_at_its_end(twin: Twin, share: int, ended: str) -> None:
    one, two, three = Heard(twin), Heard(twin), Heard(twin)
    handle, _ = one.connect()
    assert one.begin(handle) == 0
    assert two.ask(Ask.CONNECT, wire.CONNECT, two.context, NAME.encode(), share, 3, 0, 0, 0) == b""
    assert three.ask(Ask.CONNECT, wire.CONNECT, three.context, NAME.encode(), share, 3, 0, 0, 0) == b""
    twin.go(three)
    if ended == "client":
        twin.go(one)
    else:
        one.ask(Ask.END if ended == "transaction" else Ask.DISCONNECT, wire.DISCONNECT, handle, 0, 0)
    assert wire.CONNECT.unpack(two.sent[-1])[6] == 0
    assert len(three.sent) == 1, "only its context; it is gone"


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("busy", [True, False])
def test_a_client_that_goes_lets_its_transaction_go_and_the_card_begins_anew(twin: Twin, busy: bool) -> None:
    one, two = Heard(twin), Heard(twin)
    (first, _), (second, _) = one.connect(), two.connect()
    if busy:
        assert one.begin(first) == 0
        assert two.transmit(second)[0] == SHARING
    twin.go(one)
    assert two.transmit(second) == ((RESET_CARD, b"") if busy else (0, b"\x90\x00"))
    assert two.reconnect(second) == 0
    assert two.transmit(second) == (0, b"\x90\x00")


@pytest.mark.usefixtures("card")
def test_a_reset_is_told_to_the_others_until_they_connect_again(twin: Twin) -> None:
    one, two = Heard(twin), Heard(twin)
    (first, _), (second, _) = one.connect(), two.connect()
    assert one.reconnect(first, RESET) == 0
    assert one.transmit(first)[0] == 0
    assert two.transmit(second) == (RESET_CARD, b"")
    assert two.reconnect(second) == 0
    assert two.transmit(second)[0] == 0


@pytest.mark.usefixtures("card")
def test_an_old_connection_is_no_connection_to_the_next_card(twin: Twin) -> None:
    one = Heard(twin)
    handle, _ = one.connect()
    twin.remove({"remove": True})
    assert one.transmit(handle) == (REMOVED, b"")
    assert one.reconnect(handle) == NO_CARD
    twin.tap({"tap": UID})
    assert one.transmit(handle) == (REMOVED, b"")
    assert one.reconnect(handle) == 0
    assert one.transmit(handle)[0] == 0


def test_without_card_or_reader_nobody_connects(twin: Twin) -> None:
    one = Heard(twin)
    assert one.connect() == (0, NO_CARD)
    assert one.connect(DIRECT)[1] == 0
    assert one.connect(name="Another 00 00") == (0, UNKNOWN_READER)
    handle, _ = one.connect(DIRECT)
    twin.plug({"plug": False})
    assert one.connect(DIRECT) == (0, UNKNOWN_READER)
    assert one.begin(handle) == UNAVAILABLE
    assert one.begin(99) == BAD_HANDLE


def test_a_card_pulled_at_a_command_answers_with_the_error_of_real_readers(twin: Twin) -> None:
    twin.tap({"tap": UID, "card": "ntag424", "fault": {"pull_at": 2}})
    one = Heard(twin)
    handle, _ = one.connect()
    assert one.transmit(handle)[0] == 0
    assert one.transmit(handle) == (NOT_TRANSACTED, b"")
    assert one.transmit(handle) == (REMOVED, b"")


def test_a_mute_card_answers_when_it_is_taken_away(twin: Twin) -> None:
    twin.tap({"tap": UID, "card": "ntag424", "fault": {"mute_at": 1}})
    one = Heard(twin)
    handle, _ = one.connect()
    assert one.ask(Ask.TRANSMIT, wire.TRANSMIT, handle, 2, 16, 13, 2, 16, 264, 0, following=APPLICATION) == b""
    twin.remove({"remove": True})
    assert wire.TRANSMIT.unpack(one.sent[-1])[7] == NOT_TRANSACTED


def test_a_slow_card_answers_late(twin: Twin) -> None:
    twin.tap({"tap": UID, "card": "ntag424", "fault": {"slow_ms": 30}})
    one = Heard(twin)
    one.transmit(one.connect()[0])
    assert one.delays[-1] == 30


@pytest.mark.parametrize(
    "happen",
    [
        lambda twin: twin.tap({"tap": UID}),
        lambda twin: twin.plug({"plug": False}),
        lambda twin: (twin.plug({"plug": False}), twin.plug({"plug": True})),
    ],
)
def test_every_event_is_told_once_to_those_who_wait(twin: Twin, happen: Callable[[Twin], object]) -> None:
    one, two = Heard(twin), Heard(twin)
    assert one.wait() == [NAME.encode()]
    sent = len(one.sent), len(two.sent)
    happen(twin)
    assert one.sent[sent[0] :] == [wire.WAITED.pack(0, 0)]
    assert len(two.sent) == sent[1], "the other does not wait"
    one.ask(Ask.STOP_WAITING, struct.Struct(""))
    assert len(one.sent) == sent[0] + 1, "what was told is the answer"


def test_waiting_ends_when_it_is_stopped_or_cancelled(twin: Twin) -> None:
    one, two = Heard(twin), Heard(twin)
    one.wait()
    assert one.ask(Ask.STOP_WAITING, struct.Struct("")) == wire.WAITED.pack(0, 0)
    one.wait()
    two.ask(Ask.CANCEL, wire.RELEASE, one.context, 0)
    assert one.sent[-1] == wire.WAITED.pack(0, CANCELLED)


def test_attributes_and_escape_commands(twin: Twin) -> None:
    one = Heard(twin)
    handle, _ = one.connect(DIRECT)
    told = wire.ATTRIBUTE.unpack(one.ask(Ask.ATTRIBUTE, wire.ATTRIBUTE, handle, 0x10103, b"", 264, 0))
    assert told[2][: told[3]] == b"77\0"
    refused = wire.ATTRIBUTE.unpack(one.ask(Ask.ATTRIBUTE, wire.ATTRIBUTE, handle, 0x99, b"", 264, 0))
    assert refused[4] != 0
    one.ask(Ask.CONTROL, wire.CONTROL, handle, 0x42000001, 2, 264, 0, 0, following=b"\x28\x01")
    assert twin.escapes({"escapes": True}) == ["2801"]
    assert twin.escapes({"escapes": True}) == []


def test_what_is_found_at_the_first_look_at_a_reader_is_no_event(twin: Twin) -> None:
    twin.unsure({"unsure": True})
    twin.tap({"tap": UID})
    one = Heard(twin)
    assert one.state() == (0, 0)
    twin.unsure({"unsure": False})
    events, state = one.state()
    assert events == 0
    assert state & PRESENT
    with pytest.raises(ValueError, match="true or false"):
        twin.unsure({"unsure": 0})


@pytest.mark.parametrize("order", [{"tap": UID, "reader": 1}, {"tap": "xy"}, {"tap": UID, "reader": "0"}])
def test_orders_that_make_no_sense_are_refused(twin: Twin, order: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        twin.tap(order)


def test_an_unplugged_reader_takes_no_card(twin: Twin) -> None:
    twin.plug({"plug": False})
    with pytest.raises(ValueError, match="unplugged"):
        twin.tap({"tap": UID})
    with pytest.raises(ValueError, match="true or false"):
        twin.plug({"plug": 1})


BODIES = {
    Ask.VERSION: wire.VERSION,
    Ask.ESTABLISH: wire.ESTABLISH,
    Ask.RELEASE: wire.RELEASE,
    Ask.CONNECT: wire.CONNECT,
    Ask.RECONNECT: wire.RECONNECT,
    Ask.DISCONNECT: wire.DISCONNECT,
    Ask.BEGIN: wire.BEGIN,
    Ask.END: wire.DISCONNECT,
    Ask.TRANSMIT: wire.TRANSMIT,
    Ask.CONTROL: wire.CONTROL,
    Ask.STATUS: wire.BEGIN,
    Ask.CANCEL: wire.RELEASE,
    Ask.ATTRIBUTE: wire.ATTRIBUTE,
}
STRAY = st.sampled_from(sorted(BODIES)).flatmap(
    lambda ask: st.tuples(
        st.just(ask),
        st.one_of(
            st.binary(min_size=BODIES[ask].size, max_size=BODIES[ask].size),
            st.integers(1, 6).map(lambda n: n.to_bytes(4, "little").ljust(BODIES[ask].size, b"\0")),
            st.binary(max_size=8),
        ),
    )
)


@settings(max_examples=max(40, TRIES // 12), derandomize=True, database=None, deadline=None)
@given(st.lists(STRAY, max_size=12))
def test_whatever_clients_send_is_answered_or_refused(calls: list[tuple[Ask, bytes]]) -> None:
    twin = Twin([Reader(NAME)], Wallet(Random(1).randbytes))
    twin.tap({"tap": UID, "card": "ntag424"})
    one, two = Heard(twin), Heard(twin)
    one.connect()
    for ask, body in calls:
        before = len(two.sent)
        try:
            twin.answer(two, Call(ask, body, APPLICATION))
        except struct.error:
            assert len(body) != BODIES[ask].size
        assert len(two.sent) - before <= 2
    assert one.wait() == [NAME.encode()]


def test_readers_by_name() -> None:
    assert [(reader.name, reader.serial) for reader in readers_of(["A 00 00=7", "B 00 00"])] == [
        ("A 00 00", "7"),
        ("B 00 00", ""),
    ]
    for bad in ([], ["x" * 128], ["A", "A"], [""]):
        with pytest.raises(ValueError):
            readers_of(bad)
