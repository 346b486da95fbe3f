"""Entries that change a member's phone number or PIN at HQ, over the door too; and what of them is kept or told."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update

from cards.pin import PinGuess, PinHash, guess_at
from cards.pin_attempts import PinCount
from cards.pin_cost import FLOOR
from hq import control, entry_acts, entry_rows, erasure, pin_rows, pins
from hq.feed_rendering import render
from hq.headquarters import Headquarters
from hq.peppers import load_peppers
from hq.problems import HqError
from hq.schema import change, member, metadata
from hq.terminals import State
from loyalty.assurance import USUAL, Action, Rule
from protocol.assurance import AssuranceTable
from protocol.entries import EntryAnswer, EntryKind, EntryVerdict
from protocol.feed import RowKind, member_bucket
from protocol.pins import pin_key
from tests.hq.clients import Client
from tests.hq.conftest import Clock
from tests.hq.devices import Device, join
from tests.hq.entering import NEW, OLD_PIN, Till, kept, made, phone_of
from tests.hq.mergers import merge, with_operator
from tests.hq.places import only
from tests.hq.served import ServedHq

V = EntryVerdict
PIN, PHONE = "482915", "13900001111"
CHANCE = Random(6)


@pytest.fixture
def till(hq: Headquarters, device: Device) -> Till:
    return Till(hq, device)


@pytest.fixture
def with_pins(till: Till) -> Till:
    """m1 and m2 have one: OLD_PIN."""
    pins.begin(till.hq, CHANCE.randbytes)
    for who in ("m1", "m2"):
        pins.set_pin(till.hq, who, OLD_PIN, "li", CHANCE.randbytes)
    return till


def is_right(hq: Headquarters, who: str, pin: str) -> bool:
    with hq.database.reading() as connection:
        (known,) = pin_rows.find(connection, [pin_key(hq.keys.lookup, who)])
    peppers = {each.name: each for each in load_peppers(hq.state).values()}
    return guess_at(pin, who, PinHash.read(known.hash), peppers, FLOOR).is_right()


def test_a_phone_number_takes_the_place_of_the_one_before(till: Till) -> None:
    assert till.phone("m1", PHONE) == EntryAnswer(verdict=V.DONE, cards=1)
    assert phone_of(till.hq, "m1") == PHONE
    with till.hq.database.reading() as connection:
        noted = connection.execute(select(change.c.bucket, change.c.key)).all()
    assert (member_bucket("m1").value, "m1") in noted, "terminals are shown its ends"
    assert till.phone("m5", "13800001234").verdict is V.DONE, "the one before is free"
    assert till.phone("m1", PHONE).verdict is V.DONE, "it is theirs already"


def test_a_number_is_one_members_however_it_is_written(till: Till) -> None:
    with till.hq.database.transaction() as connection:
        connection.execute(update(member).where(member.c.id == "m5").values(phone="138 0000-0000"))
    assert till.phone("m1", "13800000000").verdict is V.PHONE_TAKEN
    assert till.phone("m1", "13800005678").verdict is V.PHONE_TAKEN, "a blocked member keeps it"
    assert phone_of(till.hq, "m1") == "13800001234"
    assert till.phone("m5", "13800000000").verdict is V.DONE
    erasure.erase(till.hq, "m5")
    assert till.phone("m1", "13800000000").verdict is V.DONE, "an erased member has none"


def test_numbers_of_those_who_were_merged_are_their_own(till: Till) -> None:
    """m2 has no number, so m1's is theirs; it is free again when it is changed."""
    merge(with_operator(till.hq), "m1", "m2")
    assert till.phone("m5", "13800001234").verdict is V.PHONE_TAKEN
    assert till.phone("m1", PHONE).verdict is V.DONE
    assert [phone_of(till.hq, who) for who in ("m1", "m2")] == [PHONE, PHONE]
    assert till.phone("m5", "13800001234").verdict is V.DONE
    assert till.phone("m2", PHONE).verdict is V.DONE


def test_two_tills_give_one_number_at_once(till: Till) -> None:
    other = Till(till.hq, join(till.hq, "s02", "1"))
    with ThreadPoolExecutor(2) as pool:
        asked = pool.map(lambda each: each[0].phone(each[1], PHONE).verdict, [(till, "m1"), (other, "m2")])
        assert sorted(asked) == [V.DONE, V.PHONE_TAKEN]


