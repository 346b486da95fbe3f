"""What was shown, and which level that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.assurance import LEVELS, Shown
from loyalty.possession import CHALLENGE, Challenge, Evidence, Possession, Proof, Token, Why, possession


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        (Evidence(Token.CLAIM), "P0"),
        (Evidence(Token.UID), "P1"),
        (Evidence(Token.CERTIFICATE), "P1"),
        (Evidence(Token.WRITE_BACK), "P2"),
        (Evidence(Token.CODE), "P3"),
        (Evidence(Token.CODE, trusted_clock=False), "P1"),
        (Evidence(Token.SUN, hq=True), "P3"),
        (Evidence(Token.SUN), "P1"),
        (Evidence(Token.UID, challenge=Challenge.PASSED), "P4"),
        (Evidence(Token.UID, challenge=Challenge.NO_KEY), "P1"),
    ],
)
def test_levels(evidence: Evidence, level: str) -> None:
    kind = CHALLENGE if level == "P4" else evidence.token.value
    assert possession(evidence) == Possession(Proof(level, kind))


@pytest.mark.parametrize(
    ("challenge", "found"),
    [
        (Challenge.PASSED, Possession(Proof("P4", CHALLENGE))),
        (Challenge.FAILED, Possession(Proof("P0", "uid"), Why.CHALLENGE_FAILED)),
        (Challenge.WITHHELD, Possession(Proof("P0", "uid"), Why.CHALLENGE_WITHHELD)),
        (None, Possession(Proof("P0", "uid"), Why.CHALLENGE_WITHHELD)),
        (Challenge.NO_KEY, Possession(Proof("P1", "uid", key_at_hand=False))),
    ],
)
def test_a_card_issued_with_a_key_proves_it_or_is_refused(challenge: Challenge | None, found: Possession) -> None:
    assert possession(Evidence(Token.UID, issued_with_key=True, challenge=challenge)) == found


evidences = st.builds(
    Evidence,
    st.sampled_from(Token),
    st.booleans(),
    st.none() | st.sampled_from(Challenge),
    st.booleans(),
    st.booleans(),
)


@given(evidences)
def test_p4_is_a_passed_challenge_and_nothing_else(evidence: Evidence) -> None:
    found = possession(evidence)
    assert found.proof.level in LEVELS
    assert (found.proof.level == "P4") == (evidence.challenge is Challenge.PASSED)


@given(evidences)
def test_what_is_refused_has_no_level_worth_having(evidence: Evidence) -> None:
    found = possession(evidence)
    assert found.refused is None or found.proof.level == "P0"


proofs = st.builds(Proof, st.sampled_from(LEVELS), st.just("uid"), st.booleans(), st.booleans())


def test_the_table_is_told_what_the_proof_says_and_who_else_is_there() -> None:
    proof = Proof("P3", "code", key_at_hand=False, pin=True)
    assert proof.shown(hq=True) == Shown("P3", pin=True, hq=True, key_at_hand=False)
    assert proof.shown(staff=True) == Shown("P3", pin=True, staff=True, key_at_hand=False)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (Proof("P0", "claim"), Proof("P1", "uid"), Proof("P1", "uid")),
        (Proof("P4", CHALLENGE), Proof("P1", "uid", pin=True), Proof("P4", CHALLENGE, pin=True)),
        (Proof("P1", "uid", key_at_hand=False), Proof("P1", "uid"), Proof("P1", "uid")),
    ],
)
def test_two_proofs_of_one_member_count_by_the_stronger_and_keep_the_pin(
    first: Proof, second: Proof, both: Proof
) -> None:
    assert first.joined(second) == second.joined(first) == both


@given(proofs, proofs)
def test_a_further_proof_takes_nothing_away(first: Proof, second: Proof) -> None:
    both = first.joined(second)
    assert LEVELS.index(both.level) == max(LEVELS.index(first.level), LEVELS.index(second.level))
    assert both.pin == (first.pin or second.pin)
