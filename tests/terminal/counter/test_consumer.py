"""One queue, one thread: order, bounds, and an error that reaches only who asked."""

import threading

import pytest

from terminal.counter.consumer import Busy, Consumer


def _nothing() -> None:
    """No idle work."""


def test_work_is_done_in_order_on_one_thread() -> None:
    consumer = Consumer(_nothing)
    done: list[tuple[int, str]] = []
    futures = [consumer.submit(lambda n=n: done.append((n, threading.current_thread().name))) for n in range(20)]
    consumer.start()
    for future in futures:
        future.result(10)
    consumer.close()
    assert [n for n, _ in done] == list(range(20))
    assert {name for _, name in done} == {"till"}


def test_an_error_goes_to_who_asked_and_the_till_goes_on() -> None:
    consumer = Consumer(_nothing)
    consumer.start()
    failing = consumer.submit(lambda: 1 // 0)
    after = consumer.submit(lambda: "still here")
    with pytest.raises(ZeroDivisionError):
        failing.result(10)
    assert after.result(10) == "still here"
    consumer.close()


def test_a_full_queue_refuses_at_once() -> None:
    consumer = Consumer(_nothing, capacity=2)
    consumer.submit(_nothing)
    consumer.submit(_nothing)
    with pytest.raises(Busy, match="2 events"):
        consumer.submit(_nothing)
    consumer.start()
    consumer.close()


def test_close_finishes_what_was_queued() -> None:
    consumer = Consumer(_nothing)
    futures = [consumer.submit(lambda n=n: n) for n in range(5)]
    consumer.start()
    consumer.close()
    assert [future.result(0) for future in futures] == [0, 1, 2, 3, 4]


def test_the_idle_work_runs_when_nothing_waits() -> None:
    called = threading.Event()
    consumer = Consumer(called.set, tick_s=0.01)
    consumer.start()
    assert called.wait(10)
    consumer.close()
