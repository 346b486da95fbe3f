"""What a terminal is told about a member: one row, computed from the whole account, the phone number masked."""

from __future__ import annotations

from collections import defaultdict

from hq.accounts import PENDING, Account, birthdays_used, last_copyable
from loyalty.ledger import Asset
from protocol.directory import CopyableUse, LotRow, MemberRow, MemberState

ERASED = "erased"  # state of a member whose profile was wiped; terminals know nothing of such
_SHOWN = {11: (3, 4), 10: (2, 3), 9: (2, 2), 8: (1, 2)}  # digits shown at the start and the end, by length


def mask_phone(phone: str) -> str:
    """A number of which only the ends are shown (138****1234); nothing of a short one."""
    digits = phone.strip()
    first, last = _SHOWN.get(len(digits), (3, 4) if len(digits) > 11 else (0, 0))
    hidden = len(digits) - first - last
    return digits[:first] + "*" * hidden + digits[len(digits) - last :] if hidden < len(digits) else "*" * hidden


def member_row(account: Account, today: str) -> MemberRow:
    """Lots are merged over the pool and all leases: they are the member's whole active balance."""
    merged: dict[str, int] = defaultdict(int)
    for (holder, asset, lot), points in account.holdings.items():
        if asset is Asset.POINTS and holder != PENDING:
            merged[lot] += points
    lots = (
        LotRow(id=lot, points=merged[lot], earned_on=dates.earned_on, expires_on=dates.expires_on)
        for lot in sorted(merged)
        if (dates := account.lots[Asset.POINTS, lot])
    )
    used = last_copyable(account, today)
    return MemberRow(
        id=account.member,
        name=account.name,
        phone_masked=mask_phone(account.phone),
        birthday=account.birthday,
        language=account.language,
        tier=account.tier,
        state=MemberState.BLOCKED if account.blocked else MemberState.ACTIVE,
        home_store=account.home_store,
        lots=tuple(lots),
        pending=account.held(PENDING),
        debt=account.debt,
        copyable_used=CopyableUse(business_date=used[0], points=used[1]) if used else None,
        used=birthdays_used(account),
        principal=max(0, account.total(Asset.PRINCIPAL)),
        bonus=max(0, account.total(Asset.BONUS)),
    )
