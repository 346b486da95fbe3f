"""Door and link together, over a real socket: what was handed over is on disk, and either side may come and go."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from protocol import chain
from protocol.feed import Bucket
from protocol.lease import GrantAsk, Whereabouts
from terminal.errors import ChainDiverged, StoreError, SyncError
from terminal.sync import lines
from terminal.sync.door import ASKS_MAX, NOTHING, Door, Lent
from terminal.sync.failures import LinkDown
from terminal.sync.link import DOWN, UP, Link
from tests.terminal.store.material import ADA, DEVICE, append, grants
from tests.terminal.sync.till import PATIENCE_S, Till, open_till
from tests.terminal.sync.waiting import Heard

GENESIS = chain.genesis(DEVICE, 1).hex()


@contextmanager
def linked(folder: Path, heard: Heard) -> Iterator[Link]:
    link = Link(folder / "sync.sock", heard.put)
    link.start()
    try:
        yield link
    finally:
        link.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    with open_till(tmp_path, DEVICE) as till:
        yield till


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def link(till: Till, tmp_path: Path, heard: Heard) -> Iterator[Link]:
    with linked(tmp_path, heard) as link:
        assert heard.next() == UP
        link.describe()  # now the till has let it in, too
        yield link


def test_everything_the_agent_hands_over(till: Till, link: Link) -> None:
    till.do(append)
    link.acknowledge(1, till.ledger.head().hash.hex())
    assert link.apply_grants(grants(10, 20)) == 2
    assert link.apply_grants(grants(10, 20)) == 0
    link.met(5_000, 9_000)
    link.changed(Bucket.MEMBERS_0)
    link.state(True, "bundle_refused")
    assert link.describe() == {"clock": "held", "devices": {"reader": "ready"}}
    assert [what[0] for what in till.heard] == ["acknowledge", "grants", "grants", "contact", "directory", "link"]
    assert till.do(lambda ledger: ledger.outbox().depth) == 0
    assert till.do(lambda ledger: ledger.spend_until()) == 9_000
    assert (till.door.online, till.door.last_contact) == (True, 5_000)


def test_a_history_that_is_not_ours_is_an_error_of_its_own(link: Link) -> None:
    with pytest.raises(ChainDiverged):
        link.acknowledge(3, GENESIS)
    link.acknowledge(0, GENESIS)


def test_what_the_till_cannot_do_comes_back_and_the_line_lives(till: Till, link: Link) -> None:
    for error in (StoreError("full"), RuntimeError("a bug")):
        till.fail = error
        with pytest.raises(LinkDown, match="could not take it"):
            link.state(True, None)
    with pytest.raises(LinkDown, match="could not take it"):
        link.apply_grants(grants(5, first=7))
    link.state(True, None)


def test_a_nudge_reaches_the_agent(till: Till, link: Link, heard: Heard) -> None:
    till.nudge()
    assert heard.next() == lines.Nudge()


def test_asking_for_more_lease(till: Till, link: Link, heard: Heard) -> None:
    assert not till.ask(ADA, 50), "offline there is nobody to ask"
    link.state(True, None)
    for granted in (True, False):
        asking = till.run(_start_asking(till))
        question = heard.next()
        assert isinstance(question, lines.Ask)
        assert question.wish == GrantAsk(member=ADA, points=50, after=0)
        link.answer(question, granted)
        assert till.run(_result(asking)) == Lent(granted)


def test_a_no_may_say_who_has_it(till: Till, link: Link, heard: Heard) -> None:
    link.state(True, None)
    asking = till.run(_start_asking(till))
    question = heard.next()
    assert isinstance(question, lines.Ask)
    there = Whereabouts(device="s02-1", store="s02", last_contact_ms=5)
    link.answer(question, False, there)
    assert till.run(_result(asking)) == Lent(False, there)


def test_asking_for_the_key_of_a_card_that_lies_there(till: Till, link: Link, heard: Heard) -> None:
    async def ask(deadline_s: float = PATIENCE_S) -> asyncio.Task[bool]:
        return till.loop.create_task(till.door.ask_key("04AABBCCDDEE80", deadline_s))

    async def result(asking: asyncio.Task[bool]) -> bool:
        return await asking

    assert not till.run(result(till.run(ask()))), "offline there is nobody to ask"
    link.state(True, None)
    for given in (True, False):
        asking = till.run(ask())
        question = heard.next()
        assert isinstance(question, lines.AskKey)
        assert question.uid == "04AABBCCDDEE80"
        link.answer_key(question, given)
        assert till.run(result(asking)) == given
    assert not till.run(result(till.run(ask(0)))), "no answer in time is a no"


async def _start_asking(till: Till) -> asyncio.Task[Lent]:
    return till.loop.create_task(till.door.ask(GrantAsk(member=ADA, points=50, after=0), PATIENCE_S))


async def _result(task: asyncio.Task[Lent]) -> Lent:
    return await task


def test_no_answer_in_time_is_a_no_and_a_late_one_is_forgotten(till: Till, link: Link, heard: Heard) -> None:
    link.state(True, None)
    assert not till.ask(ADA, 50, deadline_s=0)
    question = heard.next()
    assert isinstance(question, lines.Ask)
    link.answer(question, True)
    link.state(True, None)


def test_an_agent_that_leaves_takes_its_answers_with_it(till: Till, link: Link, heard: Heard) -> None:
    link.state(True, None)
    asking = till.run(_start_asking(till))
    heard.next()
    link.close()
    assert till.run(_result(asking)) == NOTHING
    till.wait_for("link", False, None)
    assert not till.door.online


def test_questions_are_bounded(till: Till, link: Link) -> None:
    link.state(True, None)
    waiting = [till.run(_start_asking(till)) for _ in range(ASKS_MAX)]
    assert not till.ask(ADA, 1)
    link.close()
    assert [till.run(_result(task)) for task in waiting] == [NOTHING] * ASKS_MAX


def test_the_till_may_come_after_the_agent_and_again(tmp_path: Path, heard: Heard) -> None:
    with linked(tmp_path, heard) as link:
        with pytest.raises(LinkDown, match="not there"):
            link.describe()
        for _ in range(2):
            with open_till(tmp_path, DEVICE):
                assert heard.next() == UP
                link.describe()
            assert heard.next() == DOWN


def test_the_newest_agent_counts(till: Till, tmp_path: Path, heard: Heard) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as older:
        older.settimeout(PATIENCE_S)
        older.connect(str(tmp_path / "sync.sock"))
        older.sendall(lines.line(lines.Describe(id=1)))
        assert older.recv(1000)
        with linked(tmp_path, heard) as newer:
            assert heard.next() == UP
            newer.state(True, None)
            assert older.recv(1000) == b""
            assert till.door.online


@pytest.mark.parametrize("data", [b"nonsense\n", b'{"say":"nudge"}\n', b"x" * (lines.LINE_BYTES_MAX + 10) + b"\n"])
def test_a_stranger_is_let_go_and_the_door_stays_open(till: Till, tmp_path: Path, heard: Heard, data: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
        stranger.settimeout(PATIENCE_S)
        stranger.connect(str(tmp_path / "sync.sock"))
        answer = b""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stranger.sendall(data)
            answer = stranger.recv(100)
        assert answer == b""
    with linked(tmp_path, heard) as link:
        assert heard.next() == UP
        link.describe()


def test_a_socket_that_cannot_be_made(tmp_path: Path, till: Till) -> None:
    with pytest.raises(SyncError, match="cannot be made"):
        till.run(Door(tmp_path / "nowhere" / "sync.sock", till).start())


def test_the_socket_is_not_for_everybody(till: Till, tmp_path: Path) -> None:
    assert (tmp_path / "sync.sock").stat().st_mode & 0o007 == 0
