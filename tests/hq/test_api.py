"""HQ's door over real TLS: one error shape for everything, nothing without a signature, bodies bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from hq import terminals
from hq.route import MESSAGE_LIMIT
from hq.routes import BATCH_LIMIT
from hq.terminals import State
from protocol.batch import Acknowledgement
from protocol.contact import ContactAnswer, SignedTime
from protocol.feed import FeedPage, member_bucket
from protocol.lease import GrantPage, SpendUntil
from protocol.signing import Signed
from tests.hq.clients import Client, signed
from tests.hq.devices import Device, join
from tests.hq.looking import balance
from tests.hq.served import ServedHq
from tests.protocol.examples import NONCE

CONTACT: dict[str, Any] = {
    "nonce": NONCE,
    "epoch": 1,
    "heartbeat": {
        "version": "0.1.0",
        "outbox": 3,
        "clock": "trusted",
        "devices": {"counter": "ready"},
        "directory": {},
    },
}
BUCKET = member_bucket("m2").value
CLOSED = [
    ("POST", "/v1/contact"),
    ("POST", "/v1/operations"),
    ("GET", "/v1/feed/config"),
    ("GET", "/v1/grants"),
    ("POST", "/v1/grants/ask"),
]


@pytest.fixture
def device(served: ServedHq) -> Device:
    return join(served.headquarters, "s01", "1")


@pytest.fixture
def client(served: ServedHq, device: Device) -> Iterator[Client]:
    with Client(served, device) as client:
        yield client


def set_state(served: ServedHq, device: Device, state: State) -> None:
    with served.headquarters.database.transaction() as connection:
        terminals.change(connection, terminals.lock(connection, device.name, 1), state=state.value)


def test_the_authority_and_the_time_are_for_everyone(served: ServedHq) -> None:
    with Client(served) as nobody:
        assert nobody.get("/v1/ca").body.decode() == served.ca_pem
        signed = Signed.model_validate(nobody.get(f"/v1/time?nonce={NONCE}").body)
    said = SignedTime.model_validate(signed.open("time", served.headquarters.keys.trust_key))
    assert said.nonce == NONCE


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_else_is_open(served: ServedHq, device: Device, method: str, path: str) -> None:
    data = b"{}" if method == "POST" else None
    other = join(served.headquarters, "s01", "2")
    good = signed(served.headquarters, device, method, path, data, nonce=NONCE)
    forged = signed(served.headquarters, Device(other.key, device.identity), method, path, data, nonce=NONCE)
    wrong: list[dict[str, str]] = [{}, {**good, "Signature": forged["Signature"]}, forged]
    wrong += [{name: value for name, value in good.items() if name != left_out} for left_out in good]
    with Client(served) as nobody:
        for headers in wrong:
            answer = nobody.ask(method, path, data, **headers)
            assert (answer.status, answer.code) == (401, "not_authenticated"), headers
        assert nobody.ask(method, path, data, **good).status != 401, "the same request, whole, is let in"


def test_a_contact_renews_the_right_to_spend(served: ServedHq, client: Client) -> None:
    answer = ContactAnswer.model_validate(client.post("/v1/contact", CONTACT).body)
    trust = served.headquarters.keys.trust_key
    right = SpendUntil.model_validate(answer.spend_until.open("spend_until", trust))
    assert (answer.state, answer.acked_seq, right.device, right.epoch) == ("active", 0, "s01-1", 1)
    assert right.until_ms - right.issued_ms == 30 * 24 * 3600 * 1000
    assert answer.time.open("time", trust)["nonce"] == NONCE


def test_a_suspended_terminal_may_report_and_gets_nothing(served: ServedHq, client: Client, device: Device) -> None:
    set_state(served, device, State.SUSPENDED)
    device.sell("m2", earn=10)
    assert client.post("/v1/operations", device.batch().encode()).status == 200
    answer = ContactAnswer.model_validate(client.post("/v1/contact", CONTACT).body)
    right = answer.spend_until.open("spend_until", served.headquarters.keys.trust_key)
    assert (answer.state, right["until_ms"]) == ("suspended", right["issued_ms"])
    for answered in (client.get("/v1/feed/config"), client.get("/v1/grants")):
        assert (answered.status, answered.code) == (403, "not_active")
    assert client.post("/v1/grants/ask", {"member": "m1", "points": 1, "after": 0}).code == "not_active"


def test_upload_feed_and_grants(served: ServedHq, client: Client, device: Device) -> None:
    device.sell("m2", earn=10)
    answer = Acknowledgement.model_validate(client.post("/v1/operations", device.batch().encode()).body)
    assert answer.acked_seq == 1
    page = FeedPage.model_validate(client.get(f"/v1/feed/{BUCKET}?after=0&generation=0").body)
    assert (page.applied_seq, page.cursor, page.generation) == (1, page.head, 1)
    assert page.count >= 2, "the member and the card"
    later = FeedPage.model_validate(client.get(f"/v1/feed/{BUCKET}?after={page.cursor}&generation=1").body)
    assert (later.rows, later.sum) == ((), page.sum)
    grants = GrantPage.model_validate(client.get("/v1/grants?after=0").body)
    assert {grant.member for grant in grants.grants} == {"m1", "m2"}
    more = client.post("/v1/grants/ask", {"member": "m1", "points": 10, "after": grants.head}).body
    assert [grant["number"] for grant in more["grants"]] == [3]


def test_a_gap_and_a_fork_over_http(served: ServedHq, client: Client, device: Device) -> None:
    clone = device.fork(0)
    for _ in range(3):
        device.sell("m2", earn=10)
    gap = client.post("/v1/operations", device.batch(2, 3).encode())
    assert (gap.status, gap.code) == (409, "gap")
    assert gap.body["error"]["params"] == {"expected_seq": 1, "expected_hash": device.hash_after(0).hex()}
    client.post("/v1/operations", device.batch().encode())
    clone.sell("m2", earn=999)
    fork = client.post("/v1/operations", clone.batch().encode())
    assert (fork.status, fork.code) == (403, "quarantined")
    assert client.post("/v1/operations", device.batch().encode()).code == "quarantined"
    assert client.get("/v1/grants").code == "not_active"
    assert balance(served.headquarters, "m2") == (350, 0)


def test_a_batch_must_be_whole_signed_and_ones_own(served: ServedHq, client: Client, device: Device) -> None:
    other = join(served.headquarters, "s02", "1")
    other.sell("m2", earn=10)
    device.sell("m2", earn=10)
    good = device.batch()
    forged = Device(other.key, device.identity, device.operations).batch()
    cases = {
        "batch_malformed": good.encode()[:-1],
        "batch_signature": forged.encode(),
        "not_yours": Device(device.key, other.identity, other.operations).batch().encode(),
        "body_too_large": b"\x00" * (BATCH_LIMIT + 1),
    }
    assert {code: client.post("/v1/operations", body).code for code, body in cases.items()} == {c: c for c in cases}
    assert balance(served.headquarters, "m2") == (320, 0)
    assert client.post("/v1/operations", good.encode()).status == 200


@pytest.mark.parametrize("path", ["/v1/feed/config?after=5&generation=2", "/v1/feed/config?after=999999&generation=1"])
def test_a_cursor_of_another_time_is_gone(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.code) == (410, "generation")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing", None, 404, "not_found"),
        ("GET", "/openapi.json", None, 404, "not_found"),
        ("GET", "/docs", None, 404, "not_found"),
        ("DELETE", "/v1/ca", None, 405, "method_not_allowed"),
        ("GET", "/v1/time?nonce=x", None, 422, "message_invalid"),
        ("GET", "/v1/feed/coupons", None, 422, "message_invalid"),
        ("GET", "/v1/feed/config?after=-1", None, 422, "message_invalid"),
        ("GET", "/v1/feed/config?after=" + "9" * 30, None, 422, "message_invalid"),
        ("POST", "/v1/contact", b"", 422, "message_invalid"),
        ("POST", "/v1/contact", b"[" * 5000, 422, "message_invalid"),
        ("POST", "/v1/contact", b'{"nonce":"x"}', 422, "message_invalid"),
        ("POST", "/v1/contact", CONTACT | {"more": 1}, 422, "message_invalid"),
        ("POST", "/v1/contact", CONTACT | {"epoch": 2}, 403, "not_yours"),
        ("POST", "/v1/contact", b" " * (MESSAGE_LIMIT + 1), 413, "body_too_large"),
        ("POST", "/v1/operations", b"", 422, "batch_malformed"),
        ("POST", "/v1/grants/ask", {"member": "m1", "points": -1, "after": 0}, 422, "message_invalid"),
        ("POST", "/v1/enrol", {"claim": "c"}, 422, "message_invalid"),
        ("POST", "/v1/hello", {"device": "s09-1", "signature": "0" * 128}, 409, "claim_used"),
    ],
)
def test_every_error_has_the_one_shape(
    client: Client, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = client.ask(method, path, body)
    assert (answer.status, answer.code) == (status, code)
    assert set(answer.body["error"]) == {"code", "message", "params"}
    assert answer.body["error"]["message"].endswith((".", ";", "?"))


def test_a_body_without_an_announced_length_is_bounded_too(served: ServedHq, device: Device) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 1024

    with Client(served, device) as client:
        answer = client._pool.request("POST", served.url + "/v1/contact", body=endless(), headers={}, retries=False)
    assert answer.status == 413


def test_plain_http_and_a_foreign_authority_get_nowhere(served: ServedHq) -> None:
    with urllib3.PoolManager() as pool:
        with pytest.raises(urllib3.exceptions.SSLError):
            pool.request("GET", served.url + "/v1/ca", retries=False)
        with pytest.raises(urllib3.exceptions.HTTPError):
            pool.request("GET", served.url.replace("https", "http") + "/v1/ca", retries=False)


def test_what_was_committed_is_there_after_a_restart(served: ServedHq, device: Device) -> None:
    device.sell("m2", earn=10)
    with Client(served, device) as client:
        client.post("/v1/operations", device.batch().encode())
        url = served.url
        served.stop()
        with pytest.raises(urllib3.exceptions.HTTPError):
            client.get("/v1/ca")
        served.start()
        assert served.url == url
        answer = client.post("/v1/operations", device.batch().encode())
    assert answer.body["outcomes"] == [{"seq": 1, "outcome": "duplicate", "reason": ""}]
    assert balance(served.headquarters, "m2") == (330, 0)
