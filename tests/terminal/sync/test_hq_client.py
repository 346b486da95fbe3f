"""HQ over HTTPS: only our authority is believed, answers are bounded, and every way of failing has its name."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from protocol.batch import MEDIA_TYPE
from protocol.feed import Bucket
from protocol.lease import GrantAsk
from protocol.request_signature import verify_request
from protocol.signing import Signed, private_from_hex, public_hex
from terminal.errors import ConfigError
from terminal.sync.failures import Nonsense, Refused, TlsMismatch, Unreachable, sentence_code
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.transport import ANSWER_BYTES_MAX
from tests.terminal.sync.https import NOW_MS, Asked, Say, Served, https_client, serve

YEAR_MS = 365 * 24 * 3600 * 1000
HQ_KEY = private_from_hex("ab" * 32)
SKEW = b'{"error":{"code":"clock_skew","message":"","params":{}}}'
PAGE = b'{"device":"d-1","epoch":1,"grants":[],"head":0}'


@contextmanager
def resting(client: HqClient) -> Iterator[HqClient]:
    try:
        yield client
    finally:
        client.rest()


def say_page(_: Asked) -> Say:
    return Say(PAGE)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path / "hq", say_page) as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[HqClient]:
    with resting(https_client(served.identity(), served.ca_file, lambda: NOW_MS)) as client:
        yield client


def test_who_asks_is_in_every_request(served: Served, client: HqClient) -> None:
    client.grants(7)
    client.ask(GrantAsk(member="m", points=5, after=1))
    (get, post), keyid, public = served.asked, "d-1:1", public_hex(private_from_hex("44" * 32))
    for asked in (get, post):
        headers = {name.lower(): value for name, value in asked.headers.items()}
        by = verify_request(keyid, public, "11" * 32, asked.method, asked.path, headers, asked.body)
        assert (by.keyid, by.created_s) == (keyid, NOW_MS // 1000)
    assert get.path == "/v1/grants?after=7"
    assert post.headers["Content-Type"] == "application/json"
    assert get.headers["Signature-Input"] != post.headers["Signature-Input"], "a nonce is good once"


def say_time(asked: Asked, utc_ms: int) -> Say:
    nonce = asked.path.rpartition("=")[2]
    return Say(Signed.make("time", {"nonce": nonce, "utc_ms": utc_ms}, HQ_KEY).model_dump_json().encode())


def test_the_time_comes_first(served: Served) -> None:
    served.answer = lambda asked: say_time(asked, NOW_MS) if "time" in asked.path else Say(PAGE)
    identity = served.identity(trust_key=public_hex(HQ_KEY))
    with resting(https_client(identity, served.ca_file, lambda: NOW_MS, HqClock(lambda: 0))) as client:
        client.grants(0)
        client.grants(0)
    assert [asked.path.partition("?")[0] for asked in served.asked] == ["/v1/time", "/v1/grants", "/v1/grants"]


def test_a_wrong_time_is_asked_again_once(served: Served) -> None:
    """sync.md, Identity and trust: `created` is HQ time; an HQ that disagrees is asked what it is, once."""
    later = NOW_MS + YEAR_MS

    def answer(asked: Asked) -> Say:
        if "time" in asked.path:
            return say_time(asked, later)
        good = f"created={later // 1000};" in asked.headers["Signature-Input"]
        return Say(PAGE) if good else Say(SKEW, status=401)

    served.answer = answer
    identity = served.identity(trust_key=public_hex(HQ_KEY))
    with resting(https_client(identity, served.ca_file, lambda: NOW_MS)) as client:
        assert client.grants(0).head == 0
        assert len(served.asked) == 3
        served.answer = lambda asked: say_time(asked, later) if "time" in asked.path else Say(SKEW, status=401)
        with pytest.raises(Refused, match="clock_skew"):
            client.grants(0)
    assert len(served.asked) == 6


def test_the_requests_are_those_of_hq(served: Served, client: HqClient) -> None:
    served.answer = lambda asked: Say(b"{}", status=418)
    calls: list[Callable[[], object]] = [
        lambda: client.operations(b"batch"),
        lambda: client.feed(Bucket.MEMBERS_0, 5, 2),
        lambda: client.ask(GrantAsk(member="m", points=5, after=1)),
        client.ask_time,
    ]
    for call in calls:
        with pytest.raises(Refused):
            call()
    assert [(asked.method, asked.path) for asked in served.asked] == [
        ("POST", "/v1/operations"),
        ("GET", "/v1/feed/members-0?after=5&generation=2"),
        ("POST", "/v1/grants/ask"),
        ("GET", served.asked[3].path),
    ]
    assert served.asked[3].path.startswith("/v1/time?nonce=")
    assert served.asked[0].headers["Content-Type"] == MEDIA_TYPE
    assert served.asked[0].body == b"batch"


def test_another_authority_is_never_believed(served: Served, tmp_path: Path) -> None:
    with (
        serve(tmp_path / "other", say_page) as other,
        resting(https_client(served.identity(), other.ca_file, lambda: NOW_MS)) as client,
    ):
        for call in (lambda: client.grants(0), client.ask_time):
            with pytest.raises(TlsMismatch, match="not our HQ") as caught:
                call()
            assert sentence_code(caught.value) == "tls_mismatch"
        assert served.asked == []


def test_another_name_is_never_believed(tmp_path: Path) -> None:
    with (
        serve(tmp_path / "hq", say_page, host="127.0.0.2") as served,
        resting(https_client(served.identity(), served.ca_file, lambda: NOW_MS)) as client,
    ):
        with pytest.raises(TlsMismatch, match=r"127\.0\.0\.2"):
            client.grants(0)
        assert served.asked == []


@pytest.mark.parametrize("wrong_ms", [-YEAR_MS, 30 * YEAR_MS])
def test_a_certificate_is_judged_by_hqs_time(tmp_path: Path, wrong_ms: int) -> None:
    """The machine's clock plays no part: it says neither of these times."""
    with serve(tmp_path / "hq", say_page) as served:
        for now_ms, good in ((NOW_MS, True), (NOW_MS + wrong_ms, False)):
            with resting(https_client(served.identity(), served.ca_file, lambda now_ms=now_ms: now_ms)) as client:
                if good:
                    client.grants(0)
                else:
                    with pytest.raises(TlsMismatch, match="is good from"):
                        client.grants(0)


