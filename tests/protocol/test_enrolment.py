"""Claims: ours and whole, or refused; the proof covers everything both sides must agree on."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import canonical
from protocol.enrolment import CLAIM, PREFIX, ClaimError, claim_text, hello_bytes, proof, read_claim
from protocol.signing import SignatureError, Signed, public_hex
from tests.protocol.examples import DEVICE_KEY, HQ_KEY, claim

TEXT = claim_text(Signed.make(CLAIM, claim().model_dump(), HQ_KEY))


def test_a_claim_comes_back() -> None:
    signed, again = read_claim(f"  {TEXT}\n")
    assert again == claim()
    assert signed.open(CLAIM, public_hex(HQ_KEY)) == claim().model_dump()


@pytest.mark.parametrize(
    "text", ["", "SP1:", "SP2:" + TEXT[4:], TEXT[4:], "https://example.org", "WIFI:S:x;;", "6901234567892"]
)
def test_a_foreign_code_is_refused(text: str) -> None:
    with pytest.raises(ClaimError):
        read_claim(text)


def test_cut_anywhere_it_is_refused() -> None:
    for length in range(len(TEXT)):
        with pytest.raises(ClaimError):
            read_claim(TEXT[:length])


def test_a_changed_character_is_refused_or_breaks_the_signature() -> None:
    """Every 7th character: reading finds damage, the signature finds forgery."""
    for at in range(len(PREFIX), len(TEXT), 7):
        letter = "A" if TEXT[at] != "A" else "B"
        with pytest.raises((ClaimError, SignatureError)):
            read_claim(TEXT[:at] + letter + TEXT[at + 1 :])[0].open(CLAIM, public_hex(HQ_KEY))


def test_an_endless_code_is_refused() -> None:
    with pytest.raises(ClaimError):
        read_claim(PREFIX + "A" * 5000)


@settings(derandomize=True)
@given(st.binary(max_size=60))
def test_noise_after_the_prefix_is_refused(data: bytes) -> None:
    with pytest.raises(ClaimError):
        read_claim(PREFIX + base64.urlsafe_b64encode(data).decode())


@pytest.mark.parametrize("change", [{"hq": "http://hq.example"}, {"hq": "https://a/b"}, {"secret": "00"}, {"more": 1}])
def test_a_signed_claim_of_another_shape_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ClaimError):
        read_claim(claim_text(Signed.make(CLAIM, claim().model_dump() | change, HQ_KEY)))


def test_a_foreign_signature_is_told_by_the_trust_key() -> None:
    signed, _ = read_claim(claim_text(Signed.make(CLAIM, claim().model_dump(), DEVICE_KEY)))
    with pytest.raises(SignatureError):
        signed.open(CLAIM, public_hex(HQ_KEY))


def test_the_proof_covers_every_field() -> None:
    fields = ["a" * 32, "b" * 64, "serial", "c" * 32, "d" * 64, "s01", "1"]
    proofs = {proof(*fields)}
    for at in range(len(fields)):
        changed = fields[:]
        changed[at] = changed[at][:-1] + ("2" if changed[at][-1] == "1" else "1") if at else "f" * 32
        proofs.add(proof(*changed))
    assert len(proofs) == len(fields) + 1


def test_a_hello_is_for_one_device_and_claim() -> None:
    assert len({hello_bytes(device, one) for device in ("a", "b") for one in ("c", "d")}) == 4
    assert canonical.decode(hello_bytes("a", "c").removeprefix(b"stillpoint/hello\0")) == ["a", "c"]
