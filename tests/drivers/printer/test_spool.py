"""Receipts that wait: bounded, each begun at most once, given up in time."""

from __future__ import annotations

from drivers.printer.spool import REMEMBERED_MAX, WAITING_MAX, Spool
from drivers.receipt import Feed, Receipt

SALE = Receipt((Feed(),))


def test_a_job_is_begun_once_whatever_became_of_it() -> None:
    spool = Spool(keep_ns=100)
    assert spool.put("a", SALE, 0) is None
    assert spool.put("a", SALE, 1) is None
    begun = spool.begin()
    assert begun is not None
    assert (begun.job, spool.current, spool.begin()) == ("a", "a", None)
    assert spool.put("a", SALE, 2) is None
    assert [spool.end("a", "unknown"), spool.end("a", "printed")] == [True, False]
    assert spool.put("a", SALE, 3) == "unknown"
    assert spool.begin() is None


def test_a_job_of_which_nothing_was_sent_is_the_next_again() -> None:
    spool = Spool(keep_ns=100)
    spool.put("a", SALE, 0)
    spool.put("b", SALE, 0)
    begun = spool.begin()
    assert begun is not None
    spool.give_back(begun)
    spool.give_back(begun)
    again, then = spool.begin(), spool.begin()
    assert (again, then.job if then else "") == (begun, "b")


def test_a_full_spool_refuses_and_remembers_that_it_did() -> None:
    spool = Spool(keep_ns=100)
    assert [spool.put(str(n), SALE, 0) for n in range(WAITING_MAX)] == [None] * WAITING_MAX
    assert [spool.put("more", SALE, 0), spool.put("more", SALE, 1)] == ["not_printed", "not_printed"]


def test_what_waited_too_long_is_given_up_and_what_is_under_way_is_not() -> None:
    spool = Spool(keep_ns=100)
    for at_ns, job in enumerate("abc"):
        spool.put(job, SALE, at_ns)
    spool.begin()
    assert spool.expire(101) == []
    assert spool.expire(102) == ["b"]
    assert spool.put("b", SALE, 103) == "not_printed"
    assert spool.expire(None) == ["c"]
    assert spool.end("a", "printed")


def test_names_take_bounded_memory() -> None:
    spool = Spool(keep_ns=0)
    for number in range(3 * REMEMBERED_MAX):
        spool.put(str(number), SALE, number)
        spool.expire(None)
    assert len(spool._names) == REMEMBERED_MAX
