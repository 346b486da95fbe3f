"""Leases: atomic, disjoint, numbered densely, and sized by the member's shops."""

from __future__ import annotations

import pytest

from hq import leases, sizing, terminals
from hq.headquarters import Headquarters
from hq.schema import member
from hq.terminals import State
from protocol.lease import GrantAsk, GrantPage
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged, join
from tests.hq.looking import balance, broken, held


def grants(hq: Headquarters, device: Device, after: int = 0) -> GrantPage:
    """What GET /v1/grants does."""
    with hq.database.transaction() as connection:
        sizing.size(connection, terminals.lock(connection, device.name, device.identity.epoch), hq.rules())
        return leases.page(connection, device.name, device.identity.epoch, after)


def ask(hq: Headquarters, device: Device, who: str, points: int, after: int = 0) -> GrantPage:
    with hq.database.transaction() as connection:
        asker = terminals.lock(connection, device.name, device.identity.epoch)
        leases.ask(connection, asker, GrantAsk(member=who, points=points, after=after), hq.rules())
        return leases.page(connection, device.name, device.identity.epoch, after)


def given(page: GrantPage) -> dict[str, int]:
    return {grant.member: sum(lot.points for lot in grant.lots) for grant in page.grants}


def test_the_home_store_gets_60_percent(hq: Headquarters, device: Device) -> None:
    page = grants(hq, device)
    assert given(page) == {"m1": 600, "m2": 192}
    assert [grant.number for grant in page.grants] == [1, 2]
    assert page.head == 2
    assert (held(hq, "m1"), held(hq, "m1", device.holder)) == (400, 600)
    assert broken(hq) == []


def test_the_second_store_gets_20_percent_and_the_pool_keeps_20(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    assert given(grants(hq, other)) == {"m1": 200}
    assert given(grants(hq, device)) == {"m1": 600, "m2": 192}
    assert held(hq, "m1") == 200


def test_who_is_blocked_long_unseen_or_without_points_gets_none(hq: Headquarters, device: Device) -> None:
    assert {"m3", "m4", "m5"} & set(given(grants(hq, device))) == set()
    assert (held(hq, "m3"), held(hq, "m4")) == (500, 700)


def test_ninety_days_end_a_lease_to_come(hq: Headquarters, clock: Clock) -> None:
    clock.forward(days=89)
    assert "m1" not in given(grants(hq, join(hq, "s01", "1")))


def test_asking_again_gives_nothing_twice(hq: Headquarters, device: Device) -> None:
    first = grants(hq, device)
    assert grants(hq, device) == first
    assert grants(hq, device, after=2).grants == ()


def test_a_lease_is_topped_up_below_half_of_its_target(hq: Headquarters, device: Device) -> None:
    grants(hq, device)
    device.sell("m1", use=[("open.m1", 400)])
    acknowledged(hq, device.batch())
    assert given(grants(hq, device, after=2)) == {}  # 200 are left and 60 % of 600 is 360
    device.sell("m1", use=[("open.m1", 50)])
    acknowledged(hq, device.batch(2, 2))
    assert given(grants(hq, device, after=2)) == {"m1": 180}  # 150 are left and 60 % of 550 is 330
    assert held(hq, "m1", device.holder) == 330


def test_the_newest_terminal_of_the_store_holds_its_share(hq: Headquarters, device: Device, clock: Clock) -> None:
    clock.forward(hours=1)
    newer = join(hq, "s01", "2")
    assert given(grants(hq, device)) == {}
    assert given(grants(hq, newer)) == {"m1": 600, "m2": 192}


def test_what_an_older_terminal_holds_stays_there(hq: Headquarters, device: Device, clock: Clock) -> None:
    grants(hq, device)
    clock.forward(hours=1)
    newer = join(hq, "s01", "2")
    assert given(grants(hq, newer)) == {"m1": 200, "m2": 64}
    assert held(hq, "m1") == 200
    assert broken(hq) == []


def test_a_question_is_granted_if_the_pool_has_all_of_it(hq: Headquarters, device: Device) -> None:
    grants(hq, device)
    assert given(ask(hq, device, "m1", 401, after=2)) == {}
    assert given(ask(hq, device, "m1", 400, after=2)) == {"m1": 400}
    assert held(hq, "m1") == 0


def test_a_question_that_is_repeated_is_granted_once(hq: Headquarters, device: Device) -> None:
    grants(hq, device)
    first = ask(hq, device, "m1", 100, after=2)
    assert ask(hq, device, "m1", 100, after=2) == first
    assert given(ask(hq, device, "m1", 150, after=2)) == {"m1": 50}  # the later grant of the two on the way
    assert held(hq, "m1", device.holder) == 750


@pytest.mark.parametrize("who", ["nobody", "m3", "m5"])
def test_a_question_for_nobody_blocked_or_empty_is_answered_without_a_grant(
    hq: Headquarters, device: Device, who: str
) -> None:
    assert ask(hq, device, who, 1).grants == ()


def test_a_member_has_at_most_four_leases(hq: Headquarters, device: Device) -> None:
    others = [join(hq, "s02", str(lane)) for lane in range(1, 5)]
    for other in others:
        ask(hq, other, "m1", 10)
    assert ask(hq, device, "m1", 10).grants == ()
    assert given(ask(hq, others[0], "m1", 10, after=1)) == {"m1": 10}


@pytest.mark.parametrize("state", [State.SUSPENDED, State.RETIRED, State.QUARANTINED])
def test_a_terminal_that_is_not_active_gets_nothing(hq: Headquarters, device: Device, state: State) -> None:
    with hq.database.transaction() as connection:
        terminals.change(connection, terminals.lock(connection, device.name, device.identity.epoch), state=state.value)
    assert grants(hq, device).grants == ()
    assert ask(hq, device, "m1", 10).grants == ()
    assert held(hq, "m1") == 1000


def test_expired_points_are_not_leased(hq: Headquarters, device: Device, clock: Clock) -> None:
    clock.forward(days=365 * 2)
    assert ask(hq, device, "m1", 10).grants == ()
    assert given(ask(hq, device, "m2", 10)) == {"m2": 10}  # never expires


def test_a_new_epoch_starts_with_no_leases_and_the_old_ones_count_as_spent(
    hq: Headquarters, device: Device, clock: Clock
) -> None:
    grants(hq, device)
    clock.forward(hours=1)
    again = join(hq, "s01", "1", seed=8)
    assert again.identity.epoch == 2
    assert held(hq, "m1", again.holder) == 0
    assert held(hq, "m1", device.holder) == 600
    assert given(grants(hq, again)) == {"m1": 200, "m2": 64}
    assert balance(hq, "m1") == (1000, 0)
    assert broken(hq) == []


def test_a_balance_that_grew_is_leased_at_the_next_contact(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    grants(hq, device)
    other.sell("m2", earn=5000)
    acknowledged(hq, other.batch())
    assert given(grants(hq, device, after=2)) == {}  # all of it lies at the other terminal
    assert held(hq, "m2", other.holder) == 5000
    with hq.database.transaction() as connection:
        assert connection.execute(member.select().where(member.c.id == "m2")).one().balance == 5320
