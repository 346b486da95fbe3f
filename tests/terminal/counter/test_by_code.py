"""Members by codes and numbers: what is taken, how far it proves, and why another is not."""

import json
from pathlib import Path

import pytest

import kiosk_ui
from cards.member_code import CodeFault
from protocol.control import Configuration
from protocol.operation import ClockQuality
from protocol.signing import private_from_hex
from terminal.counter import by_code as module
from terminal.counter.by_code import by_code, by_number
from terminal.counter.desk import Desk
from tests.terminal.counter.desks import TAP, desk_of, refused_by
from tests.terminal.counter.shown_codes import ISSUERS, NUMBER, code, configure, know_codes
from tests.terminal.shops import ADA, DAY_MS, NOON_MS, RICE, TEA, TestShop, open_shop

NOON_S = NOON_MS // 1000


@pytest.fixture
def shop(test: TestShop) -> TestShop:
    know_codes(test)
    return test


def test_a_code_proves_once(shop: TestShop) -> None:
    found = by_code(shop.shop, code())
    assert (found.member.id, found.proof.level) == ("m1", "P3")
    assert refused_by(lambda: by_code(shop.shop, code())).phrase.code == "member_code_used"
    assert by_code(shop.shop, code(jti=2)).proof.level == "P3"


def test_a_code_stays_used_over_a_power_cut(tmp_path: Path) -> None:
    with open_shop(tmp_path) as first:
        know_codes(first)
        by_code(first.shop, code())
    with open_shop(tmp_path) as again:
        assert refused_by(lambda: by_code(again.shop, code())).phrase.code == "member_code_used"


@pytest.mark.parametrize("quality", [ClockQuality.HELD, ClockQuality.UNKNOWN])
def test_without_a_trusted_clock_a_code_counts_as_a_card_that_can_be_copied(
    shop: TestShop, quality: ClockQuality
) -> None:
    shop.clock.quality = quality
    shop.shop.ledger.count_by(lambda: NOON_MS - DAY_MS)
    assert by_code(shop.shop, code(at_s=NOON_S - 3600)).proof.level == "P1"
    assert refused_by(lambda: by_code(shop.shop, code(at_s=NOON_S - 3600))).phrase.code == "member_code_used"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (code(at_s=NOON_S - 121), "member_code_expired"),
        (code(at_s=NOON_S + 31), "member_code_early"),
        (code(kid=2), "member_code_foreign"),
        (code(key=private_from_hex("66" * 32)), "member_code_damaged"),
        (code()[:-1], "member_code_damaged"),
        ("M1:", "member_code_damaged"),
        (code() + "A", "member_code_damaged"),
        (code(member="m9"), "card_unknown"),
    ],
)
def test_other_codes_have_their_sentence_and_use_nothing_up(shop: TestShop, text: str, said: str) -> None:
    assert refused_by(lambda: by_code(shop.shop, text)).phrase.view() == {"code": said, "params": {}}
    assert by_code(shop.shop, code()).proof.level == "P3"


@pytest.mark.parametrize("at_s", [NOON_S - 120, NOON_S + 30])
def test_a_code_is_taken_at_the_ends_of_its_time(shop: TestShop, at_s: int) -> None:
    assert by_code(shop.shop, code(at_s=at_s)).proof.level == "P3"


def test_before_hq_has_named_an_issuer_no_code_is_taken(test: TestShop) -> None:
    assert refused_by(lambda: by_code(test.shop, code())).phrase.code == "member_code_not_taken"


def test_a_printed_number_claims_and_proves_nothing(shop: TestShop) -> None:
    found = by_number(shop.shop, NUMBER)
    assert (found.member.id, found.proof.level) == ("m1", "P0")
    assert refused_by(lambda: by_number(shop.shop, NUMBER[::-1])).phrase.code == "card_unknown"


def test_every_sentence_is_in_the_catalogue() -> None:
    words = json.loads((kiosk_ui.FOLDER / "i18n" / "en.json").read_text("utf-8"))
    said = {*module._FAULTS.values(), "member_code_not_taken"}
    assert set(module._FAULTS) == set(CodeFault)
    assert said - set(words) == set()
    assert len(said) == 6


def scanned(shop: TestShop, *texts: str) -> Desk:
    desk = desk_of(shop)
    for text in texts:
        desk.scan(text)
    return desk


def test_the_desk_notes_how_far_a_member_was_proven(shop: TestShop) -> None:
    for text, level in ((code(), "P3"), (NUMBER, "P0"), (f"8018{NUMBER}", "P0")):
        desk = scanned(shop, RICE, text)
        assert (desk.till.member, desk.till.proof.level) == ("m1", level)


def test_points_are_spent_with_a_code_and_not_with_a_number(shop: TestShop) -> None:
    shop.grant("m1", 1000)
    desk = scanned(shop, RICE, NUMBER)
    desk.points(300)
    assert (desk.quote().use.points, desk.quote().use.limited_by) == (0, "assurance")
    desk.scan(code())
    assert desk.quote().use.points == 300
    receipt = desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
    assert receipt["points_used"] == 300
    assert receipt["balance"]["total"] > 0


def test_who_only_claims_to_be_a_member_sees_no_balance_on_the_receipt(shop: TestShop) -> None:
    desk = scanned(shop, TEA, NUMBER)
    receipt = desk.pay(desk.till.intent, [("cash", desk.quote().due)])
    assert receipt["member"]["id"] == "m1"
    assert receipt["balance"] is None
    desk.next()
    desk.card(ADA, "uid", TAP)
    desk.scan(TEA)
    assert desk.pay(desk.till.intent, [("cash", desk.quote().due)])["balance"] is not None


def test_a_code_that_is_read_twice_over_is_the_same_until_the_member_goes(shop: TestShop) -> None:
    desk = scanned(shop, code(), code())
    assert desk.till.notice is None
    desk.clear_member()
    assert refused_by(lambda: desk.scan(code())).phrase.code == "member_code_used"


def test_during_payment_no_code_is_used_up(shop: TestShop) -> None:
    desk = scanned(shop, TEA)
    desk.paying(True)
    assert refused_by(lambda: desk.scan(code())).phrase.code == "card_during_payment"
    desk.paying(False)
    desk.scan(code())
    assert desk.till.proof.level == "P3"


def test_a_member_who_was_denied_is_not_greeted_by_a_code(shop: TestShop) -> None:
    assert refused_by(lambda: by_code(shop.shop, code(member="m2"))).phrase.code == "card_unknown"
    configure(shop, Configuration(version=2, issuers=ISSUERS))
    assert by_code(shop.shop, code(member="m3")).member.id == "m3"


@pytest.mark.parametrize("stripe", [f";{NUMBER}=9912101?", f"%B{NUMBER}^MEMBER/ADA^9912101?;{NUMBER}?"])
def test_a_members_own_stripe_claims_and_proves_nothing(shop: TestShop, stripe: str) -> None:
    desk = scanned(shop, stripe)
    assert (desk.till.member, desk.till.proof.level) == ("m1", "P0")
    bank = stripe.replace(f";{NUMBER}", ";4111111111111111")
    assert refused_by(lambda: scanned(shop, bank)).phrase.code == "code_of_bank_card"
