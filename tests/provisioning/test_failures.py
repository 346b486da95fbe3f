"""Every way in which an enrolment fails: its code, and that nothing was used up or left behind that should not be."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from hq.contact import signed_time
from hq.problems import Code
from hq.terminals import State
from protocol.enrolment import CLAIM, Claim, EnrolAnswer, claim_text, read_claim
from protocol.signing import Signed
from provisioning.enrol import enrol
from provisioning.failures import EnrolError, Failure
from provisioning.identity import load_identity
from tests.hq.served import ServedHq, real_clock, serve_hq
from tests.hq.tiny_chain import write_tiny_chain
from tests.protocol.examples import DEVICE_KEY
from tests.provisioning.answers import answering, http
from tests.provisioning.test_enrol import states


def fails(text: str, folder: Path, now_ms: int | None = None) -> EnrolError:
    """The error of an enrolment, which must leave no identity behind."""
    with pytest.raises(EnrolError) as error:
        enrol(text, folder, "serial", now_ms or real_clock(), Random(3).randbytes)
    assert not (folder / "identity.json").exists()
    return error.value


def changed(text: str, by: ServedHq | None = None, **changes: object) -> str:
    """The claim with other content, signed by HQ `by`, or else by nobody that counts."""
    claim = read_claim(text)[1]
    key = by.headquarters.keys.signing if by else DEVICE_KEY
    return claim_text(Signed.make(CLAIM, Claim(**(claim.model_dump() | changes)).model_dump(), key))


@pytest.mark.parametrize("text", ["", "https://example.org", "SP1:AAAA", "WIFI:T:WPA;S:shop;;"])
def test_p01_a_foreign_code(folder: Path, text: str) -> None:
    assert fails(text, folder).failure is Failure.P01
    assert not folder.exists()


def test_p01_a_claim_that_hq_does_not_know(hq: ServedHq, folder: Path) -> None:
    assert fails(changed(hq.make_claim("s01", "1"), hq, id="c-other"), folder).failure is Failure.P01


def test_p01_a_claim_that_hq_did_not_sign(hq: ServedHq, folder: Path) -> None:
    text = hq.make_claim("s01", "1")
    assert fails(changed(text), folder).failure is Failure.P01
    assert states(hq) == [State.ENROLLED]
    assert enrol(text, folder, "serial", real_clock(), Random(4).randbytes).device == "s01-1"


def test_p02_a_wrong_secret_with_the_tries_left(hq: ServedHq, folder: Path) -> None:
    error = fails(changed(hq.make_claim("s01", "1"), hq, secret="f" * 32), folder)
    assert (error.failure, error.params["tries_left"]) == (Failure.P02, 4)
    assert "4 tries are left" in str(error)


def test_p03_an_expired_claim(tmp_path: Path, folder: Path) -> None:
    late = [0]
    chain = write_tiny_chain(tmp_path / "chain")
    with serve_hq(tmp_path, chain, clock=lambda: real_clock() + late[0]) as hq:
        text = hq.make_claim("s01", "1")
        late[0] = 73 * 3600 * 1000
        assert fails(text, folder, real_clock() + late[0]).failure is Failure.P03


def test_p04_a_claim_that_another_device_has_used(hq: ServedHq, folder: Path, tmp_path: Path) -> None:
    text = hq.make_claim("s01", "1")
    enrol(text, tmp_path / "other", "serial", real_clock(), Random(4).randbytes)
    assert fails(text, folder).failure is Failure.P04


def test_p05_a_terminal_of_another_store(hq: ServedHq, folder: Path) -> None:
    identity = enrol(hq.make_claim("s01", "1"), folder, "serial", real_clock(), Random(4).randbytes)
    with pytest.raises(EnrolError) as error:
        enrol(hq.make_claim("s02", "1"), folder, "serial", real_clock(), Random(5).randbytes)
    assert error.value.failure is Failure.P05
    assert "s02 lane 1" in str(error.value)
    assert load_identity(folder) == identity


def test_p02_a_claim_that_was_moved_to_another_store(hq: ServedHq, folder: Path) -> None:
    """Changed and signed again, its proof no longer fits what HQ knows."""
    assert fails(changed(hq.make_claim("s01", "1"), hq, store="s02"), folder).failure is Failure.P02


def test_p10_nobody_at_the_address(hq: ServedHq, folder: Path) -> None:
    text = hq.make_claim("s01", "1")
    hq.stop()
    error = fails(text, folder)
    assert (error.failure, error.params["stage"]) == (Failure.P10, "ca")


def test_p10_something_that_does_not_speak_tls(hq: ServedHq, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        text = hq.make_claim("s01", "1", f"https://127.0.0.1:{port}")
        silent.close()
        assert fails(text, folder).failure is Failure.P10


def test_p11_another_authority_than_the_pinned_one(hq: ServedHq, folder: Path, tmp_path: Path) -> None:
    with serve_hq(tmp_path / "evil", write_tiny_chain(tmp_path / "chain"), random=Random(9).randbytes) as evil:
        text = changed(hq.make_claim("s01", "1"), hq, hq=evil.url)
        assert fails(text, folder).failure is Failure.P11
        assert states(evil) == []
    assert states(hq) == []


def test_p11_the_right_authority_relayed_by_a_server_it_did_not_certify(
    hq: ServedHq, folder: Path, tmp_path: Path
) -> None:
    with serve_hq(tmp_path / "evil", write_tiny_chain(tmp_path / "chain"), random=Random(9).randbytes) as evil:
        right = hq.ca_pem.encode()
        with answering(evil.state_dir, lambda _: http(200, right)) as address:
            text = changed(hq.make_claim("s01", "1"), hq, hq=address)
            assert fails(text, folder).failure is Failure.P11


@pytest.mark.parametrize("body", [b"", b"not a certificate", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_p11_no_authority_at_all(hq: ServedHq, folder: Path, body: bytes) -> None:
    with answering(hq.state_dir, lambda _: http(200, body)) as address:
        assert fails(hq.make_claim("s01", "1", address), folder).failure is Failure.P11


@pytest.mark.parametrize("days", [-2, 2, 365])
def test_p12_a_clock_that_is_days_off(hq: ServedHq, folder: Path, days: int) -> None:
    error = fails(hq.make_claim("s01", "1"), folder, real_clock() + days * 24 * 3600 * 1000)
    assert error.failure is Failure.P12
    assert states(hq) == []


def test_an_hour_off_is_no_reason_to_stop(hq: ServedHq, folder: Path) -> None:
    """The control: shops do not know the time better than that."""
    text, late = hq.make_claim("s01", "1"), real_clock() + 3600 * 1000
    assert enrol(text, folder, "serial", late, Random(4).randbytes).device == "s01-1"


def relay(hq: ServedHq, enrol_answer: bytes) -> Callable[[bytes], bytes]:
    """HQ's own answers for the authority and the time; `enrol_answer` for the rest."""

    def respond(request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        if path == "/v1/ca":
            return http(200, hq.ca_pem.encode())
        if path.startswith("/v1/time"):
            signed = signed_time(hq.headquarters.keys, path.partition("nonce=")[2], real_clock())
            return http(200, json.dumps(signed.model_dump()).encode())
        return enrol_answer

    return respond


def test_p05_an_answer_for_another_store_than_claimed(hq: ServedHq, folder: Path) -> None:
    keys = {"trust_key": hq.headquarters.keys.trust_key, "lookup_key": "0" * 64}
    answer = EnrolAnswer(device="s02-1", epoch=1, store="s02", lane="1", **keys)
    with answering(hq.state_dir, relay(hq, http(200, answer.model_dump_json().encode()))) as address:
        assert fails(hq.make_claim("s01", "1", address), folder).failure is Failure.P05


def test_p12_a_machine_clock_at_which_the_certificate_is_not_valid_yet(tmp_path: Path, folder: Path) -> None:
    """The time is fetched all the same, its certificate's dates unchecked; nothing else is."""
    ahead = 365 * 24 * 3600 * 1000
    with serve_hq(tmp_path, write_tiny_chain(tmp_path / "chain"), clock=lambda: real_clock() + ahead) as hq:
        error = fails(hq.make_claim("s01", "1"), folder, real_clock() + ahead)
        assert error.failure is Failure.P12
        assert states(hq) == []


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", http(200, b"{}")])
def test_p21_an_answer_that_is_lost_or_cut(hq: ServedHq, folder: Path, answer: bytes) -> None:
    with answering(hq.state_dir, relay(hq, answer)) as address:
        text = hq.make_claim("s01", "1", address)
        error = fails(text, folder)
    assert error.failure is Failure.P21
    assert "Scan the same claim again" in str(error)


def test_p11_a_time_under_another_nonce(hq: ServedHq, folder: Path) -> None:
    old = json.dumps(signed_time(hq.headquarters.keys, "0" * 32, real_clock()).model_dump()).encode()

    def respond(request: bytes) -> bytes:
        return http(200, hq.ca_pem.encode() if b"/v1/ca" in request else old)

    with answering(hq.state_dir, respond) as address:
        assert fails(hq.make_claim("s01", "1", address), folder).failure is Failure.P11


def test_an_answer_without_end_is_cut(hq: ServedHq, folder: Path) -> None:
    with answering(hq.state_dir, lambda _: http(200, b"x" * 1_000_000)) as address:
        assert fails(hq.make_claim("s01", "1", address), folder).failure is Failure.P11


def test_every_failure_has_a_sentence_and_an_action() -> None:
    for failure in Failure:
        assert failure.sentence.endswith((".", "}."))
        assert failure.action.endswith(".")
    assert {code for code in Code if code.name.startswith("CLAIM")} == {
        Code.CLAIM_UNKNOWN,
        Code.CLAIM_PROOF,
        Code.CLAIM_EXPIRED,
        Code.CLAIM_USED,
    }


def test_every_failure_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "enrol-a-terminal.md").read_text("utf-8")
    assert [failure.name for failure in Failure if f"`{failure.name}`" not in page] == []
