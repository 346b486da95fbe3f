"""Who watches hears of a grant, a recall or a deny list at once, and waits while there is nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from hq import control
from hq.headquarters import Headquarters
from hq.problems import Code, Refusal
from hq.schema import terminal
from hq.turns import Turns
from hq.watching import WAITING_MAX, Watchers
from protocol.contact import News
from tests.hq.clients import Client
from tests.hq.devices import Device, join
from tests.hq.served import ServedHq

PATIENCE_S = 30
WHO = ("s01-1", 1)


@pytest.fixture
def client(served: ServedHq) -> Iterator[Client]:
    with Client(served, join(served.headquarters, "s01", "1")) as client:
        yield client


def granted(hq: Headquarters, number: int) -> None:
    with hq.database.transaction() as connection:
        connection.execute(update(terminal).values(granted=number))


def test_news_are_told_at_once(client: Client, served: ServedHq) -> None:
    granted(served.headquarters, 4)
    now = News.model_validate(client.get("/v1/watch?granted=0&config=0").body)
    assert (now.granted, now.config > 0) == (4, True)
    assert client.get("/v1/watch?granted=0").code == "message_invalid"


async def waiting(watchers: Watchers, known: News, work: asyncio.Future[None] | None = None) -> bool:
    """Whether a wait that has begun before `work` is over after it."""
    task = asyncio.create_task(watchers.wait(WHO, known))
    if work is not None:
        await work
        await asyncio.wait_for(task, PATIENCE_S)
        return True
    done, _ = await asyncio.wait([task], timeout=0.6)
    watchers.close()
    await task
    return bool(done)


def test_a_grant_and_a_deny_list_wake_who_waits(hq: Headquarters, device: Device) -> None:
    async def play() -> None:
        watchers = Watchers(hq)
        for act in (
            lambda: granted(hq, 7),
            lambda: control.change_deny_list(hq, "member", "m1", control.DENIED),
        ):
            known = watchers.now(WHO)
            work = asyncio.ensure_future(asyncio.to_thread(act))
            assert await waiting(watchers, known, work)
            assert watchers.now(WHO) != known

    assert device.name == WHO[0]
    asyncio.run(play())


def test_who_is_suspended_is_woken(hq: Headquarters, device: Device) -> None:
    async def play() -> None:
        watchers = Watchers(hq)

        def suspend() -> None:
            with hq.database.transaction() as connection:
                connection.execute(update(terminal).values(state="suspended"))

        join(hq, "s01", "2")
        assert await waiting(watchers, watchers.now(WHO), asyncio.ensure_future(asyncio.to_thread(suspend)))

    assert device.name == WHO[0]
    asyncio.run(play())


def test_without_news_nobody_is_woken_before_the_end(hq: Headquarters, device: Device) -> None:
    async def play() -> None:
        watchers = Watchers(hq)
        assert not await waiting(watchers, watchers.now(WHO))
        await watchers.wait(WHO, watchers.now(WHO))  # closed: nobody waits any more

    assert device.name == WHO[0]
    asyncio.run(play())


def test_so_many_may_wait(hq: Headquarters, device: Device) -> None:
    async def play() -> None:
        watchers = Watchers(hq)
        known = watchers.now(WHO)
        tasks = [asyncio.create_task(watchers.wait(WHO, known)) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0)
        await asyncio.wait_for(watchers.wait(WHO, known), PATIENCE_S)
        assert not any(task.done() for task in tasks)
        watchers.close()
        await asyncio.gather(*tasks)

    assert device.name == WHO[0]
    asyncio.run(play())


def test_who_comes_when_too_many_wait_is_sent_away() -> None:
    async def play() -> None:
        turns, go = Turns(at_once=1, waiting_max=1), asyncio.Event()

        async def one() -> None:
            async with turns.turn():
                await go.wait()

        tasks = [asyncio.create_task(one()) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as refused:
            await one()
        assert refused.value.code is Code.TOO_MANY
        go.set()
        await asyncio.gather(*tasks)
        await one()

    asyncio.run(play())