@pytest.mark.parametrize("dated_ms", [NOW_MS - 25 * YEAR_MS, NOW_MS + 25 * YEAR_MS])
def test_the_time_alone_is_had_whatever_the_dates_are(tmp_path: Path, dated_ms: int) -> None:
    with serve(tmp_path / "hq", lambda asked: say_time(asked, dated_ms), dated_ms) as served:
        identity, clock = served.identity(trust_key=public_hex(HQ_KEY)), HqClock(lambda: 0)
        with resting(https_client(identity, served.ca_file, lambda: NOW_MS, clock)) as client:
            client.ask_time()
            assert clock.now_ms() == dated_ms
            with pytest.raises(TlsMismatch):
                client.grants(0)


def test_a_missing_authority_is_said_at_the_start(served: Served, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="enrol this terminal again"):
        https_client(served.identity(), tmp_path / "none.pem", lambda: NOW_MS)


def test_a_refusal_keeps_its_code_params_and_patience(served: Served, client: HqClient) -> None:
    body = b'{"error":{"code":"gap","message":"HQ expects 5","params":{"expected_seq":5}}}'
    served.answer = lambda _: Say(body, status=429, headers={"Retry-After": "17"})
    with pytest.raises(Refused) as caught:
        client.grants(0)
    error = caught.value
    assert (error.status, error.code, error.params, error.retry_after_s) == (429, "gap", {"expected_seq": 5}, 17)
    assert sentence_code(error) is None


@pytest.mark.parametrize(
    ("status", "code"), [(401, "not_authenticated"), (403, "hq_refused"), (422, "hq_refused"), (500, None), (503, None)]
)
def test_the_sentence_of_a_refusal(served: Served, client: HqClient, status: int, code: str | None) -> None:
    served.answer = lambda _: Say(b"<html>", status=status, headers={"Retry-After": "soon"})
    with pytest.raises(Refused, match="another shape") as caught:
        client.grants(0)
    assert sentence_code(caught.value) == code
    assert caught.value.retry_after_s is None


@pytest.mark.parametrize(
    "say",
    [
        Say(b""),
        Say(b"<html>"),
        Say(PAGE[:-5]),
        Say(PAGE.replace(b'"head":0', b'"head":"0"')),
        Say(PAGE[:-1] + b',"more":1}'),
        Say(b"[" * 5000),
        Say(b" " * (ANSWER_BYTES_MAX + 1)),
        Say(b"x" * 100_000, status=400),
    ],
    ids=["empty", "html", "truncated", "type", "field", "nested", "large", "large problem"],
)
def test_what_hq_would_not_say(served: Served, client: HqClient, say: Say) -> None:
    served.answer = lambda _: say
    with pytest.raises(Nonsense) as caught:
        client.grants(0)
    assert len(str(caught.value)) < 300


def test_a_redirect_is_not_followed(served: Served, client: HqClient) -> None:
    served.answer = lambda _: Say(b"", status=302, headers={"Location": "/v1/elsewhere"})
    with pytest.raises(Refused):
        client.grants(0)
    assert len(served.asked) == 1


def test_a_line_that_breaks_in_the_middle(served: Served, client: HqClient) -> None:
    served.answer = lambda _: Say(PAGE, cut=10)
    with pytest.raises(Unreachable) as caught:
        client.grants(0)
    assert sentence_code(caught.value) is None
    served.answer = say_page
    assert client.grants(0).head == 0


def test_nobody_there(served: Served) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        identity = served.identity(hq=f"https://127.0.0.1:{unused.getsockname()[1]}")
    with resting(https_client(identity, served.ca_file, lambda: NOW_MS)) as client, pytest.raises(Unreachable):
        client.grants(0)


def test_no_secret_is_in_an_error(served: Served, client: HqClient) -> None:
    served.answer = lambda _: Say(b"", status=500)
    with pytest.raises(Refused) as caught:
        client.grants(0)
    assert "33" * 8 not in repr(caught.value) + str(caught.value)
