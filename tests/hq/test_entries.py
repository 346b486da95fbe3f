"""Entries about cards at HQ: sold, taken back, others lost; who is believed what; and the same entry again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, update

from hq import control, erasure, member_codes, member_numbers, nightly
from hq.card_register import Issue, Stock, certify, counted, end, issued
from hq.entry_rows import Place, digest_of
from hq.headquarters import Headquarters
from hq.keys import Keys
from hq.schema import card, card_sighting, change, member
from hq.sequencer import sequence
from loyalty.assurance import USUAL, Action, Rule
from protocol.assurance import AssuranceTable
from protocol.directory import card_key
from protocol.entries import EntryAnswer, EntryKind, EntryVerdict
from tests.hq.conftest import Clock
from tests.hq.devices import Device, join
from tests.hq.entering import NEW, OLD, Till, kept, made, owner, told
from tests.hq.mergers import merge, with_operator

V = EntryVerdict
DONE = V.DONE
GSRN = "800123400001000010"
TAG = Issue(NEW, "ntag424", 1)


@pytest.fixture
def till(hq: Headquarters, device: Device) -> Till:
    return Till(hq, device)


def done(cards: int) -> EntryAnswer:
    return EntryAnswer(verdict=DONE, cards=cards)


def publish(hq: Headquarters, *rules: Rule) -> None:
    control.configure(hq, assurance=AssuranceTable.of(rules).model_dump())


def test_a_card_is_sold_told_and_written_down(till: Till) -> None:
    assert till.sell(intent="5e" * 16) == done(2)
    assert told(till.hq, "m1", NEW) == {"member": "m1", "state": "active"}, "it has no key to prove"
    [row] = kept(till.hq)
    assert (row["intent"], row["kind"], row["member"], row["staff"]) == ("5e" * 16, "card_sale", "m1", "Lin")
    assert (row["device"], row["epoch"], row["at_ms"]) == ("s01-1", 1, till.hq.clock())
    assert row["card"] == card_key(till.hq.keys.lookup, NEW)


def test_a_sold_card_reaches_the_feed(till: Till) -> None:
    till.sell()
    sequence(till.hq.database, till.hq.clock(), till.hq.today())
    with till.hq.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(change)) == 0, "nothing waits to be numbered"
    assert owner(till.hq) == ("m1", "active")


def test_the_same_entry_again_changes_nothing_and_another_is_refused(till: Till) -> None:
    assert till.sell(intent="5e" * 16) == done(2)
    sequence(till.hq.database, till.hq.clock(), till.hq.today())
    assert till.sell(intent="5e" * 16) == done(2)
    assert till.sell(intent="5e" * 16, staff="Wang", level="P4") == done(2), "whatever is shown for it the second time"
    for other in ({"uid": "04AABBCCDDEE82"}, {"who": "m2"}, {"others_lost": True}):
        assert till.sell(intent="5e" * 16, **other).verdict is V.CONFLICT
    assert till.take_back(intent="5e" * 16).verdict is V.CONFLICT
    with till.hq.database.reading() as connection:
        assert connection.scalars(select(change.c.key)).all() == []
    assert len(kept(till.hq)) == 1
    till.take_back("m1", OLD)
    assert till.sell(intent="5e" * 16) == done(1), "counted as now"


def test_an_intent_is_one_terminals_own(till: Till) -> None:
    till.sell(intent="5e" * 16)
    assert Till(till.hq, join(till.hq, "s02", "1")).sell(intent="5e" * 16).verdict is V.CONFLICT


def test_a_refused_entry_leaves_nothing_and_may_come_again(till: Till) -> None:
    assert till.sell(intent="5e" * 16, uid="04A1B2C3D4E5F7").verdict is V.CARD_TAKEN
    assert kept(till.hq) == []
    till.take_back("m2", "04A1B2C3D4E5F7")
    assert till.sell(intent="5e" * 16, uid="04A1B2C3D4E5F7") == done(2)


@pytest.mark.parametrize("lacks", [{"pin_given": False}, {"staff": None}, {"pin_given": False, "level": "P4"}])
def test_without_the_proof_nothing_is_done(till: Till, lacks: dict[str, Any]) -> None:
    for asked in (
        till.sell(**lacks),
        till.take_back(**lacks),
        till.phone("m1", "13900001111", **lacks),
        till.pin("m1", "482915", **({"old_pin": None} if "pin_given" in lacks else lacks)),
    ):
        assert asked == EntryAnswer(verdict=V.PROOF_MISSING)
    assert owner(till.hq) is None
    assert kept(till.hq) == []


def test_the_table_that_hq_published_is_judged_by(till: Till) -> None:
    publish(till.hq, Rule(Action.REPLACE_CARD, "P3"))
    assert till.sell(level="P1").verdict is V.PROOF_MISSING
    assert till.sell(level="P4", pin_given=False, staff=None) == done(2)
    assert till.phone("m1", "13900001111", level="P4").verdict is V.PROOF_MISSING, "no rule allows it"
    publish(till.hq, *(rule for rule in USUAL if rule.action is not Action.REPLACE_CARD))
    assert till.take_back().verdict is V.PROOF_MISSING


def test_members_who_are_none_get_nothing(till: Till) -> None:
    hq = till.hq
    assert till.sell("nobody").verdict is V.MEMBER_UNKNOWN
    assert till.sell("m3").verdict is V.MEMBER_UNKNOWN, "blocked"
    control.change_deny_list(hq, "member", "m1", control.DENIED)
    assert till.sell().verdict is V.MEMBER_UNKNOWN
    control.change_deny_list(hq, "member", "m1", control.LIFTED)
    assert till.sell() == done(2), "the control"
    erasure.erase(hq, "m1")
    assert till.sell(uid="04AABBCCDDEE82").verdict is V.MEMBER_UNKNOWN


def test_what_stands_in_a_sales_way_is_said(till: Till) -> None:
    hq = till.hq
    assert till.sell(uid="08112233").verdict is V.CARD_UNFIT
    assert till.sell(uid="04A1B2C3D4E5F7").verdict is V.CARD_TAKEN
    assert till.sell(uid=OLD).verdict is V.CARD_THEIRS
    assert till.sell("m4", "04A1B2C3D4E5F9").verdict is V.CARD_BLOCKED
    control.change_deny_list(hq, "card", NEW, control.DENIED)
    assert till.sell().verdict is V.CARD_BLOCKED
    control.change_deny_list(hq, "card", NEW, control.LIFTED)
    assert till.sell() == done(2), "the control"
    assert kept(hq)[0]["card"] == card_key(hq.keys.lookup, NEW)


@pytest.mark.parametrize("became", [None, Stock.SPOILED, Stock.RETIRED])
def test_a_card_that_the_bench_has_is_not_sold(till: Till, became: Stock | None) -> None:
    member_codes.begin(till.hq, Random(4).randbytes)
    certify(till.hq, "m1", TAG)
    if became:
        end(till.hq, NEW, became)
    assert till.sell().verdict is V.CARD_ENDED
    end(till.hq, NEW, None)
    assert till.sell() == done(2), "the control: it is blank again"


def test_two_tills_sell_one_card_at_once(till: Till) -> None:
    other = Till(till.hq, join(till.hq, "s02", "1"))
    with ThreadPoolExecutor(2) as pool:
        sold = list(pool.map(lambda sale: sale[0].sell(sale[1]).verdict, [(till, "m1"), (other, "m2")]))
    assert sorted(sold) == [V.CARD_TAKEN, DONE]
    assert len(kept(till.hq)) == 1


def test_with_the_others_lost_all_but_the_new_card_and_codes_are_blocked(till: Till) -> None:
    hq = till.hq
    member_codes.begin(hq, Random(4).randbytes)
    member_numbers.give(hq, "m1", GSRN)
    codes = _with_code(hq, "m1")
    merge(with_operator(hq), "m2", "m1")
    codes |= _with_code(hq, "m1")
    assert till.sell(others_lost=True) == done(1)
    assert [told(hq, "m1", uid) for uid in (OLD, "04A1B2C3D4E5F7", NEW)] == [
        {"member": "m1", "state": state} for state in ("blocked", "blocked", "active")
    ]
    with hq.database.reading() as connection:
        mine = dict(connection.execute(select(card.c.key, card.c.state).where(card.c.member == "m1")).all())
    assert {key for key, state in mine.items() if state == "active"} == codes | {card_key(hq.keys.lookup, NEW)}
    assert len(mine) == len(codes) + 4, "with the printed number"
    assert till.sell(uid=OLD).verdict is V.CARD_BLOCKED


def _with_code(hq: Headquarters, who: str) -> set[str]:
    """Keys of the member's references, one of them new if there was none."""
    member_codes.issue(hq, who, Random(5).randbytes)
    with hq.database.reading() as connection:
        return set(member_codes.references(connection, hq.keys.lookup, who))


