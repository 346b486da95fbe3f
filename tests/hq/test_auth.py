"""Who asks: signed now, once, by a key that HQ knows; and what each state of a device may do."""

from __future__ import annotations

import json

import pytest

from hq import terminals
from hq.auth import SKEW_MS
from hq.exchange import Answer, Request, answer
from hq.guard import BURST, RATE_PER_S
from hq.headquarters import Headquarters
from hq.nonces import NONCES_MAX, MemoryNonces, Nonces, TableNonces
from hq.terminals import State
from tests.hq.clients import signed
from tests.hq.conftest import Clock
from tests.hq.devices import Device, join
from tests.hq.tiny_chain import NOW_MS
from tests.protocol.examples import NONCE

GRANTS = "/v1/grants?after=0"


def request(hq: Headquarters, device: Device, target: str = GRANTS, *, nonce: str = NONCE, late_s: int = 0) -> Request:
    named = signed(hq, device, "GET", target, None, nonce=nonce, late_s=late_s)
    return Request("GET", target, {name.lower(): value for name, value in named.items()})


def code_of(given: Answer) -> str:
    return "" if given.status < 300 else str(json.loads(given.body)["error"]["code"])


def ask(hq: Headquarters, asked: Request) -> tuple[int, str]:
    given = answer(hq, asked)
    return given.status, code_of(given)


def numbered(number: int) -> str:
    return f"{number:032x}"


def test_a_request_is_good_once(hq: Headquarters, device: Device) -> None:
    asked = request(hq, device)
    assert ask(hq, asked) == (200, "")
    assert ask(hq, asked) == (401, "replayed")
    assert ask(hq, request(hq, device, nonce=numbered(2))) == (200, "")
    assert ask(hq, request(hq, join(hq, "s01", "2"))) == (200, ""), "another device may use the same nonce"


def test_a_request_that_was_not_believed_uses_no_nonce(hq: Headquarters, device: Device) -> None:
    """Else anybody could use up the nonces of a terminal that they overhear."""
    asked = request(hq, device)
    assert ask(hq, Request("GET", "/v1/grants?after=1", asked.headers)) == (401, "not_authenticated")
    assert ask(hq, asked) == (200, "")


@pytest.mark.parametrize(("late_s", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401), (10**9, 401)])
def test_a_signature_is_good_for_five_minutes(
    hq: Headquarters, device: Device, clock: Clock, late_s: int, status: int
) -> None:
    clock.forward(hours=1)
    assert ask(hq, request(hq, device, late_s=late_s))[0] == status


def test_a_request_cannot_come_again_when_its_nonce_is_forgotten(
    hq: Headquarters, device: Device, clock: Clock
) -> None:
    for late_s in (0, -300):
        asked = request(hq, device, nonce=numbered(late_s + 999), late_s=late_s)
        assert ask(hq, asked) == (200, "")
        for _ in range(12):
            clock.now_ms += SKEW_MS // 6
            assert ask(hq, asked)[0] == 401
            hq.guard.nonces.first_use("s01-1:1", numbered(clock.now_ms), clock.now_ms, clock.now_ms)


def test_a_restart_makes_no_request_good_again(hq: Headquarters, device: Device, clock: Clock) -> None:
    clock.forward(hours=1)
    asked = request(hq, device)
    assert ask(hq, asked) == (200, "")
    clock.now_ms += 2000
    restarted = Headquarters.open(hq.state, clock)
    try:
        why = "clock_skew" if hq.database.dialect == "sqlite" else "replayed"  # a table outlives a worker
        assert ask(restarted, asked) == (401, why)
        assert ask(restarted, request(restarted, device, nonce=numbered(5))) == (200, "")
    finally:
        restarted.close()


def test_an_epoch_or_device_that_nobody_enrolled(hq: Headquarters, device: Device) -> None:
    for name, epoch in (("s09-1", 1), (device.name, 2)):
        identity = device.identity.model_copy(update={"device": name, "epoch": epoch})
        assert ask(hq, request(hq, Device(device.key, identity))) == (401, "device_unknown")


@pytest.mark.parametrize(
    ("state", "operations", "grants"),
    [
        (State.ACTIVE, 422, (200, "")),
        (State.SUSPENDED, 422, (403, "not_active")),
        (State.QUARANTINED, 422, (403, "not_active")),
        (State.RETIRED, 422, (403, "not_active")),
        (State.REVOKED, 403, (403, "revoked")),
        (State.ENROLLED, 401, (401, "device_unknown")),
    ],
)
def test_the_state_of_a_device_is_looked_at_every_time(
    hq: Headquarters, device: Device, state: State, operations: int, grants: tuple[int, str]
) -> None:
    with hq.database.transaction() as connection:
        terminals.change(connection, terminals.lock(connection, device.name, 1), state=state.value)
    named = signed(hq, device, "POST", "/v1/operations", b"none", nonce=NONCE)
    lower = {name.lower(): value for name, value in named.items()}
    assert answer(hq, Request("POST", "/v1/operations", lower, b"none")).status == operations
    assert ask(hq, request(hq, device, nonce=numbered(1))) == grants


def test_too_many_at_once_have_to_wait(hq: Headquarters, device: Device, clock: Clock) -> None:
    waits = [hq.guard.rates.wait_s("s01-1:1", clock()) for _ in range(BURST)]
    assert waits == [0] * BURST
    given = answer(hq, request(hq, device))
    assert (given.status, code_of(given), given.headers["retry-after"]) == (429, "too_many", "1")
    other = join(hq, "s01", "2")
    assert ask(hq, request(hq, other)) == (200, ""), "one terminal cannot use up what belongs to another"
    clock.now_ms += 1000
    answers = [ask(hq, request(hq, device, nonce=numbered(n)))[0] for n in range(RATE_PER_S + 1)]
    assert answers == [200] * RATE_PER_S + [429]


@pytest.fixture(params=["memory", "table"])
def nonces(request: pytest.FixtureRequest, hq: Headquarters) -> Nonces:
    return MemoryNonces(NOW_MS) if request.param == "memory" else TableNonces(hq.database)


def test_nonces_are_remembered_while_they_count_and_bounded(nonces: Nonces) -> None:
    assert nonces.first_use("d:1", "a", NOW_MS + 10, NOW_MS)
    assert not nonces.first_use("d:1", "a", NOW_MS + 10, NOW_MS + 10)
    assert nonces.first_use("d:1", "a", NOW_MS + 20, NOW_MS + 11)
    assert nonces.first_use("d:2", "a", NOW_MS + 20, NOW_MS + 11)


def test_a_device_cannot_fill_the_memory(nonces: Nonces) -> None:
    if isinstance(nonces, TableNonces):
        pytest.skip("the same bound, and slow")
    taken = [nonces.first_use("d:1", str(number), NOW_MS + 10, NOW_MS) for number in range(NONCES_MAX + 1)]
    assert taken == [True] * NONCES_MAX + [False]
    assert nonces.first_use("d:1", "later", NOW_MS + 30, NOW_MS + 11)
