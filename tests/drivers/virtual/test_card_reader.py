"""The virtual card reader as one to speak with: taps, exchanges, and everything that can go wrong between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from drivers.base import CardRemoved, CardTapped, DeviceStatus, ExchangesApdus
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.options import VirtualOptions
from drivers.virtual.card_reader import VirtualCardReader
from drivers.virtual.client import VirtualClient, VirtualClientError, send
from tests.contracts.recorder import Recorder
from tests.drivers.virtual.cards.speaker import APPLICATION, RND_A, cbc, wrap

UID = "04A1B2C3D4E5F6"
KEY = "10" * 16
NTAG = {"card": "ntag424", "keys": [KEY]}
OK = b"\x90\x00"
LIMIT_S = 5.0


@pytest.fixture
def told() -> Recorder:
    return Recorder()


@pytest.fixture
def reader(told: Recorder) -> Iterator[VirtualCardReader]:
    reader = VirtualCardReader("counter", chance=Random(9).randbytes)
    reader.start(told)
    told.status("device_ready")
    yield reader
    reader.close()


def test_a_card_is_spoken_with_under_the_number_of_its_tap(reader: VirtualCardReader, told: Recorder) -> None:
    assert isinstance(reader, ExchangesApdus)
    reader.tap(UID, **NTAG)
    first = told.next(CardTapped)
    assert (first.uid, first.atr, first.technology) == (UID, "3B8180018080", "uid")
    assert reader.exchange(first.card, APPLICATION, LIMIT_S) == OK
    reader.tap(UID)
    second = told.next(CardTapped)
    assert second.card == first.card + 1
    with pytest.raises(CardGone):
        reader.exchange(first.card, APPLICATION, LIMIT_S)
    assert reader.exchange(second.card, APPLICATION, LIMIT_S) == OK


def test_a_card_that_is_only_seen_is_not_spoken_with(reader: VirtualCardReader, told: Recorder) -> None:
    reader.tap(UID)
    seen = told.next(CardTapped)
    assert (seen.card, seen.atr) == (0, "")
    for number in (0, 1):
        with pytest.raises(CardGone):
            reader.exchange(number, APPLICATION, LIMIT_S)


def test_a_card_that_was_removed_is_gone(reader: VirtualCardReader, told: Recorder) -> None:
    reader.tap(UID, **NTAG)
    number = told.next(CardTapped).card
    reader.remove()
    with pytest.raises(CardGone):
        reader.exchange(number, APPLICATION, LIMIT_S)
    reader.plug(False)
    with pytest.raises(DeviceLost):
        reader.exchange(number, APPLICATION, LIMIT_S)


def test_a_card_pulled_at_a_command_is_told_as_removed(reader: VirtualCardReader, told: Recorder) -> None:
    reader.tap(UID, **NTAG, fault={"pull_at": 2})
    number = told.next(CardTapped).card
    assert reader.exchange(number, APPLICATION, LIMIT_S) == OK
    with pytest.raises(CardGone, match="pulled"):
        reader.exchange(number, wrap(0x60), LIMIT_S)
    told.next(CardRemoved)
    reader.tap(UID)
    assert reader.exchange(told.next(CardTapped).card, wrap(0x60), LIMIT_S)[-2:] == b"\x91\xaf"


@pytest.mark.parametrize("fault", [{"mute_at": 1}, {"slow_ms": 50}])
def test_a_card_that_does_not_answer_in_time_is_mute(
    reader: VirtualCardReader, told: Recorder, fault: dict[str, int]
) -> None:
    reader.tap(UID, **NTAG, fault=fault)
    number = told.next(CardTapped).card
    with pytest.raises(CardMute):
        reader.exchange(number, APPLICATION, 0.001)
    assert told.all(CardRemoved) == []


def test_a_slow_card_answers_in_the_end(reader: VirtualCardReader, told: Recorder) -> None:
    reader.tap(UID, **NTAG, fault={"slow_ms": 1})
    assert reader.exchange(told.next(CardTapped).card, APPLICATION, LIMIT_S) == OK


def log_in(reader: VirtualCardReader, card: int) -> bytes:
    """The status of a login with the right key."""
    key = bytes.fromhex(KEY)
    assert reader.exchange(card, APPLICATION, LIMIT_S) == OK
    challenge = reader.exchange(card, wrap(0x71, b"\x00\x00"), LIMIT_S)
    rnd_b = cbc(key, challenge[:-2], encrypt=False)
    proof = cbc(key, RND_A + rnd_b[1:] + rnd_b[:1], encrypt=True)
    return reader.exchange(card, wrap(0xAF, proof), LIMIT_S)[-2:]


def test_everything_goes_over_the_control_socket_too(tmp_path: Path, told: Recorder) -> None:
    path, memory = tmp_path / "reader.sock", tmp_path / "card.json"
    for _ in range(2):
        reader = VirtualCardReader("counter", VirtualOptions(control=path))
        reader.start(told)
        told.status("device_ready")
        with VirtualClient(path) as client:
            client.tap(UID, **NTAG, memory=str(memory))
        assert log_in(reader, told.next(CardTapped).card) == b"\x91\x00"
        reader.close()
    assert memory.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "extra",
    [
        {"card": "visa"},
        {"card": ["ntag424"]},
        {"card": "ntag424", "keys": "10"},
        {"card": "ntag424", "keys": ["xyz"]},
        {"card": "ntag424", "keys": ["10"]},
        {"card": "ntag424", "fault": {"explode_at": 1}},
        {"card": "ntag424", "fault": {"pull_at": -1}},
        {"card": "ntag424", "fault": {"pull_at": True}},
        {"card": "ntag424", "fault": [1]},
        {"card": "ntag424", "memory": 3},
        {"card": "ntag424", "memory": "/nowhere/at/all"},
        {"card": "ntag424", "key": "00"},
        {"self": 1, "uid": 2, "order": 3},
    ],
)
def test_a_tap_that_makes_no_sense_is_refused_without_naming_keys(
    tmp_path: Path, told: Recorder, extra: dict[str, object]
) -> None:
    path = tmp_path / "reader.sock"
    reader = VirtualCardReader("counter", VirtualOptions(control=path))
    reader.start(told)
    told.status("device_ready")
    with pytest.raises(VirtualClientError) as caught:
        send(path, {"tap": UID, **extra})
    assert "xyz" not in str(caught.value)
    assert told.all(CardTapped) == []
    send(path, {"tap": UID})
    told.next(CardTapped)
    assert [status.code for status in told.all(DeviceStatus)] == ["device_ready"]
    reader.close()
