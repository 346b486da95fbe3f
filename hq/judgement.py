"""What HQ thinks of one operation, and what it knows beside it when it judges."""

from __future__ import annotations

from dataclasses import dataclass, field

from hq.reasons import Reason
from loyalty import Programme
from protocol.batch import Outcome


@dataclass(frozen=True)
class Sizes:
    """Percent of what a member has: at the home store, at the second, and what HQ's pool keeps (Leases 7)."""

    home: int = 60
    second: int = 20
    pool: int = 20


USUAL = Sizes()


@dataclass(frozen=True)
class Rules:
    """HQ's time and day (ISO), the daily cap of copyable cards (None: none), the newest programme, and how large leases
    are."""

    now_ms: int
    today: str
    copyable_daily: int | None = None
    programme: Programme | None = None
    sizes: Sizes = USUAL


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
