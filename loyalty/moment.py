"""When something happens: the instant, the shop's wall clock and the business date (D20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Moment:
    """An instant in a shop. `utc_ms` is milliseconds since 1970 UTC; `cutoff_hours` is a whole number, 0 to 12."""

    utc_ms: int
    zone: str = "Asia/Shanghai"
    cutoff_hours: int = 4

    def local(self) -> datetime:
        """The shop's wall clock, without a zone: offers and birthdays go by it."""
        instant = datetime.fromtimestamp(self.utc_ms // 1000, UTC)
        return instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def business_date(self) -> date:
        """The trading day: the wall clock less the cut-off, summer time or not (D20)."""
        return (self.local() - timedelta(hours=self.cutoff_hours)).date()
