"""Operations up, through lines that are cut anywhere: each arrives once, and HQ must prove its position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from hq import terminals
from protocol import canonical, chain
from protocol.batch import Acknowledgement, Batch, Gap
from protocol.signing import private_from_hex, public_hex
from terminal.errors import ChainDiverged
from terminal.identity import Identity
from terminal.store.ledger import Ledger
from terminal.store.outbox import OutboxReader
from terminal.store.pruning import KEPT_MS
from terminal.sync.failures import Nonsense, Quarantined, Refused, Unreachable
from terminal.sync.hq_client import HqClient
from terminal.sync.link import UP, Link
from terminal.sync.push import Pusher
from tests.hq.looking import balance, broken, stored
from tests.hq.tiny_chain import NOW_MS
from tests.terminal.store.material import FOREVER_MS
from tests.terminal.sync.conftest import World
from tests.terminal.sync.cut_line import Cut, cut_line
from tests.terminal.sync.https import Asked, Say, https_client, serve
from tests.terminal.sync.till import Till
from tests.terminal.sync.waiting import Heard

OPERATIONS = 1200
ALWAYS: Callable[[], bool] = lambda: True  # noqa: E731 - a name for what is passed


@contextmanager
def pusher(world: World, identity: Identity, client: HqClient) -> Iterator[Pusher]:
    heard = Heard()
    link = Link(world.folder / "sync.sock", heard.put)
    link.start()
    try:
        assert heard.next() == UP
        with OutboxReader(world.folder / "ledger.db") as outbox:
            yield Pusher(outbox, client, link, identity)
    finally:
        link.close()
        client.rest()


def client_of(world: World, identity: Identity) -> HqClient:
    return https_client(identity, world.folder / "ca.pem", lambda: NOW_MS)


def sell_many(world: World, till: Till, count: int) -> None:
    """Members earn and spend what they earned; the counter is not needed for it."""
    till.do(lambda ledger: ledger.note_spend_until(FOREVER_MS))
    for n in range(count // 2):
        world.sell(till, member=("m1", "m2")[n % 2], earn=10 + n % 3)
        lot = f"s01-1-aa.1.{2 * n + 1}"
        world.sell(till, member=("m1", "m2")[n % 2], draw={lot: n % 7} if n % 7 else None)


def test_every_operation_arrives_once_over_a_line_that_is_cut_again_and_again(world: World) -> None:
    chance = Random(11)
    up = [500, 3000, 90_000, 250_000, 10**9]
    cuts = iter([Cut(chance.choice(up), chance.randint(0, 4500)) for _ in range(40)])
    identity, broke = world.identity, 0
    with cut_line(int(identity.hq.rpartition(":")[2]), lambda: next(cuts, None)) as line, world.till() as till:
        through = identity.model_copy(update={"hq": f"https://127.0.0.1:{line.port}"})
        sell_many(world, till, OPERATIONS)
        with pusher(world, through, client_of(world, through)) as pushing:
            while till.do(lambda ledger: ledger.outbox().depth):
                try:
                    pushing.push(ALWAYS)
                except Unreachable:
                    broke += 1
                    assert broke < 100
        made = [till.do(lambda ledger, seq=seq: ledger.operation(seq)) for seq in range(1, OPERATIONS + 1)]
    assert broke > 10, "the line was hardly cut"
    hq = world.hq.headquarters
    assert stored(hq) == [operation.encode() for operation in made if operation]
    assert broken(hq) == []
    for member, before in (("m1", 1000), ("m2", 320)):
        moves = sum(p.amount for o in made if o and o.member == member for p in o.postings if p.account == "lease")
        assert balance(hq, member) == (before + moves, 0)


def test_an_answer_that_was_lost_makes_a_duplicate_and_not_a_second_sale(world: World) -> None:
    identity = world.identity
    with world.till() as till, pusher(world, identity, client_of(world, identity)) as pushing:
        world.sell(till, 3, member="m1", earn=5)
        with OutboxReader(world.folder / "ledger.db") as outbox:
            waiting = outbox.pending(0, 500, 10**6)
        key = private_from_hex(identity.private_key)
        sent = Batch.sign(key, identity.device, 1, 1, waiting.previous_hash, waiting.operations)
        client_of(world, identity).operations(sent.encode())
        assert pushing.push(ALWAYS) == 3
        assert till.do(lambda ledger: ledger.outbox().depth) == 0
    assert len(stored(world.hq.headquarters)) == 3
    assert balance(world.hq.headquarters, "m1") == (1015, 0)


def test_a_gap_is_filled_from_where_hq_is(world: World) -> None:
    identity = world.identity
    with world.till() as till, pusher(world, identity, client_of(world, identity)) as pushing:
        world.sell(till, 4)
        till.do(lambda ledger: ledger.acknowledge(2, ledger._hash_at(2) or b""))
        assert pushing.push(ALWAYS) == 4
    assert len(stored(world.hq.headquarters)) == 4


def test_quarantine_is_said(world: World) -> None:
    with world.hq.headquarters.database.transaction() as connection:
        terminals.change(connection, terminals.lock(connection, world.identity.device, 1), state="quarantined")
    with world.till() as till, pusher(world, world.identity, client_of(world, world.identity)) as pushing:
        world.sell(till)
        with pytest.raises(Quarantined):
            pushing.push(ALWAYS)
        assert till.do(lambda ledger: ledger.outbox().depth) == 1


def test_a_push_stops_between_batches_when_asked(world: World) -> None:
    with world.till() as till, pusher(world, world.identity, client_of(world, world.identity)) as pushing:
        world.sell(till, 3)
        assert pushing.push(lambda: False) == 0


def problem(status: int, code: str, params: dict[str, Any]) -> Say:
    body = {"error": {"code": code, "message": "no", "params": params}}
    return Say(canonical.encode(body), status=status)


def acknowledge(seq: int, digest: str) -> Say:
    return Say(Acknowledgement(acked_seq=seq, acked_hash=digest).model_dump_json().encode())


WRONG = "0" * 64
ANSWERS: dict[str, tuple[Say, type[Exception]]] = {
    "a hash of another history": (acknowledge(2, WRONG), ChainDiverged),
    "more than there is": (acknowledge(9, WRONG), ChainDiverged),
    "nothing taken": (acknowledge(0, WRONG), Nonsense),
    "a gap with another history": (
        problem(409, "gap", Gap(expected_seq=2, expected_hash=WRONG).model_dump()),
        ChainDiverged,
    ),
    "a gap before the beginning": (
        problem(409, "gap", Gap(expected_seq=0, expected_hash=WRONG).model_dump()),
        ChainDiverged,
    ),
    "a gap nowhere": (problem(409, "gap", {}), Nonsense),
    "another refusal": (problem(422, "batch_signature", {}), Refused),
    "busy": (problem(503, "storage", {}), Refused),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_hq_says_is_checked(world: World, name: str) -> None:
    say, error = ANSWERS[name]
    with serve(world.folder / "other", lambda _: say) as served, world.till() as till:
        identity = world.identity.model_copy(update={"hq": f"https://127.0.0.1:{served.port}"})
        with pusher(world, identity, https_client(identity, served.ca_file, lambda: None)) as pushing:
            world.sell(till, 2)
            with pytest.raises(error):
                pushing.push(ALWAYS)
            assert till.do(lambda ledger: ledger.outbox().depth) == 2


def test_an_hq_that_sees_gaps_without_end_is_left(world: World) -> None:
    with world.till() as till, serve(world.folder / "other", lambda _: Say()) as served:
        world.sell(till, 2)
        genesis = till.do(lambda ledger: ledger._hash_at(0) or b"").hex()
        served.answer = lambda _: problem(409, "gap", {"expected_seq": 1, "expected_hash": genesis})
        identity = world.identity.model_copy(update={"hq": f"https://127.0.0.1:{served.port}"})
        with (
            pusher(world, identity, https_client(identity, served.ca_file, lambda: None)) as pushing,
            pytest.raises(Refused, match="gap"),
        ):
            pushing.push(ALWAYS)
        assert len(served.asked) == 3


def test_batches_are_bounded_and_signed(world: World) -> None:
    batches: list[Batch] = []

    def take(asked: Asked) -> Say:
        batches.append(Batch.decode(asked.body))
        header = batches[-1].header
        return acknowledge(header.last, header.last_hash)

    with serve(world.folder / "other", take) as served, world.till() as till:
        identity = world.identity.model_copy(update={"hq": f"https://127.0.0.1:{served.port}"})
        with pusher(world, identity, https_client(identity, served.ca_file, lambda: None)) as pushing:
            world.sell(till, 20, detail={"text": "x" * 30_000})
            assert pushing.push(ALWAYS) == 20
    public = public_hex(private_from_hex(world.identity.private_key))
    for batch in batches:
        batch.verify(public)
        assert sum(map(len, batch.operations)) <= 256 * 1024
    assert [batch.header.first for batch in batches] == [1, 9, 17]


def test_the_history_that_is_shown_begins_where_the_ledger_does(world: World) -> None:
    """What HQ has held for 35 days is pruned; the rest still proves a fork."""
    batches: list[Batch] = []

    def take(asked: Asked) -> Say:
        batches.append(Batch.decode(asked.body))
        return acknowledge(batches[-1].header.last, batches[-1].header.last_hash)

    def prune(ledger: Ledger) -> None:
        ledger.acknowledge(2, ledger._hash_at(2) or b"")
        ledger.prune(NOW_MS)
        ledger.prune(NOW_MS + KEPT_MS)

    with serve(world.folder / "other", take) as served, world.till() as till:
        identity = world.identity.model_copy(update={"hq": f"https://127.0.0.1:{served.port}"})
        with pusher(world, identity, https_client(identity, served.ca_file, lambda: None)) as pushing:
            world.sell(till, 5)
            till.do(prune)
            pushing.show_history(ALWAYS)
            anchor = till.do(lambda ledger: ledger.anchor())
    assert [(batch.header.first, batch.header.last) for batch in batches] == [(3, 5)]
    assert batches[0].header.last_hash == chain.extend(anchor.hash, batches[0].operations).hex()
