"""Enrolment at HQ: one claim, one device; idempotent until the hello, closed after it."""

from __future__ import annotations

import pytest

from hq.headquarters import Headquarters
from hq.problems import Code, HqError, Refusal
from hq.terminals import State, find
from protocol import signing
from protocol.enrolment import Claim, EnrolAnswer, EnrolRequest, Hello, hello_bytes, proof, read_claim
from protocol.signing import public_hex
from tests.hq.conftest import Clock
from tests.hq.devices import HQ_URL, join
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, NONCE


def new_claim(hq: Headquarters, store: str = "s01", lane: str = "1") -> Claim:
    return read_claim(hq.make_claim(store=store, lane=lane, hq=HQ_URL, random=lambda size: bytes(size)))[1]


def request(claim: Claim, key: signing.Ed25519PrivateKey = DEVICE_KEY, secret: str = "") -> EnrolRequest:
    public = public_hex(key)
    proved = proof(secret or claim.secret, public, "serial", NONCE, claim.ca_pin, claim.store, claim.lane)
    return EnrolRequest(claim=claim.id, public_key=public, serial="serial", nonce=NONCE, proof=proved)


def enrol(hq: Headquarters, asked: EnrolRequest) -> EnrolAnswer | Refusal:
    with hq.database.transaction() as connection:
        return hq.registrar.enrol(connection, asked, hq.clock())


def refused(hq: Headquarters, asked: EnrolRequest) -> Refusal:
    answer = enrol(hq, asked)
    assert isinstance(answer, Refusal)
    return answer


def hello(hq: Headquarters, claim: Claim, key: signing.Ed25519PrivateKey = DEVICE_KEY) -> None:
    device = f"{claim.store}-{claim.lane}"
    signature = key.sign(hello_bytes(device, claim.id)).hex()
    with hq.database.transaction() as connection:
        hq.registrar.hello(connection, Hello(device=device, signature=signature))


def states(hq: Headquarters) -> list[State]:
    with hq.database.transaction() as connection:
        return [found.state for found in find(connection)]


def test_a_claim_is_signed_and_lives_72_hours(hq: Headquarters) -> None:
    signed, claim = read_claim(hq.make_claim(store="s01", lane="1", hq=HQ_URL, random=lambda size: bytes(size)))
    assert signed.open("claim", hq.keys.trust_key)["id"] == claim.id
    assert claim.expires_ms - claim.issued_ms == 72 * 3600 * 1000
    assert claim.ca_pin == hq.ca_pin


def test_a_store_that_is_not_is_told_with_those_that_are(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="no store 's09'; the chain has s01, s02"):
        new_claim(hq, "s09")


def test_the_answer_makes_a_terminal_after_the_hello(hq: Headquarters) -> None:
    claim = new_claim(hq)
    answer = enrol(hq, request(claim))
    assert isinstance(answer, EnrolAnswer)
    assert (answer.device, answer.epoch, answer.store) == ("s01-1", 1, "s01")
    assert answer.trust_key == hq.keys.trust_key
    assert states(hq) == [State.ENROLLED]
    hello(hq, claim)
    assert states(hq) == [State.ACTIVE]


def test_the_same_device_gets_the_same_answer_as_often_as_it_asks(hq: Headquarters, clock: Clock) -> None:
    claim = new_claim(hq)
    first = enrol(hq, request(claim))
    assert enrol(hq, request(claim)) == first
    hello(hq, claim)
    hello(hq, claim)
    clock.forward(days=10)
    assert enrol(hq, request(claim)) == first
    assert states(hq) == [State.ACTIVE]


def test_a_used_claim_is_closed_to_another_device(hq: Headquarters) -> None:
    claim = new_claim(hq)
    enrol(hq, request(claim))
    hello(hq, claim)
    assert refused(hq, request(claim, HQ_KEY)).code is Code.CLAIM_USED


def test_before_the_hello_another_device_may_take_the_claim_over(hq: Headquarters) -> None:
    """A device that broke between answer and hello must not burn the claim."""
    claim = new_claim(hq)
    enrol(hq, request(claim))
    answer = enrol(hq, request(claim, HQ_KEY))
    assert isinstance(answer, EnrolAnswer)
    assert answer.epoch == 1
    with pytest.raises(Refusal) as refusal:
        hello(hq, claim)
    assert refusal.value.code is Code.CLAIM_USED
    hello(hq, claim, HQ_KEY)
    assert states(hq) == [State.ACTIVE]


def test_a_wrong_proof_is_counted_and_the_sixth_try_is_refused_even_if_right(hq: Headquarters) -> None:
    claim = new_claim(hq)
    left = [refused(hq, request(claim, secret="ff" * 16)).params["tries_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    last = refused(hq, request(claim))
    assert (last.code, last.params) == (Code.CLAIM_PROOF, {"tries_left": 0})


def test_four_wrong_tries_leave_a_right_one(hq: Headquarters) -> None:
    """The control: it is the count that closes the claim."""
    claim = new_claim(hq)
    for _ in range(4):
        refused(hq, request(claim, secret="ff" * 16))
    assert isinstance(enrol(hq, request(claim)), EnrolAnswer)


@pytest.mark.parametrize("field", ["serial", "nonce", "public_key"])
def test_the_proof_covers_the_request(hq: Headquarters, field: str) -> None:
    changed = {"serial": "other", "nonce": "f" * 32, "public_key": public_hex(HQ_KEY)}[field]
    claim = new_claim(hq)
    assert refused(hq, request(claim).model_copy(update={field: changed})).code is Code.CLAIM_PROOF


def test_an_unknown_claim_and_an_expired_one(hq: Headquarters, clock: Clock) -> None:
    claim = new_claim(hq)
    unknown = claim.model_copy(update={"id": "c-other"})
    assert refused(hq, request(unknown)).code is Code.CLAIM_UNKNOWN
    clock.forward(hours=72)
    assert refused(hq, request(claim)).code is Code.CLAIM_EXPIRED


def test_one_moment_before_it_expires_it_is_good(hq: Headquarters, clock: Clock) -> None:
    claim = new_claim(hq)
    clock.now_ms = claim.expires_ms - 1
    assert isinstance(enrol(hq, request(claim)), EnrolAnswer)


def test_a_new_device_for_a_lane_is_its_next_epoch_and_retires_the_old_one(hq: Headquarters, clock: Clock) -> None:
    first = join(hq, "s01", "1")
    clock.forward(hours=1)
    second = join(hq, "s01", "1", seed=8)
    assert (first.identity.epoch, second.identity.epoch) == (1, 2)
    assert states(hq) == [State.ACTIVE, State.RETIRED]


def test_a_hello_signed_by_another_key_opens_nothing(hq: Headquarters) -> None:
    claim = new_claim(hq)
    enrol(hq, request(claim))
    with pytest.raises(Refusal):
        hello(hq, claim, HQ_KEY)
    assert states(hq) == [State.ENROLLED]
