"""A card that the directory does not know: its certificate tells whose it is, once, and only while it may be news."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from cards.certificate import DAY_S, Certificate, IssuedWith, issue
from cards.dialogue import converse
from cards.layout import CERTIFICATE_BYTES
from drivers.virtual.cards.card_kinds import KINDS, MAKERS
from protocol.directory import member_ref
from terminal.counter.by_card import Said, Stranger, by_card, question
from terminal.counter.visitor import read_papers
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.shown_codes import KEY, SECRET, TENANT, know_codes
from tests.terminal.shops import DAY_MS, NOON_MS, TestShop

NEW = "04E1E2E3E4E5E6"
TODAY = NOON_MS // 1000 // DAY_S


@pytest.fixture
def shop(test: TestShop) -> TestShop:
    know_codes(test)
    return test


def papers(uid: str = NEW, day: int = TODAY, until: int | None = None, member: str = "m1") -> Said:
    made = Certificate(1, bytes.fromhex(uid), member_ref(SECRET, member), IssuedWith.KEY, 1, day, until)
    return Said(certificate=issue(made, TENANT, KEY).ljust(CERTIFICATE_BYTES, b"\0"))


def test_a_new_card_is_its_certificates_and_proves_no_more_than_a_copy(shop: TestShop) -> None:
    assert question(shop.shop, NEW, "uid") == Stranger()
    found = by_card(shop.shop, NEW, said=papers())
    assert (found.member.id, found.proof.level, found.proof.key_at_hand) == ("m1", "P1", False)


@pytest.mark.parametrize(
    "said",
    [
        papers(uid="04E1E2E3E4E5E7"),
        papers(day=TODAY - 1),
        papers(day=TODAY - 9, until=TODAY - 1),
        papers(member="nobody"),
        Said(certificate=bytes(CERTIFICATE_BYTES)),
        Said(certificate=b"\1"),
        Said(),
    ],
    ids=["of another card", "of a card that was taken back", "ended", "of nobody", "zeros", "short", "none"],
)
def test_what_says_nothing_about_this_card_leaves_it_unknown(shop: TestShop, said: Said) -> None:
    assert refused_by(lambda: by_card(shop.shop, NEW, said=said)).phrase.code == "card_unknown"


def test_a_terminal_that_hears_of_hq_later_does_not_believe_older_papers(shop: TestShop) -> None:
    assert by_card(shop.shop, NEW, said=papers()).member.id == "m1"
    shop.clock.utc_ms = NOON_MS + DAY_MS
    shop.tell_members()
    assert refused_by(lambda: by_card(shop.shop, NEW, said=papers())).phrase.code == "card_unknown"


def test_without_an_issuer_nothing_is_asked(test: TestShop) -> None:
    assert refused_by(lambda: question(test.shop, NEW, "uid")).phrase.code == "card_unknown"
    assert refused_by(lambda: by_card(test.shop, NEW, said=papers())).phrase.code == "card_unknown"


@pytest.mark.parametrize(("kind", "uid"), [("ntag424", NEW), ("desfire", NEW), ("fm1208", NEW[:8])])
def test_a_card_without_papers_shows_none_and_the_talk_ends(kind: str, uid: str) -> None:
    card = KINDS[kind](MAKERS[kind](bytes.fromhex(uid), {}), Random(1).randbytes)
    answer: Callable[[bytes], bytes] = card.answer
    assert converse(read_papers(), answer).strip(b"\0") == b""
