"""Upload: exactly once, whatever is repeated, overlaps, is missing, or forks."""

from __future__ import annotations

import pytest

from hq import terminals
from hq.headquarters import Headquarters
from hq.ingest import Quarantined
from hq.problems import Code
from hq.terminals import State
from protocol.batch import Batch
from tests.hq.devices import Device, acknowledged, join, outcomes, refusal_of, upload
from tests.hq.looking import balance, broken, held, stored


def state_of(hq: Headquarters, device: Device) -> State:
    with hq.database.transaction() as connection:
        return terminals.lock(connection, device.name, device.identity.epoch).state


def test_operations_are_kept_verbatim_and_booked(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10)
    device.sell(None)
    answer = acknowledged(hq, device.batch())
    assert (answer.acked_seq, answer.acked_hash) == (2, device.hash_after(2).hex())
    assert stored(hq) == device.operations
    assert balance(hq, "m2") == (330, 0)
    assert held(hq, "m2", device.holder) == 10
    assert broken(hq) == []


def test_the_same_batch_twice_is_booked_once(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10)
    device.sell("m2", earn=5)
    first, second = acknowledged(hq, device.batch()), acknowledged(hq, device.batch())
    assert (second.acked_seq, second.acked_hash) == (first.acked_seq, first.acked_hash)
    assert outcomes(second) == {1: "duplicate", 2: "duplicate"}
    assert balance(hq, "m2") == (335, 0)
    assert len(stored(hq)) == 2


def test_an_overlapping_batch_books_what_is_new(hq: Headquarters, device: Device) -> None:
    for _ in range(3):
        device.sell("m2", earn=10)
    acknowledged(hq, device.batch(1, 2))
    device.sell("m2", earn=10)
    answer = acknowledged(hq, device.batch(2, 4))
    assert outcomes(answer) == {2: "duplicate"}
    assert answer.acked_seq == 4
    assert balance(hq, "m2") == (360, 0)
    assert broken(hq) == []


def test_an_old_batch_answers_with_the_whole_position(hq: Headquarters, device: Device) -> None:
    for _ in range(3):
        device.sell("m2", earn=10)
    acknowledged(hq, device.batch())
    assert acknowledged(hq, device.batch(1, 1)).acked_seq == 3


def test_a_gap_is_told_with_the_expected_operation(hq: Headquarters, device: Device) -> None:
    for _ in range(3):
        device.sell("m2", earn=10)
    acknowledged(hq, device.batch(1, 1))
    refusal = refusal_of(upload, hq, device.batch(3, 3))
    assert refusal.code is Code.GAP
    assert refusal.params == {"expected_seq": 2, "expected_hash": device.hash_after(1).hex()}
    assert len(stored(hq)) == 1
    assert acknowledged(hq, device.batch(2, 3)).acked_seq == 3


def test_a_fork_quarantines_the_epoch_and_books_nothing(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10)
    clone = device.fork(1)
    device.sell("m2", earn=20)
    clone.sell("m2", earn=300)
    acknowledged(hq, device.batch())
    assert upload(hq, clone.batch(2, 2)) == Quarantined()
    assert state_of(hq, device) is State.QUARANTINED
    assert balance(hq, "m2") == (350, 0)
    assert stored(hq) == device.operations


def test_a_longer_fork_is_found_from_the_common_past(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10)
    clone = device.fork(1)
    device.sell("m2", earn=20)
    for _ in range(3):
        clone.sell("m2", earn=300)
    acknowledged(hq, device.batch())
    assert upload(hq, clone.batch(2, 4)) == Quarantined()
    assert len(stored(hq)) == 2


def test_after_a_fork_every_batch_is_evidence(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10)
    clone = device.fork(0)
    clone.sell("m2", earn=300)
    acknowledged(hq, device.batch())
    assert upload(hq, clone.batch()) == Quarantined()
    device.sell("m2", earn=20)
    assert upload(hq, device.batch(2, 2)) == Quarantined()
    assert upload(hq, device.batch(2, 2)) == Quarantined()
    assert balance(hq, "m2") == (330, 0)
    with hq.database.transaction() as connection:
        kept = connection.exec_driver_sql("SELECT data FROM evidence ORDER BY received_ms, data").scalars().all()
    assert sorted(kept) == sorted([clone.batch().encode(), device.batch(2, 2).encode()])


def test_bytes_that_do_not_lead_to_the_signed_end_change_nothing(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10)
    good = device.batch()
    device.operations.clear()
    device.sell("m2", earn=9999)
    damaged = Batch(good.header, tuple(device.operations))
    refusal = refusal_of(upload, hq, damaged)
    assert refusal.code is Code.CHAIN_MISMATCH
    assert refusal.params["expected_seq"] == 1
    assert stored(hq) == []
    assert state_of(hq, device) is State.ACTIVE


def test_a_rolled_back_device_that_goes_on_is_sent_back_and_then_found(hq: Headquarters, device: Device) -> None:
    """Its chain parted before HQ's position: no proof yet, so nothing is booked, and it is asked for its past."""
    device.sell("m2", earn=10)
    clone = device.fork(0)
    clone.sell("m2", earn=7)
    clone.sell("m2", earn=8)
    acknowledged(hq, device.batch())
    assert refusal_of(upload, hq, clone.batch(2, 2)).code is Code.CHAIN_MISMATCH
    assert upload(hq, clone.batch(1, 2)) == Quarantined()


def test_another_device_is_not_touched_by_a_fork(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    clone = device.fork(0)
    device.sell("m2", earn=10)
    clone.sell("m2", earn=20)
    acknowledged(hq, device.batch())
    upload(hq, clone.batch())
    other.sell("m2", earn=1)
    assert acknowledged(hq, other.batch()).acked_seq == 1


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_batches_does_not_matter(hq: Headquarters, device: Device, size: int) -> None:
    for number in range(100):
        device.sell(f"m{number % 2 + 1}", earn=number + 1)
    for first in range(1, 101, size):
        acknowledged(hq, device.batch(first, min(first + size - 1, 100)))
    assert (balance(hq, "m1"), balance(hq, "m2")) == ((1000 + 2500, 0), (320 + 2550, 0))
    assert broken(hq) == []


def test_the_same_intent_from_two_devices_stands_twice_and_is_flagged(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    device.sell("m2", earn=10, intent="ab" * 16)
    other.sell("m2", earn=10, intent="ab" * 16)
    assert outcomes(acknowledged(hq, device.batch())) == {}
    assert outcomes(acknowledged(hq, other.batch())) == {1: "flagged intent_twice"}
    assert balance(hq, "m2") == (340, 0)


def test_the_same_intent_twice_in_one_batch_is_flagged(hq: Headquarters, device: Device) -> None:
    device.sell("m2", earn=10, intent="ab" * 16)
    device.sell("m2", earn=10, intent="ab" * 16)
    assert outcomes(acknowledged(hq, device.batch()))[2] == "flagged intent_twice"
