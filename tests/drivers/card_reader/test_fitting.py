"""Which readers are meant: each is asked once, and none is waited for."""

from __future__ import annotations

import threading

from drivers.card_reader.fitting import Fitting
from drivers.card_reader.reader_identity import VENDOR_IFD_SERIAL_NO, Wanted
from drivers.card_reader.scard import SHARING
from tests.contracts.beds.played import PlayedConnection, PlayedPcsc

OURS, TWIN, THIRD = "Reader 00 00", "Reader 01 00", "Reader 02 00"
LIMIT_S = 30.0


class Readers(PlayedPcsc):
    """Who connects to one of `held` waits until it is let go; `asked` are those that were asked for who they are."""

    def __init__(self, **serials: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.held: dict[str, threading.Event] = {}
        self.told = threading.Semaphore(0)
        self.attributes = {name: {VENDOR_IFD_SERIAL_NO: serial.encode()} for name, serial in serials.items()}

    def __call__(self) -> Readers:
        super().__call__()
        return self

    def __exit__(self, *_: object) -> None:
        self.told.release()

    def connect(self, reader: str, direct: bool = False) -> PlayedConnection:
        self.asked.append(reader)
        if reader in self.held:
            assert self.held[reader].wait(LIMIT_S)
        return super().connect(reader, direct)


def serials() -> Readers:
    return Readers(**{OURS: "1", TWIN: "2", THIRD: "1"})


def wanted(readers: Readers) -> Fitting:
    return Fitting(Wanted(serial="1"), readers)


def test_a_reader_that_is_not_meant_is_not_asked_again_until_others_are_there() -> None:
    readers = serials()
    fitting = wanted(readers)
    for _ in range(3):
        assert fitting.among([OURS, TWIN], {OURS}) == [OURS]
    assert readers.asked == [TWIN]
    assert fitting.among([OURS, TWIN, THIRD], {OURS}) == [OURS, THIRD]
    assert readers.asked == [TWIN, TWIN, THIRD]
    fitting.close()


def test_a_reader_that_may_be_another_one_is_asked_again() -> None:
    readers = serials()
    fitting = wanted(readers)
    assert fitting.among([OURS], set()) == [OURS]
    readers.attributes[OURS] = readers.attributes[TWIN]
    assert fitting.among([OURS], set()) == [OURS], "the control: who is not told of it keeps to the first answer"
    fitting.forget()
    assert fitting.among([OURS], set()) == []
    fitting.close()


def test_a_reader_that_is_in_use_is_not_waited_for_and_known_later() -> None:
    readers = serials()
    readers.held[OURS] = threading.Event()
    fitting = wanted(readers)
    assert fitting.among([OURS, TWIN], set()) == []
    assert fitting.among([OURS, TWIN], set()) == []
    assert readers.asked == [OURS], "the twin is not asked behind one that is waited for"
    readers.held[OURS].set()
    assert readers.told.acquire(timeout=LIMIT_S)
    assert fitting.among([OURS, TWIN], set()) == [OURS]
    fitting.close()


def test_an_answer_that_comes_after_the_readers_changed_is_void() -> None:
    readers = serials()
    readers.held[OURS] = threading.Event()
    fitting = wanted(readers)
    assert fitting.among([OURS], set()) == []
    fitting.forget()
    readers.held.pop(OURS).set()
    assert readers.told.acquire(timeout=LIMIT_S)
    readers.attributes[OURS] = readers.attributes[TWIN]
    assert fitting.among([OURS], set()) == []
    fitting.close()


def test_a_reader_that_somebody_has_for_himself_is_asked_again() -> None:
    readers = serials()
    readers.error = SHARING
    fitting = wanted(readers)
    assert fitting.among([OURS], set()) == []
    readers.error = None
    assert fitting.among([OURS], set()) == [OURS]
    fitting.close()


def test_where_the_name_says_enough_nobody_is_asked() -> None:
    readers = serials()
    fitting = Fitting(Wanted("Reader 00*"), readers)
    assert fitting.among([OURS, TWIN], set()) == [OURS]
    assert readers.asked == []
    fitting.close()
