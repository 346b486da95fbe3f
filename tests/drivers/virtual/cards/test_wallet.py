"""Cards that come back: the same card at the next tap, and in the next process if it has a file."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from drivers.virtual.cards.wallet import Wallet
from tests.drivers.virtual.cards.speaker import APPLICATION

UID = "04A1B2C3D4E5F6"
WRITE = bytes.fromhex("00D6840003414243")
READ = bytes.fromhex("00B0840003")


@pytest.fixture
def wallet() -> Wallet:
    return Wallet(Random(4).randbytes)


def test_a_card_comes_back_as_it_was_unless_it_is_to_be_new(wallet: Wallet) -> None:
    order = {"tap": UID, "card": "ntag424"}
    card = wallet.take(order)
    assert card.answer(APPLICATION) == b"\x90\x00"
    card.answer(WRITE)
    for again in ({"tap": UID}, order):
        card = wallet.take(again)
        assert card.answer(READ) == b"\x69\x85", "nothing is selected: it was without power"
        card.answer(APPLICATION)
        assert card.answer(READ) == b"ABC\x90\x00"
    card = wallet.take({**order, "new": True})
    card.answer(APPLICATION)
    assert card.answer(READ) == b"\0\0\0\x90\x00"


ORDERS: list[dict[str, object]] = [
    {"card": "uid"},
    {"card": "ntag424", "keys": ["00" * 16]},
    {"card": "desfire", "keys": {"000000": ["11" * 16], "010203": ["22" * 16, "33" * 16]}},
    {"card": "classic", "keys": {"1": ["A0A1A2A3A4A5", "FFFFFFFFFFFF"]}},
    {"card": "classic_omnikey"},
    {"card": "fm1208", "keys": {"internal": {"0": "00" * 16}, "external": {"1": "00" * 8}}},
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order["card"]))
def test_every_kind_is_made_kept_and_read_again(wallet: Wallet, tmp_path: Path, order: dict[str, object]) -> None:
    uid = "11223344" if order["card"] == "fm1208" else UID
    whole = {"tap": uid, **order, "memory": str(tmp_path / "card.json")}
    card = wallet.take(whole)
    assert card.answer(bytes.fromhex("FFCA000000")) == bytes.fromhex(uid) + b"\x90\x00"
    again = Wallet(Random(5).randbytes).take(whole)
    assert (again.kind, again.atr, again.eeprom.to_json()) == (order["card"], card.atr, card.eeprom.to_json())


@pytest.mark.parametrize(
    "order",
    [
        {"card": "ntag424", "keys": {"0": "00" * 16}},
        {"card": "ntag424", "signature": 4},
        {"card": "desfire", "keys": ["00" * 16]},
        {"card": "desfire", "keys": {"01": ["00" * 16]}},
        {"card": "desfire", "keys": {"000000": []}},
        {"card": "classic", "keys": {"1": ["A0A1A2A3A4A5"]}},
        {"card": "classic", "keys": {"one": ["A0A1A2A3A4A5", "FFFFFFFFFFFF"]}},
        {"card": "classic", "keys": {"99": ["A0A1A2A3A4A5", "FFFFFFFFFFFF"]}},
        {"card": "fm1208", "keys": {"inner": {}}},
        {"card": "fm1208", "keys": {"internal": ["00" * 16]}},
        {"card": "fm1208", "keys": {"internal": {"0": "00"}}},
    ],
    ids=str,
)
def test_keys_that_do_not_fit_the_kind_are_refused(wallet: Wallet, order: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        wallet.take({"tap": "11223344" if order["card"] == "fm1208" else UID, **order})


def test_cards_are_known_by_their_uid(wallet: Wallet) -> None:
    wallet.take({"tap": UID, "card": "ntag424"})
    assert wallet.take({"tap": "04112233445566"}).kind == "uid"
    assert wallet.take({"tap": UID}).kind == "ntag424"
    assert wallet.take({"tap": UID, "card": "uid"}).kind == "uid"


def test_a_memory_lives_on_in_its_file(wallet: Wallet, tmp_path: Path) -> None:
    order = {"tap": UID, "card": "ntag424", "memory": str(tmp_path / "card.json")}
    card = wallet.take(order)
    card.answer(APPLICATION)
    card.answer(WRITE)
    wallet.keep()
    again = Wallet(Random(5).randbytes).take(order)
    again.answer(APPLICATION)
    assert again.answer(READ) == b"ABC\x90\x00"
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "[]",
        "{}",
        '{"card": "uid", "memory": {}}',
        '{"card": "ntag424", "memory": {"uid": "xy"}}',
        '{"card": "ntag424", "memory": {"uid": 4}}',
        '{"card": "ntag424", "memory": {}}',
        '{"card": "ntag424", "memory": []}',
        '{"card": "uid", "memory": {"uid": "04A1B2C3D4E5F6"}}',
    ],
)
def test_a_file_that_holds_no_memory_is_refused_and_left_alone(wallet: Wallet, tmp_path: Path, kept: str) -> None:
    path = tmp_path / "card.json"
    path.write_text(kept)
    with pytest.raises(ValueError, match=r"card\.json"):
        wallet.take({"tap": UID, "card": "ntag424", "memory": str(path)})
    assert path.read_text() == kept


def test_a_memory_that_was_cut_short_is_refused(wallet: Wallet, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    order = {"tap": UID, "card": "ntag424", "memory": str(path)}
    wallet.take(order)
    kept = json.loads(path.read_text())
    for region in ("config", "key.0", "file.2", "failures.4"):
        bent = {**kept, "memory": {**kept["memory"], region: ""}}
        path.write_text(json.dumps(bent))
        with pytest.raises(ValueError, match=r"card\.json"):
            Wallet(Random(5).randbytes).take(order)


def test_a_memory_of_another_card_of_the_same_kind_is_refused(wallet: Wallet, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    wallet.take({"tap": UID, "card": "ntag424", "memory": str(path)})
    with pytest.raises(ValueError, match=r"card\.json"):
        wallet.take({"tap": "04112233445566", "card": "ntag424", "memory": str(path)})
    assert json.loads(path.read_text())["memory"]["uid"] == UID
