"""How far the next tier is: "300.00 more to gold" (F099)."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.basket import MemberFacts
from loyalty.programme import Programme
from loyalty.quote import TierProgress
from loyalty.tier_policy import TierPolicy
from loyalty.tiers import Tier, is_known, ladder, needs, tier_of


def tier_progress(member: MemberFacts, programme: Programme) -> TierProgress | None:
    """What `member` still needs for the next tier, by what HQ says counts in the running window.

    None where nothing is to be said: no tier policy, nothing known of the member's sum, a tier that this programme does
    not know, or none above it.
    """
    if programme.tier_policy is None or member.qualifying is None:
        return None
    return towards_next(programme.tiers, programme.tier_policy, member.tier, member.qualifying)


def towards_next(tiers: Sequence[Tier], policy: TierPolicy, tier_id: str, qualifying: int) -> TierProgress | None:
    """The distance to the lowest tier above this one whose threshold is not met yet; None if there is none."""
    if not is_known(tiers, tier_id):
        return None
    rank = tier_of(tiers, tier_id).rank
    ahead = (tier for tier in ladder(tiers) if tier.rank > rank and needs(tier) > qualifying)
    found = next(ahead, None)
    return TierProgress(found.id, policy.metric, needs(found) - qualifying) if found else None
