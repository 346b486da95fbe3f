"""Links of cards and member codes between a till and HQ: asked while the customer waits, and told late."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import select

from hq import member_codes
from hq.schema import card_counter
from protocol.directory import card_key
from protocol.links import CodeAnswer, CodeAsk, CodeVerdict, LinkAnswer, LinksSeen, LinkVerdict
from terminal.errors import StoreError
from terminal.store.card_counters import LinkSeen
from terminal.store.outbox import OutboxReader
from terminal.sync.failures import Refused, Unreachable
from terminal.sync.hq_client import HqClient
from terminal.sync.links import REPORTS_MAX, LinkErrands
from tests.hq.shown_links import UID, ask_of, chip_of
from tests.hq.tiny_chain import NOW_MS
from tests.terminal.sync.conftest import World
from tests.terminal.sync.till import PATIENCE_S, Till


@pytest.fixture
def till(world: World) -> Iterator[Till]:
    with world.till() as till:
        yield till


def seen(world: World, counter: int) -> LinkSeen:
    key = card_key(bytes.fromhex(world.identity.lookup_key), UID)
    return LinkSeen(key, 1, counter, NOW_MS + 1, NOW_MS + 9)


def test_the_till_asks_and_hq_answers_while_the_customer_waits(world: World, till: Till) -> None:
    hq = world.hq.headquarters
    chip = chip_of(hq)
    link, code = ask_of(chip.tap()), CodeAsk(code=member_codes.issue(hq, "m1", Random(2).randbytes))
    assert till.run(till.door.ask_shown(link, PATIENCE_S)) is None, "offline there is nobody to ask"
    with world.agent():
        till.wait_for("link", True)
        first, again = (till.run(till.door.ask_shown(link, PATIENCE_S)) for _ in range(2))
        taken, used = (till.run(till.door.ask_shown(code, PATIENCE_S)) for _ in range(2))
        assert till.run(till.door.ask_shown(ask_of(chip.tap()), 0)) is None, "no answer in time is none"
    assert isinstance(first, LinkAnswer)
    assert isinstance(again, LinkAnswer)
    assert (first.verdict, first.member, again.verdict) == (LinkVerdict.FRESH, "m1", LinkVerdict.REPEATED)
    assert taken == CodeAnswer(verdict=CodeVerdict.TAKEN, member="m1")
    assert used == CodeAnswer(verdict=CodeVerdict.AGAIN, member="m1")


def test_what_was_judged_without_hq_is_told_at_the_next_contact(world: World, till: Till) -> None:
    chip_of(world.hq.headquarters)
    world.hq.stop()
    till.do(lambda ledger: [ledger.card_counters.take(seen(world, counter)) for counter in (7, 8)])
    world.hq.start()
    with world.agent():
        till.wait_for("directory", "members-f")
    with world.hq.headquarters.database.reading() as connection:
        assert connection.scalars(select(card_counter.c.counter)).all() == [8]


class Deaf(HqClient):
    """Without a line: takes reports, and refuses them as an older HQ does."""

    def __init__(self, *, old: bool = False, away: bool = False) -> None:
        self.old, self.away, self.told = old, away, list[LinksSeen]()

    def links_seen(self, told: LinksSeen) -> None:
        if self.old:
            raise Refused(404, "not_found", "there is nothing here", {}, None)
        if self.away:
            raise Unreachable("no line")
        self.told.append(told)


def told(client: Deaf) -> list[int]:
    return [each.counter for report in client.told for each in report.seen]


def test_all_is_told_once_and_again_to_an_hq_that_was_restored(world: World, till: Till) -> None:
    till.do(lambda ledger: [ledger.card_counters.take(seen(world, counter)) for counter in range(120)])
    client = Deaf()
    with OutboxReader(world.folder / "ledger.db") as outbox:
        errands = LinkErrands(client, outbox)
        errands.run(False)
        assert [len(report.seen) for report in client.told] == [50, 50, 20]
        assert told(client) == list(range(120))
        errands.run(False)
        assert len(client.told) == 3
        till.do(lambda ledger: ledger.card_counters.take(seen(world, 120)))
        errands.run(False)
        assert told(client)[-1] == 120
        errands.run(True)
        assert told(client)[121:] == list(range(121))


def test_what_did_not_arrive_is_told_again(world: World, till: Till) -> None:
    till.do(lambda ledger: ledger.card_counters.take(seen(world, 7)))
    client = Deaf(away=True)
    with OutboxReader(world.folder / "ledger.db") as outbox:
        errands = LinkErrands(client, outbox)
        with pytest.raises(Unreachable):
            errands.run(False)
        client.away = False
        errands.run(False)
    assert told(client) == [7]


def test_one_contact_tells_so_much_and_an_older_hq_is_told_nothing(world: World, till: Till) -> None:
    many = (REPORTS_MAX + 1) * 50
    till.do(lambda ledger: [ledger.card_counters.take(seen(world, counter)) for counter in range(many)])
    client = Deaf()
    with OutboxReader(world.folder / "ledger.db") as outbox:
        errands = LinkErrands(client, outbox)
        errands.run(False)
        assert len(client.told) == REPORTS_MAX
        errands.run(False)
        assert told(client) == list(range(many))
        LinkErrands(Deaf(old=True), outbox).run(False)
    with pytest.raises(StoreError):
        OutboxReader(world.folder / "nowhere.db")
