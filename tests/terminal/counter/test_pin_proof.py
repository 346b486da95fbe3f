"""A PIN is given: what counts, what is said, and that nobody learns from it whether somebody has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cards.pin
from cards.pin import Pepper, PinHash
from cards.pin_attempts import PinCount
from cards.pin_cost import FLOOR, Cost
from terminal.counter import pin_proof
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.pin_check import Looking
from terminal.counter.pins_here import MOST_PROOFS, PROOF_MS, PinProofs, PinsHere
from terminal.errors import ConfigError
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.pin_world import KEPT, PEPPER, PIN, WRONG, know_pins, tell_pin
from tests.terminal.counter.shown_codes import NUMBER
from tests.terminal.shops import NOON_MS, TestShop, open_shop
from tests.terminal.store.failing_disk import FailingDisk

NOBODYS = "690123450000000999"
HERE = "d-00000001:1"


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    with FailingDisk("pins") as disk:
        yield disk


@pytest.fixture
def test(tmp_path: Path, disk: FailingDisk) -> Iterator[TestShop]:
    with open_shop(tmp_path, disk.name) as shop:
        know_pins(shop)
        yield shop


def give(test: TestShop, pin: str, member: str = "m1") -> Phrase | None:
    """Why it is not taken; None for a right one."""
    return _given(test, lambda: pin_proof.begin_of_member(test.shop, test.shop.member(member), pin))


def by_number(test: TestShop, number: str, pin: str) -> Phrase | None:
    return _given(test, lambda: pin_proof.begin_of_number(test.shop, number, pin)[1])


def _given(test: TestShop, begin: Callable[[], Looking]) -> Phrase | None:
    try:
        looking = begin()
        pin_proof.end(test.shop, looking, looking.guess.is_right())
    except Refusal as refusal:
        return refusal.phrase
    return None


def wrong(test: TestShop, subject: str = "m1") -> int:
    return test.shop.ledger.pin_attempts.count(subject).total


def test_right_and_wrong(test: TestShop) -> None:
    assert give(test, WRONG) == Phrase("pin_wrong")
    assert wrong(test) == 1
    assert give(test, PIN) is None
    assert test.shop.ledger.pin_attempts.count("m1") == PinCount(1, 1)


def test_after_three_it_waits_after_five_longer_and_after_ten_it_is_locked(test: TestShop) -> None:
    test.online = True
    for _ in range(3):
        give(test, WRONG)
    test.clock.utc_ms += 1_500
    assert give(test, PIN) == Phrase("pin_wait", {"seconds": 59})
    for _ in range(2):
        test.clock.utc_ms += 60_000
        assert give(test, WRONG) == Phrase("pin_wrong")
    assert give(test, PIN) == Phrase("pin_wait_long", {"minutes": 15})
    for _ in range(5):
        test.clock.utc_ms += 15 * 60_000
        give(test, WRONG)
    test.clock.utc_ms += 365 * 86_400_000
    assert give(test, PIN) == Phrase("pin_locked")


def test_without_a_line_a_day_has_five(test: TestShop) -> None:
    for _ in range(5):
        give(test, WRONG)
        test.clock.utc_ms += 15 * 60_000
    assert give(test, PIN) == Phrase("pin_offline", {"hours": 23})


def test_a_till_has_a_limit_whoever_is_tried(test: TestShop) -> None:
    for number in range(20):
        by_number(test, f"{690123450000000000 + number}", WRONG)
    assert give(test, PIN) == Phrase("pin_terminal", {"minutes": 15})


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "12345a", "１２３４５６"])
def test_what_cannot_be_a_pin_is_no_guess(test: TestShop, pin: str) -> None:
    assert give(test, pin) == Phrase("pin_length", {"least": 6, "most": 8})
    assert wrong(test) == 0


def test_guesses_at_other_tills_count_here(test: TestShop) -> None:
    tell_pin(test, PinCount(1, 0, {"elsewhere:1": 10}, NOON_MS))
    assert give(test, PIN) == Phrase("pin_locked")
    tell_pin(test, PinCount(2))
    assert give(test, PIN) is None, "HQ said that guesses count anew"


def test_what_hq_knows_is_written_down_only_where_it_is_more(test: TestShop, disk: FailingDisk) -> None:
    give(test, WRONG)
    before = test.shop.ledger.pin_attempts.count("m1")
    tell_pin(test, replace(before, last_ms=before.last_ms + 1))
    seen = disk.counts["sync"]
    give(test, WRONG)
    alone = disk.counts["sync"] - seen
    tell_pin(test, PinCount(1, 0, {HERE: 2, "elsewhere:1": 1}, NOON_MS))
    test.clock.utc_ms += 60_000
    seen = disk.counts["sync"]
    give(test, WRONG)
    assert (alone, disk.counts["sync"] - seen) == (1, 2)


class Work:
    """What was done: Argon2id of which cost, and how often the disk was asked to hold something."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, disk: FailingDisk) -> None:
        self.costs: list[Cost] = []
        self._disk, real = disk, cards.pin._tag

        def counted(pin: str, member: str, pepper: Pepper, cost: Cost, salt: bytes) -> bytes:
            self.costs.append(cost)
            return real(pin, member, pepper, cost, salt)

        monkeypatch.setattr("cards.pin._tag", counted)

    def since(self) -> tuple[list[Cost], int]:
        done = self.costs[:], self._disk.counts["sync"]
        self.costs.clear()
        self._disk.counts["sync"] = 0
        return done