def test_without_others_lost_the_old_card_stays(till: Till) -> None:
    """The control of the one above."""
    assert till.sell() == done(2)
    assert owner(till.hq, OLD) == ("m1", "active")


def test_a_card_is_taken_back_and_may_be_anothers(till: Till) -> None:
    assert till.take_back("m2", OLD).verdict is V.CARD_NOT_THEIRS
    assert till.take_back("m1", NEW).verdict is V.CARD_NOT_THEIRS
    assert till.take_back() == done(0)
    assert told(till.hq, "m1", OLD) is None
    assert till.take_back().verdict is V.CARD_NOT_THEIRS
    assert till.sell("m2", OLD) == done(2)


def test_a_card_with_a_key_that_is_taken_back_counts_as_retired(till: Till) -> None:
    hq = till.hq
    member_codes.begin(hq, Random(4).randbytes)
    certify(hq, "m1", TAG)
    issued(hq, "m1", TAG)
    assert till.take_back("m1", NEW) == done(1)
    with hq.database.reading() as connection:
        assert counted(connection)["ntag424"].retired == 1
        assert connection.scalars(select(card_sighting.c.card)).all() == []
    assert till.sell().verdict is V.CARD_ENDED


def test_who_was_merged_is_the_member_who_stays(till: Till) -> None:
    first = till.sell("m2", NEW, intent="5e" * 16)
    assert first == done(2)
    merge(with_operator(till.hq), "m2", "m1")
    assert till.sell("m2", NEW, intent="5e" * 16) == done(3), "the same again, of whom it is now"
    assert till.sell("m2", "04AABBCCDDEE82") == done(4)
    assert owner(till.hq, "04AABBCCDDEE82") == ("m1", "active")
    assert [row["member"] for row in kept(till.hq)] == ["m2", "m1"]


