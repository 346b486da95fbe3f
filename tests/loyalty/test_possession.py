"""What was shown, and which level that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.assurance import LEVELS
from loyalty.possession import Challenge, Evidence, Possession, Token, Why, possession


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        (Evidence(Token.CLAIM), "P0"),
        (Evidence(Token.UID), "P1"),
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
    assert possession(evidence) == Possession(level)


@pytest.mark.parametrize(
    ("challenge", "found"),
    [
        (Challenge.PASSED, Possession("P4")),
        (Challenge.FAILED, Possession("P0", refused=Why.CHALLENGE_FAILED)),
        (Challenge.WITHHELD, Possession("P0", refused=Why.CHALLENGE_WITHHELD)),
        (None, Possession("P0", refused=Why.CHALLENGE_WITHHELD)),
        (Challenge.NO_KEY, Possession("P1", key_at_hand=False)),
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
    assert found.level in LEVELS
    assert (found.level == "P4") == (evidence.challenge is Challenge.PASSED)


@given(evidences)
def test_what_is_refused_has_no_level_worth_having(evidence: Evidence) -> None:
    found = possession(evidence)
    assert found.refused is None or found.level == "P0"
