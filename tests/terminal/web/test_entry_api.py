"""Entries over the POS API: what HQ is asked, when it is not, and what a POS hears of what HQ said."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loyalty.assurance import Action, Rule
from protocol.entries import Entry, EntryAnswer, EntryKind, EntryVerdict
from terminal.counter.approvals import Approvals
from terminal.counter.unverified import Unverified
from tests.terminal.counter.pin_world import PIN, know_pins
from tests.terminal.counter.proofs import allow
from tests.terminal.shops import ADA, CY
from tests.terminal.web.described import post
from tests.terminal.web.served import Served, served_shop

INTENT, NEW, PHONE, NEW_PIN, CODE = "5e" * 16, "04A1B2C3D4E5F6", "13800005678", "730418", "4711-anne"
DONE = EntryAnswer(verdict=EntryVerdict.DONE, cards=2)
Wish = tuple[str, dict[str, Any]]
SALE: Wish = ("/cards/sales", {"uid": NEW.lower(), "others_lost": True})
RETURN: Wish = ("/cards/returns", {"uid": ADA})
PHONE_CHANGE: Wish = ("/members/phone", {"phone": PHONE})
PIN_CHANGE: Wish = ("/members/pin", {"new_pin": NEW_PIN, "pin": PIN})
WISHES = (SALE, RETURN, PHONE_CHANGE, PIN_CHANGE)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A till that reaches HQ, with PINs and one manager."""
    with served_shop(tmp_path, Unverified(approvals=Approvals({"anne": CODE})), know_pins) as shop:
        shop.test.online, shop.lender.says = True, DONE
        yield shop


def proven(served: Served) -> dict[str, str]:
    _, answer = post(served, "/pin", {"card": {"uid": ADA}, "pin": PIN})
    return {"uid": ADA, "pin_proof": answer["pin_proof"]}


def enter(served: Served, wish: Wish, **changes: Any) -> tuple[int, Any]:
    path, own = wish
    card = changes.pop("card", None) or proven(served)
    return post(served, path, {"intent": INTENT, "card": card, "code": CODE, **own, **changes})


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        (SALE, {"kind": EntryKind.CARD_SALE, "card": NEW, "others_lost": True}),
        (RETURN, {"kind": EntryKind.CARD_RETURN, "card": ADA}),
        (PHONE_CHANGE, {"kind": EntryKind.PHONE_CHANGE, "phone": PHONE}),
        (PIN_CHANGE, {"kind": EntryKind.PIN_CHANGE, "pin": NEW_PIN, "old_pin": PIN}),
    ],
)
def test_hq_is_asked_with_what_was_proven_and_who_stands_for_it(
    served: Served, wish: Wish, asked: dict[str, Any]
) -> None:
    status, answer = enter(served, wish)
    assert status == 201
    kind = asked["kind"].value
    assert answer["entry"] == {"intent": INTENT, "kind": kind, "member": {"id": "m1", "name": "王**"}, "cards": 2}
    assert served.lender.entered == [
        Entry(intent=INTENT, member="m1", level="P1", pin_given=True, staff="anne", **asked)
    ]


@pytest.mark.parametrize("wish", WISHES)
def test_the_same_again_asks_nobody_and_another_with_its_intent_is_refused(served: Served, wish: Wish) -> None:
    card = proven(served)
    first = enter(served, wish, card=card)
    assert enter(served, wish, card=card) == first, "the proof is used up, and the answer is there"
    assert len(served.lender.entered) == 1
    other = {"phone": "13900000000"} if wish is PHONE_CHANGE else {}
    path, own = wish if other else PHONE_CHANGE
    assert code(enter(served, (path, {**own, **other}))) == (409, "intent_conflict")
    assert len(served.lender.entered) == 1


def test_a_silent_hq_is_asked_again_with_the_same_intent_and_proof(served: Served) -> None:
    served.lender.says, card = None, proven(served)
    assert code(enter(served, SALE, card=card)) == (504, "entry_silent")
    served.lender.says = DONE
    assert enter(served, SALE, card=card)[0] == 201
    assert served.lender.entered[0] == served.lender.entered[1]
    assert code(enter(served, SALE, card=card, intent="6f" * 16)) == (403, "pin_proof_over"), "it was for one act"


@pytest.mark.parametrize("wish", WISHES)
def test_what_the_table_asks_for_is_asked_for_before_hq_is(served: Served, wish: Wish) -> None:
    assert code(enter(served, wish, card={"uid": ADA})) == (403, "proof_pin")
    assert code(enter(served, wish, code=None)) == (403, "proof_staff")
    assert code(enter(served, wish, code="4711")) == (403, "approval_wrong")
    served.test.online = False
    assert code(enter(served, wish)) == (409, "entry_offline")
    assert served.lender.entered == []


def test_a_new_pin_needs_the_one_until_now_beside_its_proof(served: Served) -> None:
    assert code(enter(served, PIN_CHANGE, pin=None)) == (403, "proof_pin")
    assert served.lender.entered == []