def test_of_an_erased_member_no_entry_leads_to_a_card(till: Till) -> None:
    till.sell("m2", intent="5e" * 16)
    merge(with_operator(till.hq), "m2", "m1")
    till.take_back("m1", OLD)
    till.sell("m4", "04AABBCCDDEE82")
    erasure.erase(till.hq, "m1")
    rows = kept(till.hq)
    assert sorted((row["member"], row["card"] is None, row["digest"] == "") for row in rows) == [
        ("m1", True, True),
        ("m2", True, True),
        ("m4", False, False),
    ]
    assert till.sell("m2", intent="5e" * 16).verdict is V.CONFLICT
    assert owner(till.hq) is None


def test_a_terminals_key_tells_no_entry_from_another(till: Till) -> None:
    """Who has HQ's tables and a terminal's keys cannot try all PINs: the digest needs the key that HQ signs with."""
    hq = till.hq
    one, other = (made(EntryKind.PIN_CHANGE, "m1", "5e" * 16, pin=pin) for pin in ("482915", "482916"))
    place = Place.at(till.terminal)
    digests = {digest_of(hq.keys, place, each) for each in (one, one, other)}
    assert len(digests) == 2
    assert digest_of(Keys(hq.keys.signing, bytes(32)), place, one) in digests, "what terminals have plays no part"
    assert digest_of(Keys(Ed25519PrivateKey.generate(), hq.keys.lookup), place, one) not in digests


def test_after_a_night_and_a_day_no_digest_is_left_to_try_pins_by(till: Till, clock: Clock) -> None:
    nightly.work(till.hq)
    till.sell(intent="5e" * 16)
    clock.forward(hours=20)
    assert nightly.work(till.hq)
    assert till.sell(intent="5e" * 16) == done(2), "not yet"
    clock.forward(hours=24)
    assert nightly.work(till.hq)
    [row] = kept(till.hq)
    assert (row["digest"], row["kind"], row["staff"]) == ("", "card_sale", "Lin")
    assert till.sell(intent="5e" * 16).verdict is V.CONFLICT, "and done only once"


def test_a_member_who_is_blocked_between_two_tries_gets_nothing_more(till: Till, clock: Clock) -> None:
    with till.hq.database.transaction() as connection:
        connection.execute(update(member).where(member.c.id == "m1").values(state="blocked"))
    clock.forward(hours=1)
    assert till.sell().verdict is V.MEMBER_UNKNOWN
