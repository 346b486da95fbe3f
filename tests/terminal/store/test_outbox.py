"""The sync agent's view of the ledger: what waits, in bounded portions, without writing a byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from protocol import chain
from terminal.errors import ChainDiverged, StoreError
from terminal.store.ledger import Ledger
from terminal.store.outbox import AT_ONCE, OutboxReader, Position
from tests.terminal.store.material import DEVICE, EPOCH, append, grants

MUCH = 10**6


@pytest.fixture
def reader(ledger: Ledger, path: Path) -> Iterator[OutboxReader]:
    with OutboxReader(path) as reader:
        yield reader


def test_nothing_waits_in_a_new_ledger(reader: OutboxReader) -> None:
    pending = reader.pending(0, 500, MUCH)
    assert (pending.first, pending.operations) == (1, ())
    assert pending.previous_hash == chain.genesis(DEVICE, EPOCH)
    assert reader.position() == Position(0, 0, 0)


def test_each_commit_is_seen_at_once(ledger: Ledger, reader: OutboxReader) -> None:
    made = [append(ledger).encode() for _ in range(3)]
    assert list(reader.pending(0, 500, MUCH).operations) == made
    ledger.acknowledge(3, ledger.head().hash)
    ledger.apply_grants(grants(5))
    append(ledger)
    assert reader.position() == Position(4, 3, 1)


def test_a_portion_continues_the_chain(ledger: Ledger, reader: OutboxReader) -> None:
    for _ in range(5):
        append(ledger)
    pending = reader.pending(2, 2, MUCH)
    assert pending.first == 3
    assert len(pending.operations) == 2
    assert chain.extend(pending.previous_hash, pending.operations) == reader.hash_at(4)
    assert chain.extend(reader.pending(0, 500, MUCH).previous_hash, reader.pending(0, 500, MUCH).operations) == (
        ledger.head().hash
    )


def test_a_portion_is_bounded_in_bytes_but_never_empty(ledger: Ledger, reader: OutboxReader) -> None:
    sizes = [len(append(ledger).encode()) for _ in range(4)]
    assert len(reader.pending(0, 500, sizes[0] + sizes[1]).operations) == 2
    assert len(reader.pending(0, 500, sizes[0] + sizes[1] - 1).operations) == 1
    assert len(reader.pending(0, 500, 1).operations) == 1


def test_a_portion_may_be_larger_than_what_is_read_at_a_time(ledger: Ledger, reader: OutboxReader) -> None:
    made = [append(ledger).encode() for _ in range(AT_ONCE + 2)]
    assert list(reader.pending(0, 500, MUCH).operations) == made
    assert list(reader.pending(0, AT_ONCE + 1, MUCH).operations) == made[:-1]
    assert list(reader.pending(1, 500, sum(map(len, made[1:-1]))).operations) == made[1:-1]


def test_an_operation_that_the_ledger_never_had(reader: OutboxReader) -> None:
    with pytest.raises(ChainDiverged, match="operation 7"):
        reader.pending(7, 500, MUCH)


def test_the_reader_cannot_write(reader: OutboxReader) -> None:
    with pytest.raises(apsw.ReadOnlyError):
        reader._connection.execute("UPDATE ledger SET acked_seq = 1")


def test_before_the_service_has_made_the_ledger(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not there yet"):
        OutboxReader(tmp_path / "ledger.db")
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_only_just_being_made(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    with OutboxReader(tmp_path / "ledger.db") as reader, pytest.raises(StoreError, match="not ready"):
        reader.position()
