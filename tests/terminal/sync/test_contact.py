"""HQ's word at each contact: signed, for this question and this device, and then the clock is HQ's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from protocol.contact import TIME
from protocol.lease import SPEND_UNTIL
from protocol.operation import ClockQuality
from protocol.signing import Signed, private_from_hex, public_hex
from terminal.identity import Identity
from terminal.sync.contact import Contacts, heartbeat, read_right
from terminal.sync.failures import Nonsense
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock, read_time
from tests.terminal.sync.https import NOW_MS, Asked, Say, Served, https_client, serve

KEY, FOREIGN = private_from_hex("ab" * 32), private_from_hex("cd" * 32)
TRUST = public_hex(KEY)
NONCES = ["a" * 32, "b" * 32, "c" * 32]
BEAT = heartbeat("1.0", 3, {}, {})


@dataclass
class Monotonic:
    ms: int = 1_000

    def __call__(self) -> int:
        return self.ms


def signed_time(nonce: str, utc_ms: int = NOW_MS) -> Signed:
    return Signed.make(TIME, {"nonce": nonce, "utc_ms": utc_ms}, KEY)


def right(device: str = "d-1", epoch: int = 1) -> Signed:
    said = {"device": device, "epoch": epoch, "until_ms": NOW_MS + 5, "issued_ms": NOW_MS}
    return Signed.make(SPEND_UNTIL, said, KEY)


@dataclass
class SmallHq:
    """Answers contacts; `lag` makes its time answer another question, `right` is what it signs."""

    lag: bool = False
    right: Signed = field(default_factory=lambda: right())
    utc_ms: int = NOW_MS

    def __call__(self, asked: Asked) -> Say:
        if asked.method == "GET":
            return Say(signed_time(asked.path.rpartition("=")[2], self.utc_ms).model_dump_json().encode())
        nonce = json.loads(asked.body)["nonce"]
        time = signed_time("f" * 32 if self.lag else nonce, self.utc_ms)
        answer = {"time": time.model_dump(), "spend_until": self.right.model_dump(), "state": "active"}
        return Say(json.dumps({**answer, "acked_seq": 7, "acked_hash": "0" * 64}).encode())


@pytest.fixture
def hq() -> SmallHq:
    return SmallHq()


@pytest.fixture
def served(tmp_path: Path, hq: SmallHq) -> Iterator[Served]:
    with serve(tmp_path / "hq", hq) as served:
        yield served


def identity_of(served: Served) -> Identity:
    return served.identity(trust_key=TRUST)


def contacts(served: Served, clock: HqClock) -> tuple[Contacts, HqClient]:
    client = https_client(identity_of(served), served.ca_file, clock.now_ms, clock)
    return Contacts(client, identity_of(served), clock, iter(NONCES).__next__), client


def test_the_first_contact_asks_for_the_time_first(served: Served) -> None:
    monotonic = Monotonic()
    clock = HqClock(monotonic)
    assert clock.now_ms() is None
    asking, client = contacts(served, clock)
    meeting = asking.meet(BEAT)
    assert (meeting.spend_until_ms, meeting.state, meeting.acked_seq) == (NOW_MS + 5, "active", 7)
    assert [asked.path for asked in served.asked] == [served.asked[0].path, "/v1/contact"]
    assert served.asked[0].path.startswith("/v1/time?nonce=")
    monotonic.ms += 250
    assert clock.now_ms() == NOW_MS + 250
    asking.meet(BEAT)
    assert [asked.path for asked in served.asked][2:] == ["/v1/contact"]
    client.rest()


def test_the_time_lies_half_way_between_question_and_answer() -> None:
    monotonic = Monotonic(ms=1000)
    clock = HqClock(monotonic)
    monotonic.ms = 1600
    clock.answered(NOW_MS, asked_ms=1000)
    assert clock.now_ms() == NOW_MS + 300


def test_an_old_answer_played_back_is_refused_and_changes_nothing(served: Served, hq: SmallHq) -> None:
    clock = HqClock(Monotonic())
    asking, client = contacts(served, clock)
    hq.lag = True
    with pytest.raises(Nonsense, match="another question"):
        asking.meet(BEAT)
    client.rest()


@pytest.mark.parametrize(
    "wrong", [right("d-2"), right(epoch=2), Signed.make(TIME, {"nonce": "a" * 32, "utc_ms": 1}, KEY)]
)
def test_a_right_to_spend_for_somebody_else_is_refused(served: Served, hq: SmallHq, wrong: Signed) -> None:
    hq.right = wrong
    asking, client = contacts(served, HqClock(Monotonic()))
    with pytest.raises(Nonsense, match="right to spend"):
        asking.meet(BEAT)
    client.rest()


def bent(signed: Signed) -> Signed:
    return signed.model_copy(update={"payload": signed.payload.replace("1795", "1796")})


@pytest.mark.parametrize(
    "wrong",
    [
        bent(signed_time("a" * 32)),
        Signed.make(TIME, {"nonce": "a" * 32, "utc_ms": NOW_MS}, FOREIGN),
        Signed.make("claim", {"nonce": "a" * 32, "utc_ms": NOW_MS}, KEY),
        Signed.make(TIME, {"nonce": "a" * 32}, KEY),
        Signed(purpose=TIME, payload='{"nonce":1.5}', signature="0" * 128),
    ],
    ids=["changed", "another signer", "another purpose", "incomplete", "unsigned"],
)
def test_a_time_that_hq_did_not_sign_is_refused(wrong: Signed) -> None:
    assert read_time(signed_time("a" * 32), "a" * 32, TRUST) == NOW_MS
    with pytest.raises(Nonsense):
        read_time(wrong, "a" * 32, TRUST)


def test_a_changed_right_to_spend_is_refused(served: Served) -> None:
    assert read_right(right(), identity_of(served)).until_ms == NOW_MS + 5
    with pytest.raises(Nonsense):
        read_right(bent(right()), identity_of(served))


def test_the_heartbeat_is_small_and_sound() -> None:
    beat = heartbeat("v" * 99, 4, {"clock": "trusted", "devices": {"reader": "ready"}}, {"members": None})
    assert (beat.clock, beat.devices, len(beat.version)) == (ClockQuality.TRUSTED, {"reader": "ready"}, 40)
    for devices in ({str(n): "missing" for n in range(500)}, ["not", "an", "object"], None):
        assert heartbeat("1", 0, {"clock": "sundial", "devices": devices}, {}).devices == {}
    assert heartbeat("1", 0, {"clock": "sundial"}, {}).clock is ClockQuality.UNKNOWN
