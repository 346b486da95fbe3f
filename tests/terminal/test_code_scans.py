"""Codes from scanners while HQ is asked: what it says counts, its silence too, and the till goes on meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cards.aes import AesKey
from protocol.links import CodeAnswer, CodeAsk, CodeVerdict, LinkAnswer, LinkAsk, LinkVerdict
from terminal.code_scans import CodeScans
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.phrase import Refusal
from terminal.counter.screens import Surroundings
from terminal.counter.station import Outlets, Station
from tests.hq.shown_links import Chip, url_of
from tests.terminal.counter.proofs import NTAG, issued, key_of
from tests.terminal.counter.shown_codes import code, know_codes
from tests.terminal.shops import ADA, RICE, TestShop, open_shop

LIMIT_S = 30
Asked = LinkAsk | CodeAsk
Said = LinkAnswer | CodeAnswer | None
FRESH = LinkAnswer(verdict=LinkVerdict.FRESH, card=key_of(ADA), member="m1")
TAKEN = CodeAnswer(verdict=CodeVerdict.TAKEN, member="m1")


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


@dataclass
class Hq:
    """What HQ was asked, and what it says; `open` lets answers go."""

    says: Said
    asked: list[Asked] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, shown: Asked) -> Said:
        self.asked.append(shown)
        await self.open.wait()
        return self.says


@dataclass
class Till:
    station: Station
    scans: CodeScans

    async def state(self) -> tuple[str | None, str, int, str | None]:
        """Member, level, lines, and the code of the notice."""

        def look(desk: Desk) -> tuple[str | None, str, int, str | None]:
            till = desk.till
            return till.member, till.proof.level, len(till.lines), till.notice.code if till.notice else None

        return await asyncio.wrap_future(self.station.ask(look))


@asynccontextmanager
async def at_till(
    test: TestShop, ask: Callable[[Asked], Awaitable[Said]] | None, online: bool = True
) -> AsyncIterator[Till]:
    issued(test, NTAG)
    know_codes(test)
    intents, attention = count(1), Attention(lambda: 0)
    shop = replace(test.shop, online=lambda: online)
    outlets = Outlets(lambda _: None, lambda _: None, lambda _: None, lambda: None)
    desk = Desk(shop, lambda: f"{next(intents):032x}", attention)
    station = Station(desk, attention, Surroundings(), outlets)
    scans = CodeScans(station, ask) if ask else CodeScans(station)
    station.start()
    try:
        yield Till(station, scans)
    finally:
        await scans.close()
        await asyncio.to_thread(station.close)


def run(work: Callable[[], Any]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(LIMIT_S):
            await work()

    asyncio.run(limited())


def link(counter: int = 70) -> str:
    return url_of(Chip(ADA, AesKey(bytes(16))).link(counter))


@pytest.mark.parametrize(
    ("text", "says", "level"),
    [(link(), FRESH, "P3"), (code(), TAKEN, "P3"), (link(), None, "P1"), (code(), None, "P3")],
)
def test_what_hq_says_counts_and_its_silence_leaves_what_the_till_can_judge(
    test: TestShop, text: str, says: Said, level: str
) -> None:
    async def work() -> None:
        hq = Hq(says)
        hq.open.set()
        async with at_till(test, hq) as till:
            await till.scans.scan(text)
            assert (await till.state())[:2] == ("m1", level)
            assert len(hq.asked) == 1

    run(work)


@pytest.mark.parametrize(
    ("text", "says", "why"),
    [
        (link(), FRESH.model_copy(update={"verdict": LinkVerdict.REPEATED}), "card_link_used"),
        (link(), FRESH.model_copy(update={"verdict": LinkVerdict.BACKWARDS}), "card_link_used"),
        (code(), CodeAnswer(verdict=CodeVerdict.AGAIN, member="m1"), "member_code_used"),
        (code(), CodeAnswer(verdict=CodeVerdict.REFUSED, fault="expired"), "member_code_expired"),
        (code(), CodeAnswer(verdict=CodeVerdict.UNKNOWN), "card_unknown"),
    ],
)
def test_what_hq_has_seen_is_refused(test: TestShop, text: str, says: Said, why: str) -> None:
    async def work() -> None:
        hq = Hq(says)
        hq.open.set()
        async with at_till(test, hq) as till:
            with pytest.raises(Refusal) as refused:
                await till.scans.scan(text)
            assert refused.value.phrase.code == why
            assert await till.state() == (None, "P1", 0, why)

    run(work)


def test_the_till_goes_on_while_hq_is_asked(test: TestShop) -> None:
    async def work() -> None:
        hq = Hq(FRESH)
        async with at_till(test, hq) as till:
            asking = asyncio.create_task(till.scans.scan(link()))
            till.scans.scanned(RICE, "]E0")
            while not hq.asked or (await till.state())[2] == 0:
                await asyncio.sleep(0)
            assert (await till.state())[:3] == (None, "P1", 1)
            hq.open.set()
            await asking
            assert (await till.state())[:3] == ("m1", "P3", 1)

    run(work)


def test_a_scanner_that_reads_twice_over_asks_once(test: TestShop) -> None:
    async def work() -> None:
        hq = Hq(TAKEN)
        async with at_till(test, hq) as till:
            till.scans.scanned(code(), "]Q1")
            till.scans.scanned(code(), "]Q1")
            asking = asyncio.create_task(till.scans.scan(code()))
            hq.open.set()
            await asking
            await till.scans.scan(code())
            assert (await till.state())[:2] == ("m1", "P3")
            assert len(hq.asked) == 1

    run(work)


@pytest.mark.parametrize(
    ("text", "online", "why"),
    [
        (link(), False, None),
        (code(), False, None),
        (RICE, True, None),
        ("M1:", True, "member_code_damaged"),
        ("https://card.example/t?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086", True, "code_of_card"),
        (url_of(Chip("04E5E5E5E5E5E5", AesKey(bytes(16))).tap()), True, "card_unknown"),
    ],
)
def test_hq_is_not_asked_about_what_the_till_can_judge(
    test: TestShop, text: str, online: bool, why: str | None
) -> None:
    async def work() -> None:
        hq = Hq(FRESH)
        hq.open.set()
        async with at_till(test, hq, online) as till:
            refused: list[bool] = []
            till.scans.scanned(text, "", lambda: refused.append(True))
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
            assert (await till.state())[3] == why
            assert hq.asked == []
            assert refused == ([True] if why else [])

    run(work)


def test_nobody_to_ask_is_an_hq_that_is_silent(test: TestShop) -> None:
    async def work() -> None:
        async with at_till(test, None) as till:
            await till.scans.scan(link())
            assert (await till.state())[:2] == ("m1", "P1")

    run(work)


def test_what_fails_without_a_sentence_is_in_the_log(test: TestShop, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_shown: Asked) -> Said:
        raise RuntimeError("a bug")

    async def work() -> None:
        async with at_till(test, broken) as till:
            till.scans.scanned(link(), "")
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
            assert (await till.state())[0] is None

    with caplog.at_level(logging.ERROR):
        run(work)
    assert "a bug" in caplog.text
    assert ADA not in caplog.text
