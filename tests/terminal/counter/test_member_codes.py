"""A code at the till: once, in time, and worth less where no clock can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards.member_code import CodeFault, MemberCode, MemberCodeError, issue, text_of
from loyalty.possession import possession
from protocol.control import CodeIssuer, CodeIssuers
from protocol.directory import ref_key
from protocol.operation import ClockQuality
from protocol.signing import public_hex
from terminal.clock import ClockReading
from terminal.counter.member_codes import take_code
from terminal.store.ledger import Ledger

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TENANT, LOOKUP = bytes(range(16)), bytes(32)
TOLD = CodeIssuers(tenant=TENANT.hex(), keys=(CodeIssuer(kid=1, public_key=public_hex(KEY)),))
NOW_MS = 1_790_000_000_000


def shown(number: int = 0, at_ms: int = NOW_MS) -> str:
    return text_of(issue(MemberCode(1, b"ada-ref!", at_ms // 1000, 90, number.to_bytes(5, "big")), TENANT, KEY))


def level(ledger: Ledger, text: str, quality: ClockQuality = ClockQuality.TRUSTED, at_ms: int = NOW_MS) -> str:
    taken = take_code(text, TOLD, LOOKUP, ledger.codes_used, ClockReading(at_ms, quality), at_ms)
    assert taken.card == ref_key(LOOKUP, b"ada-ref!")
    return possession(taken.evidence).proof.level


def fault(ledger: Ledger, text: str, quality: ClockQuality = ClockQuality.TRUSTED, at_ms: int = NOW_MS) -> CodeFault:
    with pytest.raises(MemberCodeError) as refused:
        level(ledger, text, quality, at_ms)
    return refused.value.fault


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", "s01-1", 1) as ledger:
        yield ledger


def test_a_code_is_p3_once(ledger: Ledger) -> None:
    assert level(ledger, shown()) == "P3"
    assert fault(ledger, shown()) is CodeFault.USED
    assert level(ledger, shown(1)) == "P3"


def test_a_reboot_takes_none_again(tmp_path: Path) -> None:
    for again in (False, True):
        with Ledger.open(tmp_path / "ledger.db", "s01-1", 1) as ledger:
            if again:
                assert fault(ledger, shown()) is CodeFault.USED
            else:
                level(ledger, shown())


@pytest.mark.parametrize("quality", [ClockQuality.HELD, ClockQuality.UNKNOWN])
def test_without_a_trusted_clock_it_is_p1_and_still_good_once(ledger: Ledger, quality: ClockQuality) -> None:
    old = shown(at_ms=NOW_MS - 3_600_000)
    assert fault(ledger, old) is CodeFault.EXPIRED
    assert level(ledger, old, quality) == "P1"
    assert fault(ledger, old, quality) is CodeFault.EXPIRED, "it has surely ended: forgotten, and refused for good"
    fresh = shown(1)
    assert level(ledger, fresh, quality) == "P1"
    assert fault(ledger, fresh, quality) is CodeFault.USED


def test_a_clock_that_is_put_back_takes_none_that_was_forgotten(ledger: Ledger) -> None:
    level(ledger, shown())
    level(ledger, shown(1, NOW_MS + 10**6), at_ms=NOW_MS + 10**6)
    assert fault(ledger, shown()) is CodeFault.EXPIRED


def test_a_code_that_is_not_believed_leaves_no_trace(ledger: Ledger) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = text_of(issue(MemberCode(1, b"ada-ref!", NOW_MS // 1000, 90, bytes(5)), TENANT, other))
    assert fault(ledger, forged) is CodeFault.BAD_SIGNATURE
    assert level(ledger, shown()) == "P3"
