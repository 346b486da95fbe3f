"""Everything goes to a replacement card."""

from __future__ import annotations

import pytest

from loyalty import Refused, Verdict, imbalance
from loyalty.coupon import Coupon
from loyalty.ledger import Account, Asset, Posting
from loyalty.standing import Standing
from loyalty.transfer import Holdings, Transfer, transfer
from tests.loyalty.account_material import APRIL, DECEMBER, LEASED, OLD, RIGHTS, WAITING, sums


def moved(old: Holdings = OLD) -> Transfer:
    done = transfer(old, Holdings(), "new")
    assert isinstance(done, Transfer)
    return done


def test_what_leaves_one_side_arrives_at_the_other_and_each_side_balances() -> None:
    done = moved()
    assert imbalance(done.out) == imbalance(done.into) == {}
    left, arrived = sums(done.out, Account.MOVED), sums(done.into, Account.MOVED)
    assert left == {key: -amount for key, amount in arrived.items()}
    assert left[Asset.PRINCIPAL, "v1"] == 75000
    assert left[Asset.POINTS, "debt"] == -20, "the debt moves too"


def test_lots_keep_their_dates_and_pending_points_their_day() -> None:
    done = moved()
    assert (done.lots, done.pending) == ((DECEMBER, APRIL), (WAITING,))
    assert sums(done.into, Account.POOL)[Asset.POINTS, "apr"] == 50
    assert sums(done.into, Account.PENDING)[Asset.POINTS, "new"] == 45
    assert sums(done.into, Account.DEBT)[Asset.POINTS, "debt"] == -20


def test_leased_points_stay_where_they_are() -> None:
    done = moved()
    assert done.leased == 8
    assert "leased" not in {each.lot for each in (*done.out, *done.into)}


def test_coupons_have_their_new_holder() -> None:
    assert moved().coupons == (Coupon("C-1", "rule", "new"),)


def test_an_account_in_use_is_no_replacement() -> None:
    for used in (Holdings(Standing(lease=(LEASED,))), Holdings(Standing(debt=1)), Holdings(rights=RIGHTS[:1])):
        assert transfer(OLD, used, "new") == Refused(Verdict.TRANSFER_NOT_EMPTY)


def test_an_empty_account_moves_nothing() -> None:
    assert moved(Holdings()) == Transfer((), (), (), (), (), 0)


def test_points_are_no_other_right() -> None:
    with pytest.raises(ValueError, match="points stand in the standing"):
        Holdings(rights=(Posting(Account.POOL, Asset.POINTS, "a", 1),))
