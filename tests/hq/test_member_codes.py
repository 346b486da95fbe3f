"""Member codes at HQ: made for members, told to terminals, taken once; and the keys they are signed with."""

from __future__ import annotations

from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from cards.member_code import CodeFault, Issuer, MemberCodeError, verify
from hq import control, erasure, issuer_keys, member_codes
from hq.headquarters import Headquarters
from hq.member_codes import Taken
from hq.problems import HqError
from hq.schema import card, change
from protocol.control import CodeIssuers
from protocol.directory import ref_key
from tests.hq.conftest import Clock
from tests.hq.mergers import merge, with_operator

CHANCE = Random(4)


@pytest.fixture
def issuing(hq: Headquarters) -> Headquarters:
    member_codes.begin(hq, CHANCE.randbytes)
    return hq


def told(hq: Headquarters) -> CodeIssuers:
    with hq.database.reading() as connection:
        now = control.configuration(connection)
    assert now is not None
    assert now.issuers is not None
    return now.issuers


def as_terminal(hq: Headquarters, text: str, now_s: int) -> bytes:
    """The reference in a code, as a terminal reads it with what HQ told."""
    issuers = told(hq)
    tenant = bytes.fromhex(issuers.tenant)
    keys = [
        Issuer(tenant, key.kid, Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key)))
        for key in issuers.keys
    ]
    return verify(text, tenant, keys, now_s).member_ref


def test_a_terminal_believes_a_code_and_finds_the_member(issuing: Headquarters, clock: Clock) -> None:
    text = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    key = ref_key(issuing.keys.lookup, as_terminal(issuing, text, clock.now_ms // 1000))
    with issuing.database.reading() as connection:
        assert connection.execute(select(card.c.member, card.c.state).where(card.c.key == key)).one() == (
            "m1",
            "active",
        )
        assert key in connection.scalars(select(change.c.key)).all(), "the feed tells terminals"


def test_two_codes_of_a_member_differ_and_name_the_same(issuing: Headquarters, clock: Clock) -> None:
    texts = {member_codes.issue(issuing, "m1", CHANCE.randbytes) for _ in range(2)}
    assert len(texts) == 2
    assert len({as_terminal(issuing, text, clock.now_ms // 1000) for text in texts}) == 1
    with issuing.database.reading() as connection:
        assert len(connection.scalars(select(card.c.key).where(card.c.member == "m1")).all()) == 2, "with the card"


def test_a_code_is_taken_once(issuing: Headquarters) -> None:
    text = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    assert member_codes.take(issuing, text) == Taken("m1", again=False)
    assert member_codes.take(issuing, text) == Taken("m1", again=True)
    other = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    assert member_codes.take(issuing, other) == Taken("m1", again=False)


def test_an_old_code_is_not_taken(issuing: Headquarters, clock: Clock) -> None:
    text = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    clock.forward(hours=1)
    with pytest.raises(MemberCodeError) as refused:
        member_codes.take(issuing, text)
    assert refused.value.fault is CodeFault.EXPIRED


def test_a_restart_takes_no_code_twice(issuing: Headquarters, clock: Clock) -> None:
    text = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    member_codes.take(issuing, text)
    clock.now_ms += 1000
    again = Headquarters.open(issuing.state, clock)
    try:
        taken = member_codes.take(again, text).again
    except MemberCodeError:
        taken = True
    finally:
        again.close()
    assert taken


def test_a_blocked_reference_is_followed_by_the_next(issuing: Headquarters) -> None:
    old = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    other = member_codes.issue(issuing, "m2", CHANCE.randbytes)
    assert member_codes.block(issuing, "m1") == 1
    assert member_codes.block(issuing, "m1") == 0
    with pytest.raises(HqError, match="no member any more"):
        member_codes.take(issuing, old)
    assert member_codes.take(issuing, other).member == "m2"
    for _ in range(2):
        assert member_codes.take(issuing, member_codes.issue(issuing, "m1", CHANCE.randbytes)).member == "m1"
    with issuing.database.reading() as connection:
        states = connection.execute(select(card.c.state, card.c.key).where(card.c.member == "m1")).all()
        noted = connection.scalars(select(change.c.key)).all()
    assert sorted(state for state, _ in states) == ["active", "active", "blocked"], "the card itself is not touched"
    assert {key for state, key in states if state == "blocked"} <= set(noted)


def test_codes_follow_a_merge_and_are_blocked_with_it(issuing: Headquarters) -> None:
    old = member_codes.issue(issuing, "m2", CHANCE.randbytes)
    merge(with_operator(issuing), "m2", "m1")
    assert member_codes.take(issuing, old).member == "m1"
    new = member_codes.issue(issuing, "m2", CHANCE.randbytes)
    assert member_codes.block(issuing, "m2") == 2
    for text in (old, new):
        with pytest.raises(HqError, match="no member any more"):
            member_codes.take(issuing, text)


def test_an_erased_member_has_no_codes(issuing: Headquarters) -> None:
    text = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    erasure.erase(issuing, "m1")
    with pytest.raises(HqError, match="no member any more"):
        member_codes.take(issuing, text)
    with pytest.raises(HqError, match="no active member"):
        member_codes.issue(issuing, "m1", CHANCE.randbytes)


@pytest.mark.parametrize("who", ["m3", "nobody"])
def test_who_is_blocked_or_nobody_gets_none(issuing: Headquarters, who: str) -> None:
    with pytest.raises(HqError, match="no active member"):
        member_codes.issue(issuing, who, CHANCE.randbytes)


def test_without_a_key_nothing_is_issued(hq: Headquarters) -> None:
    with pytest.raises(HqError, match="no issuer key"):
        member_codes.issue(hq, "m1", CHANCE.randbytes)


def test_a_key_can_follow_another(issuing: Headquarters, clock: Clock) -> None:
    old = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    assert member_codes.begin(issuing, CHANCE.randbytes) == 2
    new = member_codes.issue(issuing, "m1", CHANCE.randbytes)
    assert [key.kid for key in told(issuing).keys] == [1, 2]
    assert as_terminal(issuing, old, clock.now_ms // 1000) == as_terminal(issuing, new, clock.now_ms // 1000)


def test_the_keys_are_the_owners_alone_and_a_damaged_one_is_said(issuing: Headquarters) -> None:
    path = issuing.state / "keys" / "issuer-1.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("damaged")
    with pytest.raises(HqError, match=r"issuer-1\.key"):
        issuer_keys.load_issuers(issuing.state)