def test_a_number_that_nobody_has_looks_like_a_wrong_pin_and_costs_as_much(
    test: TestShop, disk: FailingDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(monkeypatch, disk)
    work.since()
    for _ in range(5):
        somebody = by_number(test, NUMBER, WRONG), work.since()
        nobody = by_number(test, NOBODYS, WRONG), work.since()
        assert somebody == nobody
        test.clock.utc_ms += 60_000
    assert somebody[0] == Phrase("pin_wrong")
    assert somebody[1] == ([FLOOR], 1)
    assert by_number(test, NUMBER, PIN) == by_number(test, NOBODYS, PIN) == Phrase("pin_wait_long", {"minutes": 14})


def test_a_member_without_a_pin_looks_like_one_with_another(
    test: TestShop, disk: FailingDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(monkeypatch, disk)
    work.since()
    assert (give(test, WRONG, "m1"), work.since()) == (give(test, WRONG, "m3"), work.since())


def test_less_work_for_nobody_would_be_found(
    test: TestShop, disk: FailingDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a till that does not look where there is nothing to look at."""
    work = Work(monkeypatch, disk)
    work.since()
    somebody = by_number(test, NUMBER, WRONG), work.since()
    monkeypatch.setattr("cards.pin.PinGuess.is_right", lambda guess: False)
    assert somebody != (by_number(test, NOBODYS, WRONG), work.since())


def test_a_blocked_member_is_nobody_by_number(test: TestShop) -> None:
    found, _ = pin_proof.begin_of_number(test.shop, NOBODYS, PIN)
    assert found is None


@pytest.mark.parametrize("fault", ["no pins in the chain", "a pepper is missing", "a pepper is open to others"])
def test_where_no_pin_can_be_looked_at_everybody_is_told_the_same(test: TestShop, fault: str) -> None:
    def unreadable() -> dict[str, Pepper]:
        raise ConfigError(("pepper-1.key has mode 0644",))

    if fault == "no pins in the chain":
        test.shop = replace(test.shop, pins=None)
    elif fault == "a pepper is missing":
        know_pins(test, peppers={})
    else:
        test.shop = replace(test.shop, pins=PinsHere(unreadable, bytes))
    assert give(test, PIN) == give(test, PIN, "m3") == by_number(test, NOBODYS, PIN) == Phrase("pin_not_here")
    assert wrong(test) == 0


def test_a_hash_that_is_of_no_use_here_is_a_wrong_pin(test: TestShop, caplog: pytest.LogCaptureFixture) -> None:
    tell_pin(test, kept=PinHash("pepper-9", FLOOR, bytes(16), bytes(32)))
    assert give(test, PIN) == Phrase("pin_wrong")
    assert "pepper-9, which is not here" in caplog.text
    assert KEPT.pepper == PEPPER.name


def test_a_proof_is_one_members_for_a_while_and_for_one_act() -> None:
    proofs, numbers = PinProofs(), iter(range(1, 100))
    proof = proofs.give("m1", NOON_MS, lambda size: next(numbers).to_bytes(size, "big"))
    assert (len(proof), proofs.member(proof, NOON_MS + PROOF_MS - 1)) == (32, "m1")
    assert proofs.member(proof, NOON_MS + PROOF_MS) is None
    assert proofs.member("00" * 16, NOON_MS) is None
    proofs.use(proof)
    assert proofs.member(proof, NOON_MS) is None
    many = [proofs.give("m1", NOON_MS, lambda size: next(numbers).to_bytes(size, "big")) for _ in range(40)]
    assert [proofs.member(each, NOON_MS) for each in many] == [None] * (40 - MOST_PROOFS) + ["m1"] * MOST_PROOFS


def test_a_refusal_says_that_it_is_not_allowed(test: TestShop) -> None:
    refused = refused_by(lambda: pin_proof.begin_of_member(test.shop, test.shop.member("m1"), "1"))
    assert refused.status == 422
