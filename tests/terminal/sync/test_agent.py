"""The agent and a real HQ: whatever happens to the line, to HQ or to the till, both sides agree in the end."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hq import control, feed, terminals
from hq.schema import evidence, feed_row
from hq.terminals import State
from protocol.batch import Batch
from protocol.feed import Bucket, RowKind
from protocol.signing import Signed
from terminal.identity import ca_path
from terminal.store.audit import audit
from terminal.store.directory import Directory
from terminal.store.ledger import Ledger
from tests.hq.looking import balance, broken, stored
from tests.hq.tiny_chain import NOW_MS, PROGRAMME
from tests.terminal.store.feed_material import contained
from tests.terminal.sync.conftest import World
from tests.terminal.sync.till import PATIENCE_S, Till

LATEST_MS = NOW_MS + 3600 * 1000  # HQ's clock stands, and the terminal's goes on from it
SPEND_MS = 30 * 24 * 3600 * 1000


def directory_of(world: World) -> Directory:
    return Directory(world.folder / "directory.db")


def points_in_directory(world: World, member: str) -> int:
    directory = directory_of(world)
    row = directory.member(member)
    directory.close()
    assert row is not None
    return sum(lot.points for lot in row.lots)


def depth(till: Till) -> int:
    return till.do(lambda ledger: ledger.outbox().depth)


def set_state(world: World, state: str) -> None:
    with world.hq.headquarters.database.transaction() as connection:
        terminals.change(connection, terminals.lock(connection, world.identity.device, 1), state=state)


def publish(world: World, kind: RowKind, key: str, body: dict[str, Any]) -> None:
    with world.hq.headquarters.database.transaction() as connection:
        feed.publish(connection, Bucket.CONFIG, [feed.Row(kind, key, body)])


def test_the_first_contact_brings_everything(world: World) -> None:
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        till.wait_for("grants", 2)
        assert ("link", True, None) in till.heard
        assert till.do(lambda ledger: ledger.spend_until()) == NOW_MS + SPEND_MS
        assert till.do(lambda ledger: [lot.points for lot in ledger.lease("m1")]) == [600], "60 % at the home store"
        (said,) = [heard[1] for heard in till.heard if heard[0] == "contact"]
        assert abs(said - NOW_MS) < 60_000
    directory = directory_of(world)
    with world.hq.headquarters.database.transaction() as connection:
        rows = connection.execute(select(feed_row.c.kind, feed_row.c.key, feed_row.c.body)).all()
    found = {
        RowKind.MEMBER.value: directory.member,
        RowKind.CARD.value: directory.card,
        RowKind.PRODUCT.value: directory.product,
        RowKind.STORE.value: directory.store,
        RowKind.PROGRAMME.value: lambda _: directory.programme(),
    }
    assert len(rows) > 10
    assert [row for row in rows if found[row.kind](row.key) is None] == []
    for bucket in Bucket:
        state = directory.bucket(bucket)
        assert state is not None
        assert (state.mismatch, state.as_of_ms) == (False, NOW_MS)
    directory.close()


def test_a_sale_is_sent_at_once_and_comes_back_as_a_balance(world: World) -> None:
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        till.forget()
        world.sell(till, member="m1", earn=15, draw={lot_of(till, "m1"): 100})
        till.wait_for("acknowledge", 1)
        till.wait_for("directory", "members-f")
        assert depth(till) == 0
    assert balance(world.hq.headquarters, "m1") == (915, 0)
    assert points_in_directory(world, "m1") == 915
    directory = directory_of(world)
    assert contained(directory, "m1") == 1
    directory.close()
    assert broken(world.hq.headquarters) == []


def lot_of(till: Till, member: str) -> str:
    return till.do(lambda ledger: ledger.lease(member)[0].id)


def test_nothing_is_lost_while_hq_is_away(world: World) -> None:
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        world.hq.stop()
        world.sell(till, 5, member="m1", earn=10)
        till.wait_for("link", False, None)
        world.sell(till, 5, member="m2", earn=1)
        assert depth(till) == 10
        till.forget()
        world.hq.start()
        till.wait_for("acknowledge", 10)
        till.wait_for("directory", "members-f")
    assert len(stored(world.hq.headquarters)) == 10
    assert balance(world.hq.headquarters, "m1") == (1050, 0)
    assert points_in_directory(world, "m1") == 1050
    assert points_in_directory(world, "m2") == 325
    assert broken(world.hq.headquarters) == []


def test_online_the_till_may_ask_for_more(world: World) -> None:
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        assert till.ask("m1", 300)
        assert sum(lot.points for lot in till.do(lambda ledger: ledger.lease("m1"))) == 900
        assert not till.ask("m1", 300), "HQ's pool has only 100 left"
        assert not till.ask("nobody", 1)
        world.hq.stop()
        assert not till.ask("m1", 1)


def test_an_answer_that_comes_late_is_a_larger_lease(world: World) -> None:
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        till.forget()
        assert not till.ask("m1", 300, deadline_s=0)
        till.wait_for("grants", 1)
        assert sum(lot.points for lot in till.do(lambda ledger: ledger.lease("m1"))) == 900


def test_the_till_may_start_again_beside_its_agent(world: World) -> None:
    with world.agent():
        with world.till() as till:
            till.wait_for("directory", "members-f")
        with open_ledger_of(world) as ledger:
            seq = ledger.next_seq()
        with world.till() as till:
            till.wait_for("link", True, None)
            world.sell(till)
            till.wait_for("acknowledge", seq)
            assert depth(till) == 0


def open_ledger_of(world: World) -> Ledger:
    return Ledger.open(world.folder / "ledger.db", world.identity.device, 1)


def test_the_agent_may_start_again_beside_its_till(world: World) -> None:
    with world.till() as till:
        for seq in (1, 2):
            with world.agent():
                till.wait_for("link", True, None)
                world.sell(till)
                till.wait_for("acknowledge", seq)
            till.wait_for("link", False, None)
            till.forget()
    assert len(stored(world.hq.headquarters)) == 2


def test_a_rolled_back_disk_is_found_and_what_it_sold_is_kept_as_evidence(world: World) -> None:
    with world.till() as till, world.agent():
        world.sell(till, 2)
        till.wait_for("acknowledge", 2)
    for suffix in ("", "-wal", "-shm"):
        (world.folder / f"ledger.db{suffix}").unlink(missing_ok=True)
    with world.till() as till:
        with world.agent():
            till.wait_for("link", True, "chain_diverged")
            assert till.do(lambda ledger: ledger.spend_until()) <= LATEST_MS, "a copy may have spent the leases"
            world.sell(till, 4, member="m1", earn=5)
        with world.agent():
            till.wait_for("link", True, "quarantined")
            assert till.do(lambda ledger: ledger.spend_until()) <= LATEST_MS
        assert depth(till) == 4, "nothing was acknowledged"
    assert len(stored(world.hq.headquarters)) == 2
    with world.hq.headquarters.database.transaction() as connection:
        (kept,) = connection.scalars(select(evidence.c.data)).all()
    assert len(Batch.decode(kept).operations) == 4


@pytest.mark.parametrize(
    ("state", "code", "waits"),
    [("quarantined", "quarantined", 2), ("suspended", "suspended", 0), ("retired", "not_active", 0)],
)
def test_hq_has_stopped_this_device(world: World, state: str, code: str, waits: int) -> None:
    """It says so, gets no leases and no news, and keeps selling; only a quarantined one stops sending."""
    set_state(world, state)
    with world.till() as till, world.agent():
        till.wait_for("link", True, code)
        world.sell(till, 2, earn=1)
        if not waits:
            till.wait_for("acknowledge", 2)
        assert depth(till) == waits
        assert till.do(lambda ledger: ledger.grants_applied()) == 0
        assert till.do(lambda ledger: ledger.spend_until()) == NOW_MS
    assert not any(heard[0] == "directory" for heard in till.heard)


def test_a_key_that_hq_does_not_know(world: World) -> None:
    text = (world.folder / "identity.json").read_text()
    (world.folder / "identity.json").write_text(text.replace(world.identity.private_key, "77" * 32))
    with world.till() as till, world.agent():
        till.wait_for("link", False, "not_authenticated")


def sign(world: World, document: dict[str, Any]) -> dict[str, Any]:
    return Signed.make("programme", document, world.hq.headquarters.keys.signing).model_dump()


BAD: dict[str, Callable[[World], dict[str, Any]]] = {
    "older": lambda world: sign(world, {**PROGRAMME, "version": 2}),
    "other content": lambda world: sign(world, {**PROGRAMME, "cash_rounding": 5}),
    "unusable": lambda world: sign(world, {**PROGRAMME, "version": 9, "tiers": "none"}),
    "truncated": lambda world: {**sign(world, {**PROGRAMME, "version": 9}), "payload": '{"format":1,"id":"ti'},
    "changed": lambda world: {
        name: text.replace('"version":9', '"version":8')
        for name, text in sign(world, {**PROGRAMME, "version": 9}).items()
    },
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_bundle_stays_out_and_the_old_one_in_use(world: World, bad: str) -> None:
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        directory = directory_of(world)
        before = directory.programme()
    publish(world, RowKind.PROGRAMME, "current", BAD[bad](world))
    with world.till() as till, world.agent():
        till.wait_for("link", True, "bundle_refused")
        assert directory.programme() == before
        state = directory.bucket(Bucket.CONFIG)
        assert state is not None
        assert not state.mismatch, "the sum counts what HQ sent"
    publish(world, RowKind.PROGRAMME, "current", sign(world, {**PROGRAMME, "version": 10}))
    with world.till() as till, world.agent():
        till.wait_for("link", True, None)
        after = directory.programme()
    assert after != before
    directory.close()


def test_sigterm_ends_the_process_in_peace(world: World) -> None:
    (world.folder / "terminal.toml").write_text(
        f'[terminal]\nstate = "{world.folder}"\nrun = "{world.folder}"\n[sync]\ninterval_s = 3600\n'
    )
    code = (
        "import sys; from pathlib import Path; from terminal.config import load; from terminal.sync import agent; "
        "sys.exit(agent.run(load(Path(sys.argv[1]))))"
    )
    with world.till() as till:
        command = [sys.executable, "-c", code, str(world.folder / "terminal.toml")]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            till.wait_for("directory", "members-f")
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert b"Traceback" not in said
    assert audit(world.folder / "ledger.db") == []


def test_without_an_identity_the_process_says_what_to_do(world: World) -> None:
    (world.folder / "identity.json").unlink()
    (world.folder / "terminal.toml").write_text(f'[terminal]\nstate = "{world.folder}"\nrun = "{world.folder}"\n')
    code = (
        "import sys; from pathlib import Path; from terminal.config import load; from terminal.sync import agent; "
        "sys.exit(agent.run(load(Path(sys.argv[1]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(world.folder / "terminal.toml")], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"stillpoint enrol" in done.stderr


def test_an_authority_that_cannot_be_used_is_told_and_waited_for(world: World) -> None:
    """Who would end here would end the shop with it; what was sold goes up once somebody has mended it."""
    path = ca_path(world.folder)
    authority = path.read_bytes()
    path.write_bytes(b"")
    with world.agent():
        with world.till() as till:
            till.wait_for("link", False, "not_authenticated")
            world.sell(till)
            assert stored(world.hq.headquarters) == []
        path.write_bytes(authority)
        with world.till() as till:
            till.wait_for("acknowledge", 1)
    path.write_bytes(b"")
    with world.till() as till, world.agent():
        till.wait_for("link", False, "not_authenticated")


def test_a_deny_list_reaches_a_terminal_that_is_online_at_once(world: World) -> None:
    """sync.md, Leases 6: the next round is an hour away, so only the watch can bring it."""
    with world.till() as till, world.agent():
        till.wait_for("grants", 2)
        till.wait_for("link", True)
        till.forget()
        control.change_deny_list(world.hq.headquarters, "member", "m1", control.DENIED)
        till.wait_for("directory", "config")
    directory = directory_of(world)
    signed = directory.control(RowKind.DENY)
    directory.close()
    assert signed is not None
    assert signed.open("deny", world.identity.trust_key)["members"] == ["m1"]


def test_a_suspended_terminal_hears_it_at_once(world: World) -> None:
    with world.till() as till, world.agent():
        till.wait_for("grants", 2)
        till.forget()
        control.set_state(world.hq.headquarters, "s01-1", State.SUSPENDED, frozenset({State.ACTIVE}))
        till.wait_for("link", True, "suspended")
        assert till.do(lambda ledger: ledger.spend_until()) == NOW_MS


def test_hq_says_how_often_to_come(world: World) -> None:
    """The terminal's own file says an hour; with HQ's five seconds the next round comes by itself."""
    control.configure(world.hq.headquarters, interval_s=5)
    with world.till() as till, world.agent():
        till.wait_for("directory", "members-f")
        till.forget()
        till.wait_for("contact")
