"""A contact's nonce and heartbeat are bounded."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from protocol.contact import Contact, Heartbeat
from protocol.operation import ClockQuality
from tests.protocol.examples import NONCE

BEAT = Heartbeat(version="0.1.0", outbox=0, clock=ClockQuality.TRUSTED)


@pytest.mark.parametrize("nonce", ["", NONCE[:-1], NONCE + "0", NONCE.upper(), "../" + NONCE[3:]])
def test_a_nonce_is_128_bits_in_hex(nonce: str) -> None:
    assert Contact(nonce=NONCE, epoch=1, heartbeat=BEAT).nonce == NONCE
    with pytest.raises(ValidationError):
        Contact(nonce=nonce, epoch=1, heartbeat=BEAT)


def test_a_clock_has_a_known_quality() -> None:
    with pytest.raises(ValidationError):
        Heartbeat.model_validate({"version": "1", "outbox": 0, "clock": "good"})
