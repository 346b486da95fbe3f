"""Links of cards at the till: what HQ said counts, without it what can be judged here, and each is good once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import kiosk_ui
from cards.aes import AesKey
from loyalty.possession import Proof
from protocol.links import LinkAnswer, LinkVerdict
from protocol.operation import ClockQuality
from terminal.clock import TOLERANCE_MS
from terminal.counter.by_link import DRIFT, by_link, link_ask
from terminal.counter.card_alarms import newest_alarms
from terminal.counter.shop import Shop
from terminal.counter.shown_to_hq import HqSaid
from terminal.store.outbox import OutboxReader
from tests.hq.shown_links import BASE, Chip, url_of
from tests.terminal.counter.desks import desk_of, refused_by
from tests.terminal.counter.proofs import DESFIRE, NTAG, at_hand, issued, key_of
from tests.terminal.shops import ADA, BO, DAY_MS, NOON_MS, TEA, TestShop, open_shop

LINK_KEY = AesKey(bytes(range(16, 32)))
LINKED = Proof("P1", "sun")


def here(card: str, version: int) -> AesKey | None:
    """A terminal that has the key of the links of Ada's card."""
    return LINK_KEY if (card, version) == (key_of(ADA), 1) else None


@pytest.fixture
def shop(test: TestShop) -> Shop:
    """Ada's card has a key, which is at hand."""
    issued(test, NTAG)
    return replace(test.shop, link_keys=here)


@pytest.fixture
def chip() -> Chip:
    return Chip(ADA, LINK_KEY, counter=69)


def said(verdict: LinkVerdict) -> LinkAnswer:
    return LinkAnswer(verdict=verdict, card=key_of(ADA), member="m1")


def refused(shop: Shop, url: str, answer: LinkAnswer | None = None) -> str:
    return refused_by(lambda: by_link(shop, url, answer)).phrase.code


def test_a_link_that_hq_took_proves_the_chip(shop: Shop, chip: Chip) -> None:
    url = url_of(chip.tap())
    found = by_link(shop, url, said(LinkVerdict.FRESH))
    assert (found.member.id, found.proof) == ("m1", Proof("P3", "sun"))
    assert refused(shop, url) == "card_link_used", "without HQ it is not taken again"


@pytest.mark.parametrize("verdict", [LinkVerdict.REPEATED, LinkVerdict.BACKWARDS])
def test_a_link_that_hq_has_seen_is_refused(shop: Shop, chip: Chip, verdict: LinkVerdict) -> None:
    assert refused(shop, url_of(chip.tap()), said(verdict)) == "card_link_used"


def test_a_link_that_was_taken_here_is_not_taken_again_when_hq_does_not_know_yet(shop: Shop, chip: Chip) -> None:
    url = url_of(chip.tap())
    assert by_link(shop, url).proof == LINKED
    assert refused(shop, url, said(LinkVerdict.FRESH)) == "card_link_used"


def test_without_hq_a_link_is_proven_here_and_counts_as_a_card_that_can_be_copied(shop: Shop, chip: Chip) -> None:
    url = url_of(chip.tap())
    assert by_link(shop, url).proof == LINKED
    assert refused(shop, url) == "card_link_used"
    assert by_link(shop, url_of(chip.tap()), LinkAnswer(verdict=LinkVerdict.UNKNOWN)).proof == LINKED
    assert refused(shop, url_of(chip.link(3))) == "card_link_used"


def test_it_stays_used_over_a_power_cut(tmp_path: Path, chip: Chip) -> None:
    url = url_of(chip.tap())
    with open_shop(tmp_path) as first:
        issued(first, NTAG)
        by_link(replace(first.shop, link_keys=here), url)
    with open_shop(tmp_path) as again:
        issued(again, NTAG)
        assert refused(replace(again.shop, link_keys=here), url) == "card_link_used"


def test_a_link_of_another_key_is_refused_and_told(shop: Shop, test: TestShop, chip: Chip) -> None:
    copy = Chip(ADA, AesKey(bytes(16)), counter=80)
    for answer in (None, said(LinkVerdict.BAD_CODE)):
        assert refused(shop, url_of(copy.tap()), answer) == "card_proof_failed"
    [alarm] = newest_alarms(shop)
    assert (alarm["card"], alarm["why"], alarm["count"]) == (key_of(ADA), "challenge_failed", 2)
    assert by_link(shop, url_of(chip.tap())).proof == LINKED, "a forged link uses nothing up"


