"""A key that is guessed at: slowed down, then locked, until the master key changes it."""

from __future__ import annotations

from random import Random

from drivers.virtual.cards.aes import crc32, xor
from drivers.virtual.cards.failures import IN_A_ROW, LIMIT
from drivers.virtual.cards.ntag424 import Ntag424, delivered
from tests.drivers.virtual.cards.speaker import APPLICATION, SEVEN, Speaker

KEYS = [bytes([number]) * 16 for number in range(5)]
WRONG = b"\xff" * 16


def a_card() -> Ntag424:
    card = Ntag424(delivered(SEVEN, KEYS), Random(3).randbytes)
    card.answer(APPLICATION)
    return card


def test_success_takes_ten_failures_off() -> None:
    card = a_card()
    speaker = Speaker(card)
    for _ in range(13):
        assert speaker.log_in(WRONG, 1) == b"\x91\xae"
    speaker.log_in(KEYS[1], 1)
    assert card.failures.total(1) == 3
    speaker.log_in(KEYS[1], 1)
    assert card.failures.total(1) == 0
    assert card.failures.total(0) == 0, "each key counts for itself"


def test_fifty_failures_in_a_row_delay_the_right_key_too() -> None:
    speaker = Speaker(a_card())
    for _ in range(IN_A_ROW):
        assert speaker.log_in(WRONG, 1) == b"\x91\xae"
    assert speaker.log_in(KEYS[1], 1) == b"\x91\xad"
    assert speaker.log_in(KEYS[1], 1) == b"\x91\x00", "the delay is spent"
    assert speaker.log_in(WRONG, 1) == b"\x91\xae"
    assert speaker.log_in(KEYS[1], 1) == b"\x91\x00", "and the row was broken"


def test_each_failure_after_that_costs_more() -> None:
    speaker = Speaker(a_card())
    for _ in range(IN_A_ROW):
        speaker.log_in(WRONG, 1)
    for delay in (1, 2, 3):
        assert [speaker.log_in(WRONG, 1) for _ in range(delay)] == [b"\x91\xad"] * delay
        assert speaker.log_in(WRONG, 1) == b"\x91\xae"


def test_at_its_limit_a_key_is_locked_until_it_is_changed() -> None:
    card = a_card()
    card.eeprom.replace("failures.1", (LIMIT - 1).to_bytes(2, "little"))
    speaker = Speaker(card)
    assert speaker.log_in(WRONG, 1) == b"\x91\xae"
    card.power_off()
    card.answer(APPLICATION)
    assert speaker.log_in(KEYS[1], 1) == b"\x91\x9d", "also the right key, also after power was away"
    speaker.log_in(KEYS[0])
    new = bytes(range(16))
    speaker.secured(0xC4, b"\x01", xor(new, KEYS[1]) + b"\x01" + crc32(new), full=True)
    assert speaker.log_in(new, 1) == b"\x91\x00"
