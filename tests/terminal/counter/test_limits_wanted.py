"""Limits that only HQ can know: online a basket asks for what it would use; offline the till's share is all (D29)."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Basket, Line
from loyalty.limit_keys import limit_key
from loyalty.limits import Limit, Measure, Scope
from protocol.lease import GrantAsk
from terminal.counter.limits_wanted import PAUSE_MS, limits_missing
from terminal.counter.phrase import Phrase
from terminal.counter.sell import quote_for
from terminal.counter.views import basket_view
from terminal.counter.wanted import wanted
from terminal.web.sentences import sentence
from tests.terminal.counter.offer_documents import SHARE, document, offer
from tests.terminal.granting import grant
from tests.terminal.shops import DAY_MS, NOON_MS, TEA, WINE, TestShop

TWO = Basket((Line(1, TEA, 2, 5000, "drinks"),))


def limited(test: TestShop, *scopes: str, measure: str = "units", most: int = 5, **keys: Any) -> list[str]:
    """Tea for 1.00 each, so many for each of `scopes`; gives the keys of the counters."""
    limits = [{"scope": scope, "measure": measure, "most": most} for scope in scopes]
    test.programme(document(offer("flash_sale", prices={TEA: 100}, limits=limits, **keys), version=4))
    day = test.shop.moment().business_date()
    return [
        limit_key("flash_sale-1", Limit(Scope(scope), Measure(measure), most), day, "m1", "s01") for scope in scopes
    ]


def asked(test: TestShop, basket: Basket = TWO, member: str | None = "m1") -> list[GrantAsk]:
    row = test.shop.member(member) if member else None
    return list(wanted(test.shop, row, basket=basket))


def due(test: TestShop, member: str | None = "m1") -> int:
    return quote_for(test.shop, TWO, test.shop.member(member) if member else None).due


def why(test: TestShop, member: str | None, language: str) -> str:
    """What is said of the offer that did not apply."""
    row = test.shop.member(member) if member else None
    quote = quote_for(test.shop, TWO, row)
    [missed] = basket_view(test.shop, TWO, quote, test.shop.programme(), guest=row is None)["missed"]
    return sentence(Phrase(missed["phrase"]["code"], missed["phrase"]["params"]), language)


def test_online_what_the_basket_would_use_is_asked_for_and_then_given(test: TestShop) -> None:
    [key] = limited(test, "member")
    test.online = True
    assert due(test) == 10_000
    assert asked(test) == [GrantAsk(member="m1", after=0, limits={key: 2})]
    grant(test, "m1", limits={key: 2})
    assert due(test) == 200
    assert asked(test) == []


def test_only_what_is_not_here_is_asked_for_and_shared_limits_are_nobodys(test: TestShop) -> None:
    mine, stores, chains = limited(test, "member", "store", "chain")
    grant(test, "m1", limits={mine: 1})
    grant(test, None, limits={stores: 5})
    test.online = True
    assert asked(test) == [
        GrantAsk(member="m1", after=0, limits={mine: 1}),
        GrantAsk(member=None, after=0, limits={chains: 2}),
    ]


def test_a_limit_of_times_is_asked_for_once(test: TestShop) -> None:
    [key] = limited(test, "member", measure="times", most=1)
    test.online = True
    assert asked(test) == [GrantAsk(member="m1", after=0, limits={key: 1})]


@pytest.mark.parametrize("case", ["offline", "stopped", "other goods", "guest", "no limit", "taken out", "here"])
def test_nothing_is_asked_that_would_not_help(test: TestShop, case: str) -> None:
    [key] = limited(test, "member") if case != "no limit" else limited(test, "terminal")
    test.online = case != "offline"
    if case == "stopped":
        test.clock.utc_ms = NOON_MS + 31 * DAY_MS
    if case == "here":
        grant(test, "m1", limits={key: 2})
    removed = frozenset({"flash_sale-1"}) if case == "taken out" else frozenset[str]()
    lines = (Line(1, WINE, 1, 2345, "drinks"),) if case == "other goods" else TWO.lines
    assert asked(test, Basket(lines, removed), None if case == "guest" else "m1") == []


def test_what_hq_did_not_give_is_not_asked_for_again_at_once(test: TestShop) -> None:
    [key] = limited(test, "chain")
    test.online = True
    assert limits_missing(test.shop, TWO, None) == {key: 2}
    test.clock.utc_ms += PAUSE_MS - 1
    assert limits_missing(test.shop, TWO, None) == {}
    test.clock.utc_ms += 1
    assert limits_missing(test.shop, TWO, None) == {key: 2}
    test.clock.utc_ms -= DAY_MS
    assert limits_missing(test.shop, TWO, None) == {key: 2}, "a clock that was set back does not keep it waiting"


def test_an_offer_that_is_not_taken_asks_for_nothing(test: TestShop) -> None:
    """The better one without a limit wins even if all of the limit were here."""
    limits = [{"scope": "member", "measure": "times", "most": 1}]
    both = [
        offer("special_price", 1, prices={TEA: 50}, group="g"),
        offer("percent_off", 2, **SHARE, limits=limits, group="g", products=[TEA]),
    ]
    test.programme(document(*both, version=4))
    test.online = True
    assert asked(test) == []


@pytest.mark.parametrize(
    ("scope", "member", "words"),
    [
        ("member", "m1", "本机名额已用完，连上总部时会再申请"),
        ("store", None, "本机名额已用完，连上总部时会再申请"),
        ("member", None, "会员专享"),
    ],
)
def test_offline_the_screen_says_that_only_the_share_is_gone(
    test: TestShop, scope: str, member: str | None, words: str
) -> None:
    limited(test, scope)
    assert why(test, member, "zh-CN") == words


def test_what_this_till_counts_itself_is_used_up(test: TestShop) -> None:
    [here, _] = limited(test, "terminal", "chain", most=1)
    assert here.startswith("terminal:")
    assert why(test, "m1", "en") == "No more of it left"