def test_a_chain_may_ask_for_less(served: Served) -> None:
    """The control of the test above: it is the table that refuses."""
    allow(served.test, Rule(Action.CHANGE_PHONE, "P1"))
    assert enter(served, PHONE_CHANGE, card={"uid": CY}, code=None)[0] == 201
    assert (served.lender.entered[0].pin_given, served.lender.entered[0].staff) == (False, None)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (EntryVerdict.CONFLICT, (409, "intent_conflict")),
        (EntryVerdict.MEMBER_UNKNOWN, (409, "entry_member_unknown")),
        (EntryVerdict.PROOF_MISSING, (403, "entry_proof_at_hq")),
        (EntryVerdict.CARD_TAKEN, (409, "entry_card_taken")),
        (EntryVerdict.CARD_THEIRS, (409, "entry_card_theirs")),
        (EntryVerdict.CARD_BLOCKED, (409, "entry_card_blocked")),
        (EntryVerdict.CARD_ENDED, (409, "entry_card_ended")),
        (EntryVerdict.CARD_UNFIT, (404, "card_random")),
        (EntryVerdict.CARD_NOT_THEIRS, (409, "entry_card_not_theirs")),
        (EntryVerdict.PHONE_TAKEN, (409, "entry_phone_taken")),
        (EntryVerdict.PIN_WRONG, (403, "pin_wrong")),
        (EntryVerdict.PIN_WAIT, (403, "entry_pin_wait")),
        (EntryVerdict.NOT_TAKEN, (403, "entry_not_taken")),
        (EntryVerdict.PIN_NOT_HERE, (409, "entry_pin_not_here")),
        ("trivial", (422, "entry_pin_trivial")),
        ("personal", (422, "entry_pin_personal")),
        ("too_short", (422, "pin_length")),
        (None, (422, "pin_length")),
    ],
)
def test_whatever_hq_refuses_is_said_and_the_proof_is_not_used(
    served: Served, said: EntryVerdict | str | None, refused: tuple[int, str]
) -> None:
    verdict = said if isinstance(said, EntryVerdict) else EntryVerdict.PIN_UNFIT
    fault = None if isinstance(said, EntryVerdict) else said
    served.lender.says, card = EntryAnswer(verdict=verdict, fault=fault), proven(served)
    assert code(enter(served, PIN_CHANGE, card=card)) == refused
    served.lender.says = DONE
    assert enter(served, PIN_CHANGE, card=card)[0] == 201


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/cards/sales", {"uid": "04A1B2C3D4"}),
        ("/cards/sales", {"uid": "not hex!"}),
        ("/cards/sales", {"uid": NEW, "phone": PHONE}),
        ("/members/phone", {"phone": "138 0000 5678"}),
        ("/members/phone", {"phone": "1" * 16}),
        ("/members/pin", {"new_pin": "73o418"}),
        ("/members/pin", {"new_pin": ""}),
        ("/cards/returns", {}),
    ],
)
def test_what_is_no_entry_is_refused_without_a_word_of_it(served: Served, path: str, own: dict[str, Any]) -> None:
    answer = enter(served, (path, own))
    assert code(answer) == (422, "body_invalid")
    assert not any(str(value) in json.dumps(answer) for value in own.values() if value)
    assert served.lender.entered == []


def kept(served: Served, caplog: pytest.LogCaptureFixture) -> dict[str, bytes]:
    """All that remains of an entry here."""
    files = {path.name: path.read_bytes() for path in served.test.folder.rglob("*") if path.is_file()}
    said = repr((served.lender.entered, served.station.around))
    return {**files, "log": caplog.text.encode(), "said": said.encode()}


@pytest.mark.parametrize("heard", [DONE, None, EntryAnswer(verdict=EntryVerdict.PHONE_TAKEN)])
def test_no_number_no_pin_and_no_code_is_left_here(
    served: Served, caplog: pytest.LogCaptureFixture, heard: EntryAnswer | None
) -> None:
    served.lender.says = heard
    with caplog.at_level(logging.DEBUG):
        answers = [enter(served, wish, intent=f"{number:032x}") for number, wish in enumerate(WISHES)]
    found = {**kept(served, caplog), "answers": json.dumps(answers).encode()}
    for secret in (NEW, PHONE, PIN, NEW_PIN, CODE, NEW.lower()):
        assert {name for name, data in found.items() if secret.encode() in data} == set()


def test_what_would_be_left_is_found(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """The control: a till that logs the number."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("terminal").info("changed to %s", PHONE)
    assert {name for name, data in kept(served, caplog).items() if PHONE.encode() in data} == {"log"}


def test_without_managers_a_code_is_wrong(tmp_path: Path) -> None:
    with served_shop(tmp_path, prepare=know_pins) as served:
        served.test.online, served.lender.says = True, DONE
        assert code(enter(served, SALE)) == (403, "approval_wrong")
        assert served.lender.entered == []
