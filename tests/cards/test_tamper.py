"""The letters of a seal."""

from __future__ import annotations

import pytest

from cards.sun import SunError
from cards.tamper import Loop, TamperStatus, tamper_status


def test_a_seal_that_was_opened_and_closed_again() -> None:
    assert tamper_status(b"OC and more") == TamperStatus(ever=Loop.OPEN, now=Loop.CLOSED)


@pytest.mark.parametrize("data", [b"", b"C", b"CX", b"cc", b"\xff\xff"])
def test_other_letters_are_no_seal(data: bytes) -> None:
    with pytest.raises(SunError):
        tamper_status(data)
