"""Calls made by another thread: given up in time, never run twice, and let go of."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from typing import Any

import pytest

from drivers.courier import WAITING_MAX, Courier, Unanswered

LONG_S = 30.0


def test_it_gives_what_a_call_returns_or_raises() -> None:
    courier = Courier("test")
    assert courier.do(lambda: 7, LONG_S) == 7
    with pytest.raises(ZeroDivisionError):
        courier.do(lambda: 1 // 0, LONG_S)
    with pytest.raises(TimeoutError, match="its own"):
        courier.do(lambda: raise_(TimeoutError("its own")), LONG_S)
    assert not courier.stuck
    courier.close()
    courier.join(LONG_S)
    assert not courier.alive


def test_a_call_that_ends_just_when_its_time_is_over_has_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def late(futures: Any, limit_s: float) -> Any:
        waited = wait(futures, limit_s)
        release.set()
        wait(futures)
        return waited

    monkeypatch.setattr("drivers.courier.wait", late)
    courier = Courier("test")
    assert courier.do(lambda: (release.wait(LONG_S), 7)[1], 0.01) == 7
    assert not courier.stuck
    courier.close()


def test_a_call_that_hangs_is_given_up_and_no_other_begun_until_it_returns() -> None:
    courier, ran = Courier("test"), []
    release = hung(courier)
    assert courier.stuck
    with pytest.raises(Unanswered):
        courier.do(lambda: ran.append(1), LONG_S)
    courier.post(lambda: ran.append(2))
    assert courier.alive
    release.set()
    courier.close(lambda: ran.append(3))
    courier.join(LONG_S)
    assert ran == [3]
    assert not courier.stuck


def test_one_that_hangs_ends_after_its_call_though_it_was_closed_before() -> None:
    courier, ran = Courier("test"), threading.Event()
    release = hung(courier)
    courier.close(ran.set)
    courier.close()
    assert courier.alive
    release.set()
    courier.join(LONG_S)
    assert ran.is_set()
    assert not courier.alive
    with pytest.raises(Unanswered):
        courier.do(lambda: 1, LONG_S)


def test_a_posted_call_may_fail_and_the_next_one_runs() -> None:
    courier = Courier("test")
    courier.post(lambda: 1 // 0)
    assert courier.do(lambda: 2, LONG_S) == 2
    courier.close()


def test_calls_do_not_pile_up_behind_one_that_hangs() -> None:
    courier, release, ran = Courier("test"), threading.Event(), []
    courier.post(release.wait)
    for number in range(10_000):
        courier.post(lambda number=number: ran.append(number))
    release.set()
    courier.close()
    courier.join(LONG_S)
    assert ran == list(range(len(ran)))
    assert len(ran) <= WAITING_MAX


def test_idle_is_called_once_for_each_silence() -> None:
    quiet = threading.Semaphore(0)
    courier = Courier("test", idle_s=0.001, idle=quiet.release)
    for _ in range(3):
        assert quiet.acquire(timeout=LONG_S)
        assert not quiet.acquire(timeout=0.02)
        courier.do(lambda: None, LONG_S)
    courier.close()


def raise_(error: Exception) -> None:
    raise error


def hung(courier: Courier) -> threading.Event:
    """Let a call of `courier` hang, and give it up; it returns when the event is set."""
    release, begun = threading.Event(), threading.Event()
    while not begun.is_set():  # on a busy machine a call may be given up before it began
        with pytest.raises(Unanswered):
            courier.do(lambda: (begun.set(), release.wait()), 0.05)
    return release
