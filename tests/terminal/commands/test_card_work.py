"""The bench issues, rekeys and retires cards at a reader, goes on with cards that were pulled, and asks HQ first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cards.generations import RETIRED
from cards.personal_errors import CannotPersonalise
from drivers.errors import CardGone
from keystore.masters import CARDS, KeyStoreError
from terminal.commands import card_words
from terminal.commands.card_bench import PUT_IT_ON
from terminal.commands.card_hq import Card
from terminal.commands.card_work import Done
from terminal.errors import DeviceError
from tests.terminal.commands.benches import UID, Bench

LINK = "https://shop.example/t"
OTHER = {"uid": "04A1B2C3D4E5F7"}
KINDS = pytest.mark.parametrize("kind", ["ntag424", "desfire", "desfire_ev1"])


@KINDS
def test_a_card_is_issued_and_proves_itself(tmp_path: Path, kind: str) -> None:
    bench = Bench(tmp_path, kind)
    with bench.work() as (work, hand):
        done = work.issue("13800001234", None, LINK, "2030-01-01")
    technology = {"ntag424": "ntag424", "desfire": "desfire_ev2", "desfire_ev1": "desfire_ev1"}[kind]
    card = Card(UID, technology, 1)
    assert bench.hq.asked == [("certify", "13800001234", card, "2030-01-01"), ("issued", "m1", card)]
    assert (done.uid, done.technology, done.version, done.member) == (UID, technology, 1, "m1")
    assert card_words.stock_lines(done) == [f"{technology}: 9 blank, 1 issued"]
    assert done.steps == [step for step in hand.told if step in done.steps]
    assert done.steps[-1] == "the card was proven and read back"
    assert bench.look().proven == 1
    assert bench.look(keys=False).proven is None


def test_a_card_that_was_pulled_is_gone_on_with(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.work({"fault": {"lose_at": 30}}, {"fault": {"pull_at": 12}}, {}) as (work, hand):
        done = work.issue("m1", None, LINK, None)
    assert sum("put it back" in told for told in hand.told) == 2
    assert hand.told.count(PUT_IT_ON) == 3
    assert done.steps[-1] == "the card was proven and read back"
    assert [asked[0] for asked in bench.hq.asked] == ["certify", "certify", "certify", "issued"]


def test_a_card_that_never_stays_is_given_up_and_not_taken_in(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.work(*[{"fault": {"pull_at": 12}}] * 5) as (work, _), pytest.raises(CardGone):
        work.issue("m1", None, None, None)
    assert {asked[0] for asked in bench.hq.asked} == {"certify"}


def test_another_card_does_not_take_the_place_of_one_that_was_begun(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with (
        bench.work({"fault": {"pull_at": 20}}, OTHER) as (work, _),
        pytest.raises(CannotPersonalise, match="another card"),
    ):
        work.issue("m1", None, None, None)
    assert {asked[0] for asked in bench.hq.asked} == {"certify"}


@KINDS
def test_a_card_is_rekeyed_also_when_it_was_pulled(tmp_path: Path, kind: str) -> None:
    bench = Bench(tmp_path, kind)
    with bench.work() as (work, _):
        work.issue("m1", None, LINK, None)
    with bench.work() as (work, _), pytest.raises(KeyStoreError, match="newer than version 1"):
        work.rekey(None, None, None)
    bench.store.make(CARDS, 2)
    with bench.work({"fault": {"lose_at": 22}}, {}) as (work, _):
        done = work.rekey(None, None, None)
    assert (done.version, done.member) == (2, "m1")
    assert bench.hq.asked[-1] == ("issued", "m1", Card(UID, done.technology, 2))
    seen = bench.look()
    assert (seen.proven, set(seen.claims)) == (2, {2})
    assert (seen.link or LINK).startswith(LINK)


def test_a_card_is_retired_at_hq_first(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.work() as (work, _):
        work.issue("m1", None, LINK, None)
    with bench.work() as (work, _), pytest.raises(KeyStoreError, match="master --retired"):
        work.retire(blank=False)
    bench.store.make(CARDS, RETIRED)
    with bench.work({"fault": {"pull_at": 9}}, OTHER) as (work, _), pytest.raises(CannotPersonalise):
        work.retire(blank=False)
    assert bench.hq.asked[-1] == ("retired", UID, False)
    with bench.work() as (work, _):
        work.retire(blank=False)
    seen = bench.look()
    assert (seen.certificate, seen.link, seen.proven, set(seen.claims)) == (None, None, RETIRED, {RETIRED})


def test_a_card_is_made_blank_and_issued_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for _ in range(2):
        with bench.work() as (work, _):
            work.issue("m1", None, LINK, None)
        with bench.work() as (work, _):
            work.retire(blank=True)
        assert [asked[2] for asked in bench.hq.asked[-2:]] == [False, True]
    assert set(bench.look().claims) == {0}


def test_a_card_that_can_only_be_seen_is_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with bench.at({"card": "uid"}, wait_s=1) as (opened, hand), pytest.raises(DeviceError, match="no card came"):
        opened.tap()
    assert "this card can only be seen, not spoken with: take another" in hand.told


@KINDS
def test_an_inspection_is_told_without_keys(tmp_path: Path, kind: str) -> None:
    bench = Bench(tmp_path, kind)
    blank = card_words.lines(bench.look())
    assert "blank" in blank[2] or "factory" in blank[2]
    with bench.work() as (work, _):
        work.issue("m1", None, LINK, None)
    seen = bench.look()
    told, known = card_words.lines(seen), card_words.figures(seen)
    assert told[-1] == "it proved its key of version 1"
    assert "its certificate is of 2024-10-04, for keys of version 1" in told
    assert known["certificate"] == {
        "kid": 1,
        "key_version": 1,
        "issued": "2024-10-04",
        "until": None,
        "of_this_card": True,
    }
    memory = json.loads((tmp_path / f"{UID}.json").read_text())["memory"]
    keys = [value[:32] for name, value in memory.items() if "key." in name]
    assert len(keys) >= 3
    assert not any(key.lower() in json.dumps(known).lower() for key in keys if key.strip("0"))


@pytest.mark.parametrize(
    ("original", "said"), [(True, "it is a genuine"), (False, "not a genuine"), (None, "cannot be read")]
)
def test_whether_a_chip_is_genuine_is_told(tmp_path: Path, original: bool | None, said: str) -> None:
    seen = replace(Bench(tmp_path).look(), original=original)
    assert said in card_words.lines(seen)[1]
    assert card_words.figures(seen)["original"] is original


def test_more_cards_than_were_counted_are_told() -> None:
    done = Done(UID, "ntag424", 1, stock={"blank": -1, "issued": 1})
    assert card_words.stock_lines(done)[0] == "ntag424: -1 blank, 1 issued"
    assert "card delivered" in card_words.stock_lines(done)[1]
    assert card_words.stock_lines(Done(UID, "ntag424", 1)) == [], "an older HQ tells none"
