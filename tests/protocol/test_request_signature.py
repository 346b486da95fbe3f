"""A signature on every request: whatever is changed on the way is refused, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.request_signature import (
    RequestSignatureError,
    SignedBy,
    claimed_key,
    key_name,
    read_key_name,
    sign_request,
    verify_request,
)
from protocol.signing import public_hex
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, NONCE

HQ = public_hex(HQ_KEY)
BY = SignedBy("s01-1:1", 1_795_147_200, NONCE)
TARGET, BODY = "/v1/grants/ask?after=7", b'{"member":"m1"}'


def headers(body: bytes | None = BODY, target: str = TARGET, method: str = "POST", by: SignedBy = BY) -> dict[str, str]:
    signed = sign_request(DEVICE_KEY, by, HQ, method, target, body)
    return {name.lower(): value for name, value in signed.items()}


def verify(
    named: dict[str, str],
    *,
    method: str = "POST",
    target: str = TARGET,
    body: bytes = BODY,
    key: str = public_hex(DEVICE_KEY),
    hq: str = HQ,
) -> SignedBy:
    return verify_request(claimed_key(named), key, hq, method, target, named, body)


def test_what_was_signed_is_believed() -> None:
    assert verify(headers()) == BY
    assert verify(headers(None, "/v1/feed/config", "GET"), method="GET", target="/v1/feed/config", body=b"") == BY


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "PUT"},
        {"target": "/v1/grants/ask?after=8"},
        {"target": "/v1/grants/ask"},
        {"target": "/v1/grants?after=7"},
        {"body": BODY + b" "},
        {"body": b""},
        {"key": HQ},
        {"hq": public_hex(DEVICE_KEY)},
    ],
    ids=str,
)
def test_anything_else_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(RequestSignatureError):
        verify(headers(), **changed)  # type: ignore[arg-type]  # each case changes one of them


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest", "stillpoint-hq"])
def test_nothing_may_be_missing_or_changed(name: str) -> None:
    good = headers()
    for bent in ("", good[name][:-9] + good[name][-8:], "x" * 2000, good[name] + ", " + good[name]):
        with pytest.raises(RequestSignatureError):
            verify({**good, name: bent})
    with pytest.raises(RequestSignatureError):
        verify({other: value for other, value in good.items() if other != name})


def test_a_body_with_a_new_digest_is_refused() -> None:
    """The digest is covered: whoever changes the body would have to sign again."""
    other = headers(b"other")
    with pytest.raises(RequestSignatureError):
        verify({**headers(), "content-digest": other["content-digest"]}, body=b"other")


def test_a_body_that_nobody_signed_is_refused() -> None:
    with pytest.raises(RequestSignatureError):
        verify(headers(None), body=b"more")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1795147200", "1795147201"),
        (NONCE, NONCE[::-1]),
        ('keyid="s01-1:1"', 'keyid="s01-2:1"'),
        ('"@path" ', ""),
        ('"@query" ', ""),
        ('"@method" ', ""),
        ('"stillpoint-hq" ', ""),
        ('tag="stillpoint"', 'tag="other"'),
        ('alg="ed25519"', 'alg="hmac-sha256"'),
    ],
)
def test_the_parameters_are_signed_too(old: str, new: str) -> None:
    good = headers()
    bent = good["signature-input"].replace(old, new)
    assert bent != good["signature-input"]
    with pytest.raises(RequestSignatureError):
        verify({**good, "signature-input": bent})


@pytest.mark.parametrize("nonce", ["", "0" * 31, "G" * 32, "0" * 33])
def test_a_nonce_has_one_shape(nonce: str) -> None:
    with pytest.raises(RequestSignatureError, match="nonce"):
        verify(headers(by=SignedBy(BY.keyid, BY.created_s, nonce)))


def test_the_name_of_a_key() -> None:
    assert read_key_name(key_name("a:b", 12)) == ("a:b", 12)
    for bad in ("", "s01-1", "s01-1:", ":1", "s01-1:x", "s01-1:-1", "s01-1:01", "s01-1:²", "s01-1:" + "9" * 11):
        assert read_key_name(bad) is None


def test_one_key_is_named() -> None:
    assert claimed_key(headers()) == BY.keyid
    for bad in ("", 'a=();keyid="x", b=();keyid="y"', "keyid=x"):
        with pytest.raises(RequestSignatureError, match="names"):
            claimed_key({"signature-input": bad})


@given(st.dictionaries(st.sampled_from(["signature", "signature-input", "content-digest"]), st.text(max_size=300)))
def test_nothing_that_can_be_sent_is_a_crash(bent: dict[str, str]) -> None:
    named = {**headers(), **bent}
    try:
        assert verify(named) == BY
    except RequestSignatureError:
        assert named != headers()
