"""The QMP client, against a QEMU that is played."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hil_tests.bench.agent_link import AgentLink, Done
from hil_tests.bench.commands import BenchError
from hil_tests.bench.hands import Hands
from hil_tests.bench.qmp import Lines, Qmp, QmpError

Said = dict[str, Any]
GREETING: Said = {"QMP": {"version": {}}}
EVENT: Said = {"event": "DEVICE_DELETED", "data": {"device": "reader1"}}


class Played:
    """The other end: answers each line with the next lines of its part."""

    def __init__(self, connection: socket.socket, part: list[list[Said]], first: Said | None) -> None:
        self.heard: list[Said] = []
        self._connection, self._part, self._first = connection, part, first
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._thread.start()

    def _play(self) -> None:
        lines = Lines(self._connection, "the client")
        if self._first is not None:
            lines.send(self._first)
        for answers in self._part:
            self.heard.append(lines.next(10))
            for answer in answers:
                lines.send(answer)

    def close(self) -> None:
        self._thread.join(10)
        self._connection.close()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_orders_are_answered_past_the_events_between_them(ends: tuple[socket.socket, socket.socket]) -> None:
    played = Played(ends[1], [[{"return": {}}], [EVENT, {"return": {"status": "running"}}]], GREETING)
    qmp = Qmp(ends[0])
    assert qmp.do("device_add", node_name="x") == {"status": "running"}
    assert qmp.event("DEVICE_DELETED", device="reader1") == EVENT["data"]
    played.close()
    assert played.heard[1] == {"execute": "device_add", "arguments": {"node-name": "x"}}


def test_another_device_is_not_the_one_that_is_waited_for(ends: tuple[socket.socket, socket.socket]) -> None:
    other = {"event": "DEVICE_DELETED", "data": {"device": "reader2"}}
    played = Played(ends[1], [[{"return": {}}, other, EVENT]], GREETING)
    assert Qmp(ends[0]).event("DEVICE_DELETED", device="reader1") == {"device": "reader1"}
    played.close()


def test_a_refusal_is_told_in_its_own_words(ends: tuple[socket.socket, socket.socket]) -> None:
    refusal = {"error": {"class": "GenericError", "desc": "no such bus"}}
    played = Played(ends[1], [[{"return": {}}], [refusal]], GREETING)
    with pytest.raises(QmpError, match=r"device_add .*: no such bus"):
        Qmp(ends[0]).do("device_add")
    played.close()


def test_an_event_that_does_not_come_has_a_limit(ends: tuple[socket.socket, socket.socket]) -> None:
    played = Played(ends[1], [[{"return": {}}]], GREETING)
    qmp = Qmp(ends[0])
    with pytest.raises(TimeoutError):
        qmp.event("WATCHDOG", limit_s=0.02)
    played.close()


def test_a_machine_that_goes_away_is_said(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].close()
    with pytest.raises(BenchError, match="QEMU went away"):
        Qmp(ends[0])


def test_the_agent_answers_by_the_order_s_number(ends: tuple[socket.socket, socket.socket]) -> None:
    played = Played(ends[1], [[{"id": 9, "code": 0}, {"id": 1, "code": 3, "out": "no"}]], None)
    link = AgentLink(ends[0])
    assert link.run("false", check=False) == Done(3, "no")
    played.close()


def test_a_program_that_fails_in_the_guest_is_an_error_with_its_words(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    played = Played(ends[1], [[{"id": 1, "code": 3, "out": "no such file"}]], None)
    link = AgentLink(ends[0])
    with pytest.raises(BenchError, match="ended with 3: no such file"):
        link.run("cat", "x")
    played.close()


def test_hands_do_what_they_know_and_say_what_went_wrong(ends: tuple[socket.socket, socket.socket]) -> None:
    def tap(uid: str) -> str:
        assert uid, "no card"
        return uid

    hands = Hands(ends[0], {"tap": tap})
    guest = Lines(ends[1], "the host")
    said = []
    for order in ({"do": "tap", "with": {"uid": "04"}}, {"do": "tap", "with": {"uid": ""}}, {"do": "jump"}):
        ends[1].sendall(json.dumps(order).encode() + b"\n")
        said.append(guest.next(10))
    assert said[0] == {"done": "04"}
    assert "no card" in said[1]["error"]
    assert said[2] == {"error": "no order 'jump'; there are tap"}
    hands.close()
