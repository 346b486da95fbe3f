"""Where HQ's masters of card keys are: a folder of its own, or a token; and what becomes of one that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from cards.generations import CardKeys, NoMaster, material
from cards.layout import NTAG424
from hq.card_masters import FILE, MASTERS, CardMasters, Place, read_place, versions_at, write_place
from hq.headquarters import Headquarters
from hq.keys import FOLDER
from hq.problems import Code, HqError, Refusal
from keystore.file_store import FileStore
from keystore.masters import CARDS, card_diversify
from keystore.opening import SOFTHSM
from keystore.pkcs11_store import Pkcs11Store
from protocol.card_keys import CardKeys as Given
from tests.hq.clients import Client
from tests.hq.devices import join
from tests.hq.served import ServedHq
from tests.hq.test_card_keys import UID, give_card
from tests.hq.test_cli import run
from tests.softhsm import PIN

MATERIAL = material(bytes.fromhex(UID), NTAG424.application, NTAG424.challenge_key)


@pytest.fixture
def pin_file(tmp_path: Path) -> Path:
    path = tmp_path / "token.pin"
    path.touch(0o600)
    path.write_text(PIN + "\n")
    return path


@pytest.fixture
def token(softhsm: Callable[[], str], pin_file: Path) -> Place:
    """A token with master 1 in it."""
    label = softhsm()
    store = Pkcs11Store(SOFTHSM, label, PIN)
    store.make(CARDS, 1)
    store.close()
    return Place(f"pkcs11:{label}", SOFTHSM, pin_file)


def refused(masters: CardMasters) -> Code:
    with pytest.raises(Refusal) as said:
        masters.diversify(1, MATERIAL)
    return said.value.code


def test_without_a_word_the_masters_are_a_folder_among_hqs_keys(tmp_path: Path) -> None:
    assert read_place(tmp_path) == Place(str(tmp_path / MASTERS))
    masters = CardMasters(tmp_path)
    with pytest.raises(NoMaster):
        masters.diversify(1, MATERIAL)
    own = FileStore(tmp_path / MASTERS, Random(1).randbytes)
    own.make(CARDS, 1)
    assert masters.diversify(1, MATERIAL) == own.diversify(CARDS, 1, MATERIAL)
    masters.close()


def test_a_token_gives_terminals_the_keys_that_the_bench_wrote(served: ServedHq, token: Place) -> None:
    hq = served.headquarters
    write_place(hq.state / FOLDER, token)
    run("issuer", "--state", hq.state)
    give_card(hq)
    with hq.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE member SET home_store = 's01' WHERE id = 'm1'")
    with Client(served, join(hq, "s01", "1")) as client:
        [given] = Given.model_validate(client.post("/v1/card-keys", {"uids": [UID]}).body).keys
    hq.card_masters.close()
    bench = token.open()
    own = CardKeys(card_diversify(bench), bytes.fromhex(UID), NTAG424.application)
    assert given.key == own.key(NTAG424.challenge_key, 1).value.hex()
    bench.close()
    assert not (hq.state / FOLDER / MASTERS).exists(), "no master lies in a file"


def test_a_store_that_fails_is_opened_anew_at_the_next_question(tmp_path: Path, token: Place, pin_file: Path) -> None:
    write_place(tmp_path, token)
    masters = CardMasters(tmp_path)
    pin_file.rename(tmp_path / "away")
    assert refused(masters) is Code.KEY_STORE
    (tmp_path / "away").rename(pin_file)
    assert masters.diversify(1, MATERIAL).value
    masters.close()
    assert masters.diversify(1, MATERIAL).value, "closing lets go, and no more"
    masters.close()


def test_the_door_answers_503_and_the_log_says_why_without_the_pin(
    served: ServedHq, token: Place, pin_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hq = served.headquarters
    FileStore(hq.state / FOLDER / MASTERS, Random(3).randbytes).make(CARDS, 1)
    run("issuer", "--state", hq.state)
    give_card(hq)
    with hq.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE member SET home_store = 's01' WHERE id = 'm1'")
    write_place(hq.state / FOLDER, token)
    pin_file.write_text("000000")
    with Client(served, join(hq, "s01", "1")) as client:
        answer = client.post("/v1/card-keys", {"uids": [UID]})
    assert (answer.status, answer.code) == (503, "key_store")
    assert "PinIncorrect" in caplog.text
    assert "000000" not in caplog.text


def test_a_pin_that_others_may_read_is_not_used(tmp_path: Path, token: Place, pin_file: Path) -> None:
    pin_file.chmod(0o644)
    with pytest.raises(HqError, match=r"others may read .*token\.pin"):
        versions_at(token)
    with pytest.raises(HqError, match="HQ asks nobody"):
        versions_at(Place(token.where, SOFTHSM))


@pytest.mark.parametrize("text", ["store = ", "store = 7", 'store = ""', "module = 'x'", "\xff"])
def test_a_file_that_names_no_store_is_told_with_the_way_out(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(HqError, match="run `stillpoint-hq card masters` again"):
        read_place(tmp_path)
    assert refused(CardMasters(tmp_path)) is Code.KEY_STORE


def test_the_command_shows_and_names_the_key_store(hq_folder: Path, token: Place, pin_file: Path) -> None:
    state = ("--state", hq_folder)
    shown = run("card", "masters", *state).output
    assert shown == f"masters of card keys in {hq_folder / FOLDER / MASTERS}: none\n"
    wrong = run("card", "masters", "--keys", "pkcs11:nobody", "--pin-file", pin_file, *state)
    assert (wrong.exit_code, "cannot be opened" in wrong.output) == (1, True)
    assert not (hq_folder / FOLDER / FILE).exists(), "what cannot be opened is not named"
    named = ("--keys", token.where, "--pin-file", pin_file)
    assert run("card", "masters", *named, *state).output == f"masters of card keys in {token.where}: 1\n"
    told = json.loads(run("card", "masters", "--json", *state).output)
    assert told == {"store": token.where, "versions": [1]}
    assert (hq_folder / FOLDER / FILE).stat().st_mode & 0o077 == 0
    opened = Headquarters.open(hq_folder, lambda: 0)
    assert opened.card_masters.diversify(1, MATERIAL).value
    opened.close()
