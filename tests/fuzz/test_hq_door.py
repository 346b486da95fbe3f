"""HQ's door against terminals gone mad: facts that make no sense, signatures that are bent, bodies of anything."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import update

from hq.audit import audit
from hq.routes import ROUTES
from hq.schema import holding
from protocol import canonical
from protocol.batch import MAX_BATCH_BYTES
from protocol.operation import Operation, OperationError
from tests.fuzz.hq_door import Door, open_door
from tests.fuzz.mutate import bent, bent_bytes, tries
from tests.protocol.examples import examples

TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
BATCH = 20
DETAILS = {
    "sale": ("sale_detail", "sale_detail_everything"),
    "refund": ("refund_detail", "unverified_refund_detail"),
    "void": ("void_detail",),
    "top_up": ("top_up_detail",),
    "lease_return": ("lease_return_detail",),
    "release": ("release_detail",),
    **dict.fromkeys(("expire", "pay_out", "opening", "activate", "adjust", "write_off", "merge"), ("release_detail",)),
}
MOVES = (
    ("points", "open.m1", "lease", "redeemed"),
    ("points", "open.m1", "lease", "pool"),
    ("points", "open.m1", "redeemed", "lease"),
    ("points", "open.m1", "lease", "expired"),
    ("points", "open.m1", "lease", "pending"),
    ("points", "new", "issued", "lease"),
    ("points", "new", "issued", "pending"),
    ("points", "new", "issued", "debt"),
    ("principal", "v1", "issued", "lease"),
    ("principal", "v1", "lease", "redeemed"),
    ("principal", "v1", "redeemed", "lease"),
    ("bonus", "v1", "issued", "lease"),
    ("bonus", "v1", "lease", "pool"),
    ("coupon", "K7Q2", "lease", "redeemed"),
    ("coupon", "K7Q2", "lease", "pool"),
    ("limit", "copyable:2026-11-20", "limit", "used"),
    ("limit", "member:units:ever:cake:m1", "lease", "used"),
    ("limit", "chain:units:ever:cake", "lease", "pool"),
    ("stamp", "coffee", "issued", "lease"),
)
AMOUNTS = (1, 1, 100, 10**6, 10**12, 2**62)
MEMBERS = ("m1", "m2", "m3", "nobody", None)


@pytest.fixture
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("hq")) as door:
        yield door


def poison(door: Door, chance: Random) -> bytes:
    """The next operation of the chain: one of each kind with odd places in it, or bytes that are none."""
    seq = len(door.device.operations) + 1
    value = fact(chance)
    if chance.randrange(2):
        value = bent(value, chance)
    if isinstance(value, dict) and chance.randrange(8):
        address = {"device": door.device.name, "epoch": 1, "seq": seq, "intent": f"{seq:032x}"}
        value = {**value, **address, "member": chance.choice(MEMBERS)} if chance.randrange(4) else {**value, **address}
    try:
        return canonical.encode(value)
    except canonical.CanonicalError:
        return bent_bytes(examples()["operation.json"], chance)[: canonical.MAX_BYTES]


def fact(chance: Random) -> Any:
    """An operation of any kind with a detail of its kind, and moves that may have nothing to do with it."""
    kind = chance.choice(sorted(DETAILS))
    detail = json.loads(examples()[f"{chance.choice(DETAILS[kind])}.json"])
    value = json.loads(examples()["operation.json"])
    postings = []
    for asset, lot, source, target in chance.sample(MOVES, chance.randint(0, 4)):
        amount = chance.choice(AMOUNTS)
        for account, part in ((source, -amount), (target, amount)):
            postings.append({"account": account, "asset": asset, "lot": lot, "amount": part})
    dates = {"earned_on": "2026-11-20", "expires_on": chance.choice(("2028-11-30", "2020-02-31", None))}
    lots = [
        {"id": lot, "points": 100, **dates} for lot in chance.sample(("new", "v1", "open.m1"), chance.randint(0, 2))
    ]
    return {**value, "kind": kind, "detail": detail, "postings": postings, "lots": lots}


def readable(data: bytes) -> bool:
    try:
        Operation.decode(data)
    except OperationError:
        return False
    return True


def test_no_fact_is_refused_and_none_breaks_the_books(door: Door) -> None:
    """HQ takes in whatever a terminal has signed: it books, flags or parks, and what it says of itself still holds."""
    chance, outcomes, read = Random("poison"), Counter[str](), 0
    for _ in range(max(1, TRIES // BATCH)):
        first = len(door.device.operations) + 1
        for _ in range(BATCH):
            data = poison(door, chance)
            door.device.operations.append(data)
            read += readable(data)
        given = door.ask("POST", "/v1/operations", door.device.batch(first).encode())
        said: Any = json.loads(given.body)
        assert given.status == 200, said
        assert said["acked_seq"] == first + BATCH - 1
        outcomes.update(each["outcome"] for each in said["outcomes"])
        with door.hq.database.transaction() as connection:
            assert audit(connection) == []
    assert outcomes["parked"] > 0
    assert read > TRIES // 20, "some could be read"
    for target in ("/v1/feed/config", "/v1/feed/catalogue", "/v1/grants"):
        assert door.ask("GET", target).status == 200, target


def test_a_book_that_does_not_add_up_is_found(door: Door) -> None:
    """The control: one point that came from nowhere."""
    with door.hq.database.transaction() as connection:
        where = (holding.c.member == "m1") & (holding.c.asset == "points")
        connection.execute(update(holding).where(where).values(amount=holding.c.amount + 1))
    with door.hq.database.transaction() as connection:
        assert audit(connection) != []


def test_a_bent_signature_lets_nobody_in(door: Door) -> None:
    chance, statuses = Random("signatures"), Counter[int]()
    body = json.dumps({"member": "m1", "points": 1, "after": 0}).encode()
    good = door.ask("POST", "/v1/grants/ask", body)
    assert good.status == 200
    for _ in range(TRIES):
        signature = door.signature("POST", "/v1/grants/ask", body)
        name = chance.choice(sorted(signature))
        data = bent_bytes(signature[name].encode(), chance).decode("latin-1")
        given = door.ask("POST", "/v1/grants/ask", body, {name: data})
        statuses[given.status] += 1
        assert given.status == 401 or data == signature[name] or "nonce" in data, (name, data, given.status)
    assert set(statuses) <= {200, 401}
    assert statuses[401] > TRIES // 2


def test_any_body_at_any_address_is_answered(door: Door) -> None:
    chance, bodies = Random("bodies"), [data for name, data in examples().items() if name.endswith(".json")]
    for route in ROUTES:
        path = route.path
        for name, value in (("{bucket}", "members-0"), ("{version}", "1"), ("{number}", "0"), ("{prefix}", "7")):
            path = path.replace(name, value)
        for number, body in enumerate(chance.sample(bodies, 4)):
            for data in tries(body, TRIES // 60 + 1, f"{route.path} {number}"):
                given = door.ask(route.method, path, data[: 2 * MAX_BATCH_BYTES])
                assert given.status < 500, (route.path, given.body)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/feed/%00",
        "/v1/feed/" + "a" * 5000,
        "/v1/../../etc/passwd",
        "/v1/time?nonce=",
        "//",
        "/v1/feed/catalogue?after=-1",
        "/v1/feed/catalogue?after=9223372036854775808",
        "/v1/grants?after=1e3",
        "/v1/grants?" + "a=1&" * 50,
        "/v1/feed/catalogue?after=%ff%fe",
    ],
)
def test_an_odd_address_is_refused(door: Door, target: str) -> None:
    assert 400 <= door.ask("GET", target).status < 500
