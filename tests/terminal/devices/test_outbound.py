"""What waits for the terminal."""

from __future__ import annotations

from drivers.base import Scanned
from drivers.status import status
from terminal.devices.outbound import ACTS_MAX, FRESH_NS, Outbound

READY = status("scanner", "hand", "device_ready")
LOST = status("scanner", "hand", "port_lost", port="/dev/x")
LIGHT = status("light", "hand", "device_ready")


def outbound() -> Outbound:
    return Outbound(lambda: None)


def test_statuses_come_first_and_acts_in_order() -> None:
    waiting = outbound()
    acts = [Scanned("hand", str(number), number) for number in range(3)]
    for event in (*acts, READY):
        waiting.put(event)
    assert waiting.take(10) == [READY, *acts]
    assert waiting.take(10) == []


def test_an_act_of_five_seconds_ago_goes_and_an_older_one_is_dropped() -> None:
    waiting = outbound()
    waiting.put(Scanned("hand", "old", 0))
    waiting.put(Scanned("hand", "fresh", 1))
    assert waiting.take(FRESH_NS + 1) == [Scanned("hand", "fresh", 1)]
    assert waiting.dropped == 1


def test_only_the_newest_status_of_a_device_is_kept_and_never_gets_old() -> None:
    waiting = outbound()
    for event in (READY, LOST, LIGHT):
        waiting.put(event)
    assert waiting.take(10**18) == [LOST, LIGHT]


def test_a_new_terminal_hears_every_status_again() -> None:
    waiting = outbound()
    waiting.put(READY)
    waiting.put(LIGHT)
    waiting.take(1)
    assert waiting.take(1) == []
    waiting.all_again()
    assert waiting.take(1) == [READY, LIGHT]


def test_acts_are_bounded_and_the_newest_stay() -> None:
    waiting = outbound()
    for number in range(ACTS_MAX + 3):
        waiting.put(Scanned("hand", str(number), 0))
    taken = waiting.take(0)
    assert len(taken) == ACTS_MAX
    assert taken[-1] == Scanned("hand", str(ACTS_MAX + 2), 0)
    assert waiting.dropped == 3


def test_the_sender_is_woken() -> None:
    woken: list[bool] = []
    waiting = Outbound(lambda: woken.append(True))
    waiting.put(READY)
    assert woken == [True]
    assert waiting.status("scanner", "hand") == READY
    assert waiting.status("scanner", "other") is None
