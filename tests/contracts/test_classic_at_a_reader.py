"""A MIFARE Classic over the real libpcsclite: keys, blocks and values by the reader's commands, and pulled at each."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cards import classic
from cards.classic import ClassicKey, KeyKind, Maker
from cards.classic_value import ValueBlock
from cards.dialogue import Dialogue, converse
from cards.errors import CardError
from drivers.base import CardTapped, Event
from drivers.errors import CardGone
from tests.contracts.beds.pcscd_twin import TwinBed

T = TypeVar("T")
UID, LIMIT_S = "DEADBEEF", 30.0
KEY = ClassicKey(bytes.fromhex("A0A1A2A3A4A5"))
BLOCK, VALUE = 5, 4
KINDS = {Maker.ACS: "classic", Maker.OMNIKEY: "classic_omnikey"}
Lead = Callable[[Dialogue[T]], T]


class Reader:
    """The twin's first reader; `tap` gives what leads a conversation with the card."""

    def __init__(self, bed: TwinBed) -> None:
        self._bed, self._taps = bed, queue.SimpleQueue[CardTapped]()
        bed.driver.start(self._take)

    def _take(self, event: Event) -> None:
        if isinstance(event, CardTapped):
            self._taps.put(event)

    def tap(self, maker: Maker, **order: Any) -> Lead[Any]:
        keys = {"1": [KEY.value.hex(), "FF" * 6]}
        self._bed.tap(UID, card=KINDS[maker], keys=keys, **order)
        seen = self._taps.get(timeout=LIMIT_S)
        return lambda dialogue: converse(dialogue, lambda apdu: self._bed.driver.exchange(seen.card, apdu, LIMIT_S))


@pytest.fixture
def reader(pcscd_socket: Path) -> Iterator[Reader]:
    with closing(TwinBed(pcscd_socket)) as bed:
        yield Reader(bed)


@pytest.fixture(params=list(Maker))
def maker(request: pytest.FixtureRequest) -> Maker:
    return Maker(request.param)


def work(maker: Maker) -> Dialogue[int]:
    """Open the sector, write a block and a value, and take from the value."""
    yield from classic.load_key(KEY)
    yield from classic.authenticate(VALUE, KeyKind.A)
    yield from classic.write_block(BLOCK, b"sixteen bytes ok")
    yield from classic.write_block(VALUE, ValueBlock(1000, VALUE).encode())
    return (yield from classic.change_value(maker, VALUE, -300))


def test_blocks_and_values_are_read_and_written_at_either_makers_reader(reader: Reader, maker: Maker) -> None:
    lead = reader.tap(maker, new=True)
    assert lead(work(maker)) == 700
    assert lead(classic.read_block(BLOCK)) == b"sixteen bytes ok"
    assert lead(classic.read_value(VALUE)) == ValueBlock(700, VALUE)


def test_a_value_goes_wrong_where_the_reader_is_taken_for_the_other_makers(reader: Reader) -> None:
    lead = reader.tap(Maker.OMNIKEY, new=True)
    with pytest.raises(CardError):
        lead(work(Maker.ACS))


@pytest.mark.parametrize("command", range(1, 8))
def test_a_card_that_is_pulled_at_any_command_is_gone_and_may_come_again(
    reader: Reader, maker: Maker, command: int
) -> None:
    lead = reader.tap(maker, new=True, fault={"pull_at": command})
    with pytest.raises(CardGone):
        lead(work(maker))
    assert reader.tap(maker)(work(maker)) == 700
