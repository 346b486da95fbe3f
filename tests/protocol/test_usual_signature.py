"""The usual form is that of the library, to the byte; whatever is not is left to the library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import usual_signature
from protocol.request_signature import RequestSignatureError, SignedBy, sign_unusual, verify_request
from protocol.signing import public_hex
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, NONCE

HQ = public_hex(HQ_KEY)
KEYID = "s01-1:1"
KEY = DEVICE_KEY.public_key()
targets = st.from_regex(r"/v1/[a-z/0-9._~-]{0,20}(\?[a-z]=[0-9]{1,5}(&b=x)?)?", fullmatch=True)


def usual(
    method: str = "POST",
    target: str = "/v1/a?b=1",
    body: bytes = b"x",
    keyid: str = KEYID,
    created_s: int = 1_795_147_200,
) -> dict[str, str] | None:
    return usual_signature.sign(DEVICE_KEY, keyid, created_s, NONCE, HQ, method, target, body)


def lower(headers: dict[str, str] | None) -> dict[str, str]:
    assert headers is not None
    return {name.lower(): value for name, value in headers.items()}


@given(st.sampled_from(["GET", "POST"]), targets, st.binary(max_size=40), st.integers(0, 10**11))
def test_the_bytes_are_those_of_the_library(method: str, target: str, body: bytes, created_s: int) -> None:
    mine = usual(method, target, body, created_s=created_s % 253_000_000_000)
    by = SignedBy(KEYID, created_s % 253_000_000_000, NONCE)
    assert mine == sign_unusual(DEVICE_KEY, by, HQ, method, target, body or None)
    assert usual_signature.read(KEY, KEYID, HQ, method, target, lower(mine), body) == (by.created_s, NONCE)


@pytest.mark.parametrize(
    "target", ["", "v1", "/v1/a b", "/v1/%41", "/ü", "/a?", "/a?b=%20", "/a#b", "/a\n", "/a?b=1\n"]
)
def test_an_unusual_address_is_left_to_the_library(target: str) -> None:
    assert usual(target=target) is None
    assert usual_signature.read(KEY, KEYID, HQ, "POST", target, lower(usual()), b"x") is None


def test_unusual_names_are_left_to_the_library() -> None:
    assert usual(keyid='a"b:1') is None
    assert usual(method="get") is None
    assert usual(created_s=-1) is None


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest", "stillpoint-hq"])
def test_nothing_else_is_read(name: str) -> None:
    good = lower(usual())
    assert usual_signature.read(KEY, KEYID, HQ, "POST", "/v1/a?b=1", good, b"x") is not None
    for bent in ("", good[name] + " ", good[name] + "\n", good[name][:-9] + "A" + good[name][-8:]):
        if bent != good[name]:
            assert usual_signature.read(KEY, KEYID, HQ, "POST", "/v1/a?b=1", good | {name: bent}, b"x") is None
    for method, target, body, key, keyid in (
        ("PUT", "/v1/a?b=1", b"x", KEY, KEYID),
        ("POST", "/v1/a?b=2", b"x", KEY, KEYID),
        ("POST", "/v1/a?b=1", b"y", KEY, KEYID),
        ("POST", "/v1/a?b=1", b"", KEY, KEYID),
        ("POST", "/v1/a?b=1", b"x", HQ_KEY.public_key(), KEYID),
        ("POST", "/v1/a?b=1", b"x", KEY, "s01-2:1"),
    ):
        assert usual_signature.read(key, keyid, HQ, method, target, good, body) is None


def test_what_the_library_made_otherwise_is_believed_as_well() -> None:
    """Any client that keeps to RFC 9421 may ask, such as one whose address has an escape in it."""
    by = SignedBy(KEYID, 1_795_147_200, NONCE)
    named = lower(sign_unusual(DEVICE_KEY, by, HQ, "GET", "/v1/%41?b=%20", None))
    public = public_hex(DEVICE_KEY)
    assert verify_request(KEYID, public, HQ, "GET", "/v1/%41?b=%20", named, b"") == by
    with pytest.raises(RequestSignatureError):
        verify_request(KEYID, public, HQ, "GET", "/v1/%42?b=%20", named, b"")
