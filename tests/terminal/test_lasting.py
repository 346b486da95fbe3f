"""What the start has made is not looked at again by the garbage collector; what comes later is."""

from __future__ import annotations

import gc
import weakref

from terminal.lasting import lasting


class Loop:
    """Only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


def test_only_what_comes_later_is_collected() -> None:
    before = Loop()
    lasting()
    try:
        assert gc.get_freeze_count() > 0
        early, late = weakref.ref(before), weakref.ref(Loop())
        del before
        gc.collect()
        assert (early() is None, late() is None) == (False, True)
    finally:
        gc.unfreeze()
    gc.collect()
    assert early() is None
