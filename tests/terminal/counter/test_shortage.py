"""What a refusal tells: for each asset what is certain here, what waits, how old that is, and the way out."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Refused, room_key
from loyalty.ledger import Asset
from loyalty.sale import Verdict
from terminal.counter.phrase import Refusal
from terminal.counter.shortage import LEDGER_REFUSED, PLACED, POINTS, UNUSABLE, VALUE, by_ledger, refusal
from terminal.errors import LeaseShort, RefundElsewhere, RefundOutdated, SpendingStopped, StoreError
from terminal.web.sentences import LANGUAGES, sentence
from tests.terminal.counter.test_denied import deny
from tests.terminal.shops import DAY_MS, DEVICE, NOON_MS, TestShop

COUNTS: dict[str, int | str] = {"asked": 900, "available": 320}
AMOUNTS: dict[str, int | str] = {"asked_minor": 900, "available_minor": 320}
WAY_OUT = {
    "zh-CN": ("总部", "重新算价", "其余"),
    "zh-TW": ("總部", "重新計價", "其餘"),
    "en": ("headquarters", "price it again", "another way"),
}


def said(refused: Refusal, language: str) -> str:
    text = sentence(refused.phrase, language)
    assert text != refused.phrase.code
    assert "{" not in text, text
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", sorted(set(Verdict) & UNUSABLE))
def test_each_verdict_says_what_is_here_how_old_that_is_and_the_way_out(
    test: TestShop, verdict: str, language: str
) -> None:
    test.clock.dark_ms = DAY_MS
    money = verdict in VALUE | {Verdict.GIFT_CARD_NOT_AVAILABLE, Verdict.TOP_UP_LIMIT}
    params: dict[str, int | str] = {"code": "K7"} if verdict == Verdict.COUPON_UNKNOWN else AMOUNTS if money else COUNTS
    text = said(refusal(test.shop, test.shop.member("m1"), Refused(Verdict(verdict), params)), language)
    assert any(way in text for way in WAY_OUT[language])
    assert ("3.20" if money else "320") in text or verdict == Verdict.COUPON_UNKNOWN
    if verdict in POINTS | VALUE:
        assert "2026-10-28" in text, "as old as the member's row"
    if verdict in PLACED:
        assert "2026-10-27" in text, "as old as the last contact"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("member", "asset", "code", "told"),
    [
        ("m1", Asset.POINTS, "lease_short", "320"),
        ("m1", Asset.PRINCIPAL, "value_not_available", "3.20"),
        ("m1", Asset.BONUS, "value_not_available", "3.20"),
        ("", Asset.PRINCIPAL, "gift_card_not_available", "3.20"),
        ("m1", Asset.COUPON, "coupon_gone", "K7"),
        ("m1", Asset.LIMIT, "limit_not_available", "320"),
        ("m1", Asset.STAMP, "stamps_not_available", "320"),
        ("m1", Asset.COUNT, "count_not_available", "320"),
    ],
)
def test_whatever_the_ledger_runs_short_of_has_a_sentence_of_its_own(
    test: TestShop, member: str, asset: Asset, code: str, told: str, language: str
) -> None:
    refused = by_ledger(test.shop, LeaseShort(member, 900, 320, asset, "K7"))
    assert refused.phrase.code == code
    assert told in said(refused, language)


def test_room_for_top_ups_is_told_from_other_limits(test: TestShop) -> None:
    room = by_ledger(test.shop, LeaseShort("m1", 900, 320, Asset.LIMIT, room_key("m1")))
    other = by_ledger(test.shop, LeaseShort("m1", 900, 320, Asset.LIMIT, "member:times:ever:tea:m1"))
    assert [each.phrase.code for each in (room, other)] == ["top_up_limit", "limit_not_available"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_the_ledger_has_a_sentence(test: TestShop, language: str) -> None:
    """Whatever `append` may refuse; the rest of the family is a failure of the disk or of HQ's copy."""
    raised: list[Any] = [SpendingStopped("no"), RefundElsewhere("s-1"), RefundOutdated("s-1"), LeaseShort("m1", 2, 1)]
    assert {type(error) for error in raised} == set(LEDGER_REFUSED)
    assert all(issubclass(kind, StoreError) for kind in LEDGER_REFUSED)
    assert all(said(by_ledger(test.shop, error), language) for error in raised)


def test_what_waits_is_told_apart_from_what_is_certain(test: TestShop) -> None:
    refused = refusal(test.shop, test.shop.member("m1"), Refused(Verdict.POINTS_NOT_AVAILABLE, COUNTS))
    assert refused.phrase.params == {**COUNTS, "waiting": 0, "as_of_ms": NOON_MS}
    assert said(refused, "en").startswith("900 points were asked for. Certain here: 320; waiting: 0; ")


def test_what_was_never_checked_says_so(test: TestShop) -> None:
    refused = refusal(test.shop, test.shop.member("m1"), Refused(Verdict.TOP_UP_LIMIT, AMOUNTS))
    assert "：从未；" in said(refused, "zh-CN")
    assert "headquarters: never;" in said(refused, "en")


@pytest.mark.parametrize("code", sorted(UNUSABLE & set(Verdict)))
def test_after_the_right_to_spend_has_ended_that_is_what_is_said(test: TestShop, code: str) -> None:
    refused = Refused(Verdict(code), COUNTS)
    test.clock.utc_ms = NOON_MS + 31 * DAY_MS
    assert refusal(test.shop, test.shop.member("m1"), refused).phrase.code == "spending_stopped"
    deny(test, 1, devices=[f"{DEVICE}:1"])
    assert refusal(test.shop, test.shop.member("m1"), refused).phrase.code == "suspended"


def test_a_verdict_that_is_about_something_else_stays_as_it_is(test: TestShop) -> None:
    test.clock.utc_ms = NOON_MS + 31 * DAY_MS
    refused = refusal(test.shop, None, Refused(Verdict.TENDER_SHORT, {"due_minor": 5}))
    assert (refused.phrase.code, refused.phrase.params) == ("tender_short", {"due_minor": 5})
