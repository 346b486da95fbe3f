"""Each thing that a request's signature covers, altered on the way: refused, and let in where nobody verifies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from hq import auth
from hq.route import Answer
from protocol.request_signature import HQ_HEADER, SignedBy
from protocol.usual_signature import digest_of
from tests.fuzz.hq_door import Door, open_door
from tests.hq.clients import signed
from tests.hq.devices import join

ASK = "/v1/grants/ask"
BODY = json.dumps({"member": "m1", "points": 1, "after": 0}).encode()
OTHER = json.dumps({"member": "m1", "points": 9, "after": 0}).encode()
Headers = dict[str, str]


@pytest.fixture
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("hq")) as door:
        yield door


def replaced(headers: Headers, name: str, old: str, new: str) -> Headers:
    assert old in headers[name], f"{name} says {headers[name]}"
    return {**headers, name: headers[name].replace(old, new)}


def by_another(door: Door) -> Headers:
    """Signed by another terminal, in the name of this one."""
    other = join(door.hq, "s02", "1")
    made = signed(door.hq, other, "POST", ASK, BODY, nonce="ab" * 16)
    lower = {name.lower(): value for name, value in made.items()}
    return replaced(lower, "signature-input", other.name, door.device.name)


def created_later(door: Door) -> Headers:
    headers, now_s = door.signature("POST", ASK, BODY), door.now_ms // 1000
    return replaced(headers, "signature-input", f"created={now_s}", f"created={now_s + 1}")


def other_nonce(door: Door) -> Headers:
    headers = door.signature("POST", ASK, BODY)
    before = headers["signature-input"].partition('nonce="')[2].partition('"')[0]
    return replaced(headers, "signature-input", before, "cd" * 16)


ALTERED: Mapping[str, Callable[[Door], Headers]] = {
    "method": lambda door: door.signature("PUT", ASK, BODY),
    "path": lambda door: door.signature("POST", "/v1/operations", BODY),
    "query": lambda door: door.signature("POST", f"{ASK}?after=1", BODY),
    "body": lambda door: door.signature("POST", ASK, OTHER),
    "body and its digest": lambda door: {**door.signature("POST", ASK, OTHER), "content-digest": digest_of(BODY)},
    "HQ": lambda door: {**door.signature("POST", ASK, BODY), HQ_HEADER: "55" * 32},
    "device": by_another,
    "time": created_later,
    "nonce": other_nonce,
}


def sent(door: Door, headers: Headers) -> Answer:
    return door.ask("POST", ASK, BODY, headers)


@pytest.mark.parametrize("name", ALTERED)
def test_whatever_is_altered_the_request_is_refused(door: Door, name: str) -> None:
    given = sent(door, ALTERED[name](door))
    assert given.status == 401, given.body


@pytest.mark.parametrize("name", ALTERED)
def test_where_nobody_verifies_it_is_let_in(door: Door, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it was the signature that kept them out."""
    headers, door_s = ALTERED[name](door), door.now_ms // 1000 + 1

    def believed(keyid: str, *_more: Any) -> SignedBy:
        return SignedBy(keyid, door_s, "ef" * 16)

    monkeypatch.setattr(auth, "verify_request", believed)
    assert sent(door, headers).status == 200
