"""What the table of proofs lets go at the till, and the sentence that names what would do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kiosk_ui
from loyalty.assurance import Action, Need, Rule, Shown
from terminal.counter import proof_gate
from terminal.counter.proof_gate import require_proof
from terminal.languages import LANGUAGES
from tests.terminal.counter.desks import TAP, desk_of, refused_by
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.pin_world import know_pins
from tests.terminal.counter.proofs import allow
from tests.terminal.counter.shown_codes import NUMBER, know_codes
from tests.terminal.shops import ADA, RICE, TEA, TestShop


@pytest.mark.parametrize(
    ("action", "shown", "amount", "used", "code", "params"),
    [
        (Action.SEE_BALANCE, Shown("P0"), 0, 0, "proof_level_p1", {}),
        (Action.REDEEM, Shown("P0"), 100, 0, "proof_level_p1", {}),
        (Action.REDEEM, Shown("P1"), 500, 1800, "proof_less_points", {"most": 200}),
        (Action.REDEEM, Shown("P1"), 500, 2000, "proof_level_p3", {}),
        (Action.REDEEM, Shown("P1", key_at_hand=False), 1, 0, "proof_key", {}),
        (Action.SPEND_VALUE, Shown("P1"), 100, 0, "proof_level_p4", {}),
        (Action.SPEND_VALUE, Shown("P3"), 100, 0, "proof_level_p4", {}),
        (Action.SPEND_VALUE, Shown("P4"), 20_001, 0, "proof_hq", {}),
        (Action.EARN, Shown("P0"), 200, 900, "proof_less_earned", {"most": 100}),
        (Action.CHANGE_PIN, Shown("P4"), 0, 0, "proof_pin", {}),
        (Action.CHANGE_PIN, Shown("P4", pin=True), 0, 0, "proof_staff", {}),
    ],
)
def test_what_would_do(
    test: TestShop, action: Action, shown: Shown, amount: int, used: int, code: str, params: dict[str, int]
) -> None:
    refused = refused_by(lambda: require_proof(test.shop, action, shown, amount, used))
    assert (refused.phrase.code, refused.phrase.params, refused.status) == (code, params, 403)


def test_what_is_enough_passes(test: TestShop) -> None:
    require_proof(test.shop, Action.REDEEM, Shown("P1"), 500, 1500)
    require_proof(test.shop, Action.REDEEM, Shown("P3"), 90_000)
    require_proof(test.shop, Action.SPEND_VALUE, Shown("P4"), 20_000)
    require_proof(test.shop, Action.SPEND_VALUE, Shown("P4", hq=True), 500_000)


@pytest.mark.parametrize(
    ("action", "shown", "amount", "used", "code"),
    [
        (Action.REDEEM, Shown("P1"), 500, 2000, "proof_pin"),
        (Action.REDEEM, Shown("P1", key_at_hand=False), 1, 0, "proof_pin"),
        (Action.SPEND_VALUE, Shown("P3"), 100, 0, "proof_pin"),
        (Action.SPEND_VALUE, Shown("P1"), 100, 0, "proof_level_p4"),
        (Action.REDEEM, Shown("P1"), 500, 1800, "proof_less_points"),
        (Action.CHANGE_PIN, Shown("P4", pin=True), 0, 0, "proof_staff"),
    ],
)
def test_in_a_chain_with_pins_the_pin_is_named_before_what_is_farther(
    test: TestShop, action: Action, shown: Shown, amount: int, used: int, code: str
) -> None:
    know_pins(test)
    assert refused_by(lambda: require_proof(test.shop, action, shown, amount, used)).phrase.code == code


def test_with_the_pin_it_passes(test: TestShop) -> None:
    require_proof(test.shop, Action.REDEEM, Shown("P1", pin=True), 90_000, 2000)
    require_proof(test.shop, Action.SPEND_VALUE, Shown("P3", pin=True), 20_000)


def test_hqs_own_table_counts(test: TestShop) -> None:
    allow(test, Rule(Action.SPEND_VALUE, "P1", most=300))
    require_proof(test.shop, Action.SPEND_VALUE, Shown("P1"), 300)
    refused = refused_by(lambda: require_proof(test.shop, Action.SPEND_VALUE, Shown("P1"), 301))
    assert refused.phrase.view() == {"code": "proof_less_value", "params": {"most_minor": 300}}


def test_with_a_number_alone_a_member_earns_so_much_a_day(test: TestShop) -> None:
    know_codes(test)
    test.programme(document(version=4, cash_rounding=0))
    desk = desk_of(test)
    for _ in range(6):  # 6 × 150 points
        desk.scan(RICE)
        desk.scan(NUMBER)
        desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
        desk.next()
    desk.scan(RICE)
    desk.scan(NUMBER)
    refused = refused_by(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "proof_less_earned"
    desk.card(ADA, "uid", TAP)
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["earned"]


def test_points_beyond_the_tables_day_are_not_used_up(test: TestShop) -> None:
    """The programme allows more: the lower one counts."""
    test.programme(document(version=4, cash_rounding=0, limits={"copyable_daily_points": 9000}))
    test.grant("m1", 5000, lot="hq.2")
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(9):
        desk.scan(RICE)
    desk.points(2500)
    refused = refused_by(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.view() == {"code": "proof_less_points", "params": {"most": 2000}}
    desk.points(2000)
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 2000
    desk.next()
    desk.card(ADA, "uid", TAP)
    desk.scan(TEA)
    desk.points(100)
    refused = refused_by(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "proof_level_p3"


def test_every_sentence_is_in_the_catalogues() -> None:
    source = Path(proof_gate.__file__).read_text("utf-8")
    named = set(re.findall(r'"(proof_[a-z]+_?[a-z]*)"', source))
    codes = named | {f"proof_{need}" for need in set(Need) - {Need.LEVEL, Need.LESS}}
    codes |= {f"proof_level_p{level}" for level in (0, 1, 3, 4)}
    assert len(codes) == 12
    for language in LANGUAGES:
        words = json.loads((kiosk_ui.FOLDER / "i18n" / f"{language}.json").read_text("utf-8"))
        assert {code for code in words if code.startswith("proof_")} == codes
