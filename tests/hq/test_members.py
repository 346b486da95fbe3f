"""What a terminal learns of a member."""

from __future__ import annotations

import pytest

from hq.accounts import POOL, Account, LotFacts
from hq.headquarters import Headquarters
from hq.members import mask_phone, member_row
from loyalty.ledger import Asset
from tests.hq.looking import row_of


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "+86*******1234"),
        ("0212345678", "02*****678"),
        ("61234567", "6*****67"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_only_the_ends_of_a_phone_number_are_shown(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_a_row_holds_what_a_till_needs(hq: Headquarters) -> None:
    assert row_of(hq, "member", "m1") == {
        "id": "m1",
        "name": "王小雨",
        "phone_masked": "138****1234",
        "birthday": "1991-05-17",
        "language": "zh-CN",
        "tier": "gold",
        "state": "active",
        "home_store": "s01",
        "lots": [{"id": "open.m1", "points": 1000, "earned_on": "2026-07-20", "expires_on": "2028-07-20"}],
        "pending": 0,
        "debt": 0,
        "copyable_used": None,
    }


def test_a_row_tells_all_of_the_stored_value_wherever_it_lies() -> None:
    account = Account("m1", "", "", None, "en", "gold", "active", "s01", None, "2026-11-20")
    for holder, asset, amount in (
        (POOL, Asset.PRINCIPAL, 700),
        ("d:1", Asset.PRINCIPAL, 300),
        ("d:1", Asset.BONUS, 60),
    ):
        account.know(asset, LotFacts("v", "2026-07-01"))
        account.add(holder, asset, "v", amount)
    row = member_row(account, "2026-11-20")
    assert (row.principal, row.bonus, row.lots) == (1000, 60, ())