@only("postgresql")
def test_without_turns_one_number_would_be_two_members(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the one above: both have looked before either has ended. On SQLite writers take turns anyhow."""
    both = Barrier(2, timeout=60)
    monkeypatch.setattr(entry_rows, "one_at_a_time", lambda _: None)
    monkeypatch.setattr(entry_acts, "note_members", lambda *_: both.wait())
    other = Till(till.hq, join(till.hq, "s02", "1"))
    with ThreadPoolExecutor(2) as pool:
        asked = pool.map(lambda each: each[0].phone(each[1], PHONE).verdict, [(till, "m1"), (other, "m2")])
        assert list(asked) == [V.DONE, V.DONE]


def test_a_pin_is_set_and_its_act_names_terminal_and_staff(with_pins: Till) -> None:
    hq = with_pins.hq
    assert with_pins.pin("m1", PIN) == EntryAnswer(verdict=V.DONE, cards=1)
    assert is_right(hq, "m1", PIN)
    assert not is_right(hq, "m1", "482916")
    with hq.database.reading() as connection:
        acts = pins.acts_of(connection, ["m1"])
    assert [(version, act, by) for _, version, act, by, _ in acts] == [(1, "set", "li"), (2, "set", "s01-1 Lin")]


def test_the_same_pin_entry_again_hashes_nothing(with_pins: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_pins.pin("m1", PIN, intent="5e" * 16).verdict is V.DONE
    hashed: list[object] = []
    monkeypatch.setattr(pins, "hash_pin", lambda *given: hashed.append(given))
    assert with_pins.pin("m1", PIN, intent="5e" * 16).verdict is V.DONE
    assert with_pins.pin("m1", "482916", intent="5e" * 16).verdict is V.CONFLICT
    assert with_pins.pin("m1", PIN, staff=None).verdict is V.PROOF_MISSING
    assert hashed == []
    monkeypatch.undo()
    assert is_right(with_pins.hq, "m1", PIN)
    with with_pins.hq.database.reading() as connection:
        assert len(pins.acts_of(connection, ["m1"])) == 2


@pytest.mark.parametrize(
    ("pin", "fault"),
    [("1234", "too_short"), ("123456789", "too_long"), ("111111", "trivial"), ("138000", "personal")],
)
def test_a_pin_that_is_not_taken_says_why(with_pins: Till, pin: str, fault: str) -> None:
    assert with_pins.pin("m1", pin) == EntryAnswer(verdict=V.PIN_UNFIT, fault=fault)
    assert kept(with_pins.hq) == []


def test_without_a_pepper_hq_gives_no_pin(till: Till) -> None:
    """Where the chain lets staff alone give one, also to members who have none."""
    rules = (*USUAL, Rule(Action.CHANGE_PIN, "P0", staff=True, hq=True))
    control.configure(till.hq, assurance=AssuranceTable.of(rules).model_dump())
    assert till.pin("m1", PIN, old_pin=None).verdict is V.PIN_NOT_HERE
    pins.begin(till.hq, CHANCE.randbytes)
    assert till.pin("m1", PIN, old_pin=None).verdict is V.DONE, "the control"
    assert is_right(till.hq, "m1", PIN)


def guesses(hq: Headquarters, who: str) -> PinCount:
    with hq.database.reading() as connection:
        (known,) = pin_rows.find(connection, [pin_key(hq.keys.lookup, who)])
    return known.count


def test_a_terminals_word_for_the_pin_until_now_is_not_enough(with_pins: Till) -> None:
    """A stolen terminal would give a PIN to whoever it knows; all its other words are taken."""
    assert with_pins.pin("m1", PIN, old_pin=None).verdict is V.PROOF_MISSING
    assert with_pins.pin("m1", PIN, old_pin="482916").verdict is V.PIN_WRONG
    assert with_pins.pin("m5", PIN).verdict is V.PIN_WRONG, "m5 has none"
    assert is_right(with_pins.hq, "m1", OLD_PIN)
    assert kept(with_pins.hq) == []
    assert guesses(with_pins.hq, "m1") == PinCount(1, 0, {"hq:1": 1}, with_pins.hq.clock())
    assert with_pins.pin("m1", PIN).verdict is V.DONE, "the control"
    assert guesses(with_pins.hq, "m1") == PinCount(2)


def test_guesses_at_hq_wait_and_lock_as_at_a_till_and_terminals_hear_of_them(with_pins: Till, clock: Clock) -> None:
    hq, said = with_pins.hq, []
    for number in range(12):
        said.append(with_pins.pin("m1", PIN, old_pin=f"48291{number % 9}").verdict)
        clock.forward(hours=1 if number > 4 else 0)
    assert said == [V.PIN_WRONG] * 3 + [V.PIN_WAIT] * 3 + [V.PIN_WRONG] * 6
    assert guesses(hq, "m1").total == 9
    assert with_pins.pin("m1", PIN, old_pin="482910").verdict is V.PIN_WRONG
    clock.forward(hours=100)
    assert with_pins.pin("m1", PIN).verdict is V.PIN_WAIT, "locked, the right one as well"
    bucket, key = member_bucket("m1"), pin_key(hq.keys.lookup, "m1")
    with hq.database.reading() as connection:
        told = render(connection, [(bucket, RowKind.PIN, key)], "2026-11-20")[bucket][0].body
    assert told is not None
    assert told["wrong"] == {"hq:1": 10}
    assert with_pins.pin("m2", PIN).verdict is V.DONE, "another member's is another's"


def test_a_right_pin_begins_the_count_anew_and_a_new_pin_meanwhile_is_left_alone(
    with_pins: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    hq = with_pins.hq
    with_pins.pin("m1", PIN, old_pin="482916")
    assert with_pins.pin("m1", "111111").verdict is V.PIN_UNFIT
    assert guesses(hq, "m1") == PinCount(1, 1), "it was right, though nothing came of it"
    right = PinGuess.is_right

    def slowly(guess: PinGuess) -> bool:
        pins.set_pin(hq, "m1", "482916", "li", CHANCE.randbytes)
        return right(guess)

    monkeypatch.setattr(PinGuess, "is_right", slowly)
    with_pins.pin("m1", "111111")
    assert guesses(hq, "m1") == PinCount(2)


def test_a_pin_that_was_hashed_for_who_is_merged_meanwhile_is_nobodys(
    with_pins: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is locked while it is hashed."""
    hq, hash_pin = with_operator(with_pins.hq), pins.hash_pin

    def slowly(*given: Any) -> PinHash:
        merge(hq, "m2", "m1")
        return hash_pin(*given)

    monkeypatch.setattr(pins, "hash_pin", slowly)
    assert with_pins.pin("m2", PIN, intent="5e" * 16).verdict is V.MEMBER_UNKNOWN
    monkeypatch.undo()
    assert with_pins.pin("m2", PIN, intent="5e" * 16).verdict is V.DONE, "asked again, of who it is now"
    assert is_right(hq, "m1", PIN)


def test_set_at_hq_it_is_said_that_somebody_was_merged(with_pins: Till) -> None:
    hq = with_operator(with_pins.hq)
    made_before = pins.hashed(hq, "m2", PIN, CHANCE.randbytes)
    merge(hq, "m2", "m1")
    with hq.database.transaction() as connection, pytest.raises(HqError, match="merged just now"):
        pins.keep(connection, hq, made_before, pins.SET, "lin")
    assert PIN not in repr(made_before)
    assert made_before.hash not in repr(made_before)


def test_a_pin_is_that_of_the_member_who_stays(with_pins: Till) -> None:
    merge(with_operator(with_pins.hq), "m2", "m1")
    assert with_pins.pin("m2", PIN).verdict is V.DONE
    assert is_right(with_pins.hq, "m1", PIN)


def test_no_number_pin_or_uid_is_kept_logged_or_shown(with_pins: Till, caplog: pytest.LogCaptureFixture) -> None:
    """The phone number stands in the member's row, where it belongs, and nowhere else."""
    caplog.set_level(logging.DEBUG)
    secret = (PIN, OLD_PIN, PHONE, NEW)
    assert [ask.verdict for ask in (with_pins.pin("m1", PIN), with_pins.phone("m1", PHONE), with_pins.sell())] == [
        V.DONE,
        V.DONE,
        V.DONE,
    ]
    with with_pins.hq.database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(
                select(*(c for c in table.c if (table.name, c.name) != ("member", "phone")))
            ).all()
            found = [one for one in secret if any(one.lower() in str(row).lower() for row in rows)]
            assert found == [], table.name
        assert PHONE in str(connection.execute(select(member)).all()), "the control: it would be found"
    shown = caplog.text + "".join(
        repr(made(kind, "m1", "5e" * 16, **({"pin": "482916"} if name == "old_pin" else {}), **{name: value}))
        for kind, name, value in (
            (EntryKind.PIN_CHANGE, "pin", PIN),
            (EntryKind.PIN_CHANGE, "old_pin", OLD_PIN),
            (EntryKind.PHONE_CHANGE, "phone", PHONE),
            (EntryKind.CARD_SALE, "card", NEW),
        )
    )
    assert [one for one in secret if one in shown] == []


def sent(**changes: Any) -> dict[str, Any]:
    fields = {"card": NEW} | changes
    return made(EntryKind.CARD_SALE, "m1", "5e" * 16, **fields).model_dump(mode="json")


def test_over_the_door(served: ServedHq, clock: Clock) -> None:
    hq = served.headquarters
    pins.begin(hq, CHANCE.randbytes)
    pins.set_pin(hq, "m1", OLD_PIN, "li", CHANCE.randbytes)
    with Client(served, join(hq, "s01", "1")) as client:
        assert client.post("/v1/entries", sent()).body == {"verdict": "done", "cards": 2, "fault": None}
        assert client.post("/v1/entries", sent()).body["verdict"] == "done"
        assert client.post("/v1/entries", sent(card="04AABBCCDDEE82")).body["verdict"] == "conflict"
        pin = made(EntryKind.PIN_CHANGE, "m1", "6f" * 16, pin="111111", old_pin=OLD_PIN).model_dump(mode="json")
        assert client.post("/v1/entries", pin).body == {"verdict": "pin_unfit", "cards": None, "fault": "trivial"}
        bent = (
            {"pin": PIN},
            {"old_pin": PIN},
            {"card": "xyz"},
            {"staff": "a\x00b"},
            {"level": "P9"},
            {"others_lost": 1},
        )
        for wrong in bent:
            refused = client.post("/v1/entries", sent() | wrong)
            assert refused.code == "message_invalid"
            assert not [one for one in (PIN, NEW) if one in str(refused.body)]
        control.set_state(hq, "s01-1", State.SUSPENDED, frozenset({State.ACTIVE}))
        assert client.post("/v1/entries", sent()).code == "not_active"
    with Client(served) as nobody:
        assert nobody.post("/v1/entries", sent()).code == "not_authenticated"
