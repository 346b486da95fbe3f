"""Write-offs signed by two operators, and how much a lost or cloned disk can cost (sync.md, Leases 5 and 12)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from hq import control, operators, terminals, write_off
from hq.headquarters import Headquarters
from hq.ingest import Quarantined
from hq.problems import HqError
from hq.refund_rights import load_rights
from hq.terminals import State
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from tests.hq.devices import Device, acknowledged, outcomes, upload
from tests.hq.looking import balance, broken, held
from tests.hq.real_sales import ring_up
from tests.hq.rich import STORE_LIMIT, move, rich, shared, sized

WORDS = {"ada": "correct horse", "bo": "battery staple"}


@pytest.fixture
def hq(hq: Headquarters) -> Headquarters:
    for seed, (name, passphrase) in enumerate(WORDS.items()):
        with hq.database.transaction() as connection:
            operators.add(connection, hq.state, name, passphrase, Random(seed).randbytes)
    return rich(hq)


def lost(hq: Headquarters, device: Device, state: State = State.REVOKED) -> None:
    with hq.database.transaction() as connection:
        who = terminals.lock(connection, device.name, device.identity.epoch)
        terminals.change(connection, who, state=state.value)


def signed(hq: Headquarters, *names: str, epoch: int = 1) -> list[tuple[str, str]]:
    data = write_off.signed_bytes("s01-1", epoch)
    return [(name, operators.unlock(hq.state, name, WORDS[name]).sign(data).hex()) for name in names]


def do(hq: Headquarters, signatures: list[tuple[str, str]]) -> write_off.Bound:
    with hq.database.transaction() as connection:
        return write_off.write_off(connection, "s01-1", 1, signatures, hq.rules())


def test_what_a_lost_terminal_held_goes_back_to_the_members(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    ring_up(device)
    acknowledged(hq, device.batch())
    before = balance(hq, "m1")
    lost(hq, device)
    given = do(hq, signed(hq, "ada", "bo"))
    assert given.points == held_before(before) + 192
    assert (given.sales, given.refundable_minor) == (1, 4814)
    assert (held(hq, "m1", device.holder), held(hq, "m1"), balance(hq, "m1")) == (0, before[0], before)
    assert shared(hq).amount(device.holder, Asset.LIMIT, STORE_LIMIT) == 0
    with hq.database.transaction() as connection:
        assert load_rights(connection, [("s01-1", 1, 1)]).of(("s01-1", 1, 1)).holder == "pool"
        assert write_off.bound(connection, "s01-1", 1) == write_off.Bound(0, 0, 0, 0, 0, 0)
    assert broken(hq) == []


def held_before(before: tuple[int, int]) -> int:
    """All that m1 has, but the pool's 400."""
    return before[0] - 400


def test_who_was_written_off_never_works_again(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    lost(hq, device)
    assert control.set_state(hq, "s01-1", State.ACTIVE, frozenset({State.REVOKED}))
    lost(hq, device)
    do(hq, signed(hq, "ada", "bo"))
    lost(hq, device)
    with pytest.raises(HqError, match="it was written off; enrol the terminal again"):
        control.set_state(hq, "s01-1", State.ACTIVE, frozenset({State.REVOKED}))


def test_until_then_it_counts_as_spent(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    lost(hq, device)
    assert (held(hq, "m1"), held(hq, "m1", device.holder)) == (400, 600)


def test_what_the_lost_terminal_spent_all_the_same_is_booked_and_flagged(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    device.sell("m1", use=[("open.m1", 600)])
    lost(hq, device)
    do(hq, signed(hq, "ada", "bo"))
    assert outcomes(acknowledged(hq, device.batch())) == {1: "flagged lease_exceeded"}
    assert balance(hq, "m1") == (400, 0)
    assert broken(hq) == []


@pytest.mark.parametrize(
    ("names", "why"),
    [(("ada",), "two different operators"), (("ada", "ada"), "two different operators")],
)
def test_one_operator_is_not_enough(hq: Headquarters, device: Device, names: tuple[str, ...], why: str) -> None:
    sized(hq, device)
    lost(hq, device)
    with pytest.raises(HqError, match=why):
        do(hq, signed(hq, *names))
    assert held(hq, "m1", device.holder) == 600


def test_a_signature_for_another_terminal_counts_for_nothing(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    lost(hq, device)
    with pytest.raises(HqError, match="bo has not signed"):
        do(hq, [*signed(hq, "ada"), *signed(hq, "bo", epoch=2)])
    with pytest.raises(HqError, match="cy has not signed"):
        do(hq, [*signed(hq, "ada"), ("cy", "00" * 64)])


@pytest.mark.parametrize("state", [State.ACTIVE, State.SUSPENDED])
def test_a_terminal_that_lives_is_not_written_off(hq: Headquarters, device: Device, state: State) -> None:
    lost(hq, device, state)
    with pytest.raises(HqError, match="revoke or replace it"):
        do(hq, signed(hq, "ada", "bo"))


def test_a_fork_costs_at_most_what_that_disk_held(hq: Headquarters, device: Device) -> None:
    """Leases 12: the clone's sales are kept as evidence; the bound is told, and every sum stays as it was."""
    sized(hq, device)
    clone = device.fork(0)
    device.sell("m1", use=[("open.m1", 100)])
    clone.sell("m1", use=[("open.m1", 600)])
    acknowledged(hq, device.batch())
    assert upload(hq, clone.batch()) == Quarantined()
    with hq.database.reading() as connection:
        bound = write_off.bound(connection, "s01-1", 1)
    assert (bound.points, bound.sales) == (692, 1)
    assert balance(hq, "m1") == (900, 0)
    assert broken(hq) == []
    do(hq, signed(hq, "ada", "bo"))
    assert held(hq, "m1") == 900
    assert broken(hq) == []


def test_operators_have_their_own_passphrases(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="not the passphrase of ada"):
        operators.unlock(hq.state, "ada", WORDS["bo"])
    with pytest.raises(HqError, match="no operator cy"):
        operators.unlock(hq.state, "cy", "whatever it is")
    with pytest.raises(HqError, match="is no name"):
        operators.unlock(hq.state, "../ada", "whatever it is")
    assert Path(hq.state / "operators" / "ada.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "passphrase", "why"),
    [("ada", "long enough", "already"), ("A B", "long enough", "no name"), ("cy", "short", "too short")],
)
def test_who_cannot_be_an_operator(hq: Headquarters, name: str, passphrase: str, why: str) -> None:
    with hq.database.transaction() as connection, pytest.raises(HqError, match=why):
        operators.add(connection, hq.state, name, passphrase, Random(9).randbytes)


def test_a_lost_terminals_value_and_coupons_are_in_the_bound(hq: Headquarters, device: Device) -> None:
    device.sell("m1", postings=move(Role.ISSUED, Role.LEASE, Asset.STAMP, "coffee", 3))
    acknowledged(hq, device.batch())
    with hq.database.reading() as connection, pytest.raises(HqError, match="knows no terminal s09-9"):
        write_off.bound(connection, "s09-9", 1)
    lost(hq, device)
    do(hq, signed(hq, "ada", "bo"))
    assert broken(hq) == []
