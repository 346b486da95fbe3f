"""Keys of cards at a terminal: sealed, for the owner alone, by version, and read again once they were written."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from cards.aes import AesKey
from terminal.errors import StoreError
from terminal.store.card_keys import MOST, OWN_KEY, SEALED, CardKeyFile, HeldKey, KeysAtHand

ADA, BO = "a" * 32, "b" * 32
FIRST, SECOND = HeldKey(1, AesKey(bytes(range(16)))), HeldKey(2, AesKey(bytes(range(16, 32))))


@pytest.fixture
def file(tmp_path: Path) -> CardKeyFile:
    return CardKeyFile(tmp_path, Random(1).randbytes)


def at_hand(file: CardKeyFile) -> tuple[KeysAtHand, list[str]]:
    problems: list[str] = []
    return KeysAtHand(file, problems.append), problems


def test_keys_are_kept_and_sealed(file: CardKeyFile, tmp_path: Path) -> None:
    assert file.read() == {}
    file.write({ADA: FIRST, BO: SECOND})
    assert CardKeyFile(tmp_path, Random(2).randbytes).read() == {ADA: FIRST, BO: SECOND}
    sealed = (tmp_path / SEALED).read_bytes()
    for secret in (FIRST.key.value, FIRST.key.value.hex().encode(), ADA.encode()):
        assert secret not in sealed
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {SEALED: 0o600, OWN_KEY: 0o600}
    assert FIRST.key.value.hex() not in repr(FIRST)


def test_the_key_of_links_is_kept_beside_it(file: CardKeyFile, tmp_path: Path) -> None:
    linked = HeldKey(1, FIRST.key, SECOND.key)
    file.write({ADA: linked, BO: SECOND})
    assert file.read() == {ADA: linked, BO: SECOND}
    keys, _ = at_hand(file)
    assert (keys(ADA, 1), keys.link(ADA, 1), keys.link(ADA, 2), keys.link(BO, 2)) == (FIRST.key, SECOND.key, None, None)
    assert SECOND.key.value.hex().encode() not in (tmp_path / SEALED).read_bytes()
    assert SECOND.key.value.hex() not in repr(linked)


def test_each_writing_has_a_nonce_of_its_own(file: CardKeyFile, tmp_path: Path) -> None:
    file.write({ADA: FIRST})
    before = (tmp_path / SEALED).read_bytes()
    file.write({ADA: FIRST})
    assert (tmp_path / SEALED).read_bytes()[:12] != before[:12]


def test_the_till_sees_what_the_agent_wrote_and_only_the_version_it_asks_for(file: CardKeyFile) -> None:
    keys, problems = at_hand(file)
    assert keys(ADA, 1) is None
    file.write({ADA: FIRST})
    assert keys(ADA, 1) == FIRST.key
    assert keys(ADA, 2) is None
    assert keys(BO, 1) is None
    file.write({BO: SECOND})
    assert (keys(ADA, 1), keys(BO, 2)) == (None, SECOND.key)
    assert problems == []


@pytest.mark.parametrize("name", [SEALED, OWN_KEY])
@pytest.mark.parametrize("harm", ["altered", "empty", "readable"])
def test_what_is_damaged_or_open_is_not_at_hand_and_is_told(
    file: CardKeyFile, tmp_path: Path, name: str, harm: str
) -> None:
    file.write({ADA: FIRST})
    path = tmp_path / name
    if harm == "readable":
        path.chmod(0o640)
    else:
        data = bytearray(path.read_bytes() if harm == "altered" else b"")
        data[-1:] = bytes([data[-1] ^ 1]) if data else b""
        path.write_bytes(data)
    with pytest.raises(StoreError, match="card_keys"):
        file.read()
    keys, problems = at_hand(file)
    assert keys(ADA, 1) is None
    assert len(problems) == 1


def test_there_is_room_for_so_many(file: CardKeyFile) -> None:
    with pytest.raises(StoreError, match="more than"):
        file.write({str(number): FIRST for number in range(MOST + 1)})