def test_where_the_key_is_not_here_the_uid_counts_and_the_key_is_wanted(test: TestShop, chip: Chip) -> None:
    issued(test, NTAG)
    wanted: list[str] = []
    shop = replace(test.shop, want_key=wanted.append)
    found = by_link(shop, url_of(chip.tap()))
    assert (found.member.id, found.proof) == ("m1", Proof("P1", "uid", key_at_hand=False))
    assert wanted == [ADA]


def test_a_link_that_leads_nowhere_is_the_sentence_of_before(shop: Shop) -> None:
    key = AesKey(bytes(16))
    assert refused(shop, url_of(Chip(BO, key).tap())) == "code_of_card", "a card that has no key makes no link"
    assert refused(shop, url_of(Chip("04E5E5E5E5E5E5", key).tap())) == "card_unknown"
    assert refused(shop, f"{BASE}?e={'0' * 32}&c={'0' * 16}") == "code_of_card"


def test_what_hq_is_asked(shop: Shop, chip: Chip) -> None:
    asked = link_ask(shop, url_of(chip.tap()))
    assert asked is not None
    assert (asked.uid, asked.counter) == (ADA, 70)
    assert ADA not in repr(asked)
    assert link_ask(shop, url_of(Chip(BO, LINK_KEY).tap())) is None


@pytest.mark.parametrize(
    ("quality", "dark_ms", "from_ms", "until_ms"),
    [
        (ClockQuality.TRUSTED, 0, NOON_MS - TOLERANCE_MS, NOON_MS + TOLERANCE_MS),
        (
            ClockQuality.TRUSTED,
            9 * DAY_MS,
            NOON_MS - TOLERANCE_MS - 9 * DAY_MS // DRIFT,
            NOON_MS + TOLERANCE_MS + 9 * DAY_MS // DRIFT,
        ),
        (ClockQuality.HELD, DAY_MS, NOON_MS - DAY_MS - TOLERANCE_MS, None),
        (ClockQuality.UNKNOWN, DAY_MS, NOON_MS - DAY_MS - TOLERANCE_MS, None),
        (ClockQuality.UNKNOWN, None, 0, None),
    ],
)
def test_a_link_was_seen_when_the_clock_can_surely_say(
    shop: Shop,
    test: TestShop,
    chip: Chip,
    quality: ClockQuality,
    dark_ms: int | None,
    from_ms: int,
    until_ms: int | None,
) -> None:
    test.clock.quality, test.clock.dark_ms = quality, dark_ms
    shop.ledger.count_by(lambda: NOON_MS - DAY_MS)
    by_link(shop, url_of(chip.tap()))
    with OutboxReader(test.folder / "ledger.db") as outbox:
        assert outbox.links_seen(0, 9) == [(1, key_of(ADA), 70, from_ms, until_ms)]


def test_the_desk_takes_a_link_and_what_is_read_twice_over_is_the_same(shop: Shop, test: TestShop, chip: Chip) -> None:
    desk = desk_of(replace(test, shop=shop))
    url = url_of(chip.tap())
    desk.scan(url, said=HqSaid(link=said(LinkVerdict.FRESH)))
    desk.scan(url)
    assert (desk.till.member, desk.till.proof.level, desk.till.notice) == ("m1", "P3", None)
    desk.clear_member()
    assert refused_by(lambda: desk.scan(url)).phrase.code == "card_link_used"
    desk.scan(TEA)
    desk.paying(True)
    assert refused_by(lambda: desk.scan(url_of(chip.tap()))).phrase.code == "card_during_payment"


def test_a_card_of_another_kind_is_worth_its_uid(test: TestShop, chip: Chip) -> None:
    issued(test, DESFIRE)
    assert by_link(test.shop, url_of(chip.tap())).proof == Proof("P1", "uid", key_at_hand=False)


@pytest.mark.parametrize("answer", [None, LinkAnswer(verdict=LinkVerdict.UNKNOWN)])
def test_a_link_is_no_way_round_a_key_that_is_at_hand(test: TestShop, chip: Chip, answer: LinkAnswer | None) -> None:
    issued(test, DESFIRE)
    shop = replace(test.shop, card_keys=at_hand)
    assert refused(shop, url_of(chip.tap()), answer) == "card_proof_withheld"
    assert [alarm["why"] for alarm in newest_alarms(shop)] == ["challenge_withheld"]


def test_the_sentence_is_in_every_catalogue() -> None:
    for catalogue in (kiosk_ui.FOLDER / "i18n").glob("*.json"):
        assert "card_link_used" in json.loads(catalogue.read_text("utf-8"))
