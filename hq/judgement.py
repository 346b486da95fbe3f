"""What HQ thinks of one operation, and what it knows beside it when it judges."""

from __future__ import annotations

from dataclasses import dataclass, field

from hq.reasons import Reason
from loyalty import Programme
from protocol.batch import Outcome


@dataclass(frozen=True)
class Rules:
    """HQ's time and day (ISO), the daily cap of copyable cards (None: none), and the newest programme."""

    now_ms: int
    today: str
    copyable_daily: int | None = None
    programme: Programme | None = None


@dataclass
class Judgement:
    """What HQ did with an operation, why, and the values of the sentences."""

    outcome: Outcome = Outcome.APPLIED
    reasons: list[Reason] = field(default_factory=list)
    params: dict[str, int | str] = field(default_factory=dict)

    def flag(self, reason: Reason, **params: int | str) -> None:
        """Applied, but to be looked at. The same reason counts once."""
        self.outcome = Outcome.FLAGGED
        if reason not in self.reasons:
            self.reasons.append(reason)
        self.params |= params

    @classmethod
    def parked(cls, reason: Reason, **params: int | str) -> Judgement:
        """Kept as it came; nothing of it is booked."""
        return cls(Outcome.PARKED, [reason], params)
