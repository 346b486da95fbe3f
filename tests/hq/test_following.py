"""What terminals still send for a member who is another one now: booked on that one, and flagged where it must be."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, insert, select, text, update

from hq import merging, parked, terminals
from hq.conflicts import conflicts
from hq.grants_report import take_report
from hq.headquarters import Headquarters
from hq.ingest import ingest
from hq.people import load_people
from hq.reading import read_batch
from hq.schema import member, terminal
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.batch import Outcome
from protocol.lease import Grant, GrantLot, GrantPage
from tests.hq.devices import Device, acknowledged, outcomes
from tests.hq.looking import balance, broken, held, judged
from tests.hq.mergers import merge, signed_by, with_operator
from tests.hq.places import only
from tests.hq.rich import MEMBER_LIMIT, ROOM, account, give_back, move, rich, sized, top_up

JOIN_S = 60
OTHER_LIMIT = MEMBER_LIMIT.replace("m1", "m2")


@pytest.fixture
def hq(hq: Headquarters) -> Headquarters:
    return with_operator(rich(hq))


def tell(hq: Headquarters, device: Device) -> dict[int, str]:
    with hq.database.reading() as connection:
        known = connection.scalar(select(terminal.c.acked_seq).where(terminal.c.device == device.name)) or 0
    return outcomes(acknowledged(hq, device.batch(known + 1)))


def use(device: Device, key: str, who: str, times: int) -> None:
    device.sell(who, postings=move(Role.LEASE, Role.USED, Asset.LIMIT, key, times))


@only("sqlite")
def test_spending_and_earning_go_on_in_the_lease_and_come_back_to_the_other(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    merge(hq, "m1", "m2", size=False)
    device.sell("m1", earn=50, use=[("open.m1", 200)])
    assert tell(hq, device) == {}
    assert (held(hq, "m1", device.holder), balance(hq, "m1"), balance(hq, "m2")) == (450, (450, 0), (720, 0))
    give_back(device, (Asset.POINTS, "open.m1", 400), (Asset.POINTS, "s01-1.1.1", 50))
    assert tell(hq, device) == {}
    assert (balance(hq, "m1"), balance(hq, "m2")) == ((0, 0), (1170, 0))
    assert account(hq, "m2").lots[Asset.POINTS, "s01-1.1.1"].expires_on == "2028-11-20"
    assert broken(hq) == []


@only("sqlite")
def test_what_a_broken_till_gives_beyond_the_lease_the_other_owes(hq: Headquarters, device: Device) -> None:
    merge(hq, "m1", "m5", size=False)
    device.sell("m1", use=[("open.m1", 1200)])
    assert tell(hq, device) == {1: "flagged lease_exceeded"}
    assert (balance(hq, "m1"), balance(hq, "m5")) == ((0, 0), (-200, 200))
    assert broken(hq) == []


@only("sqlite")
def test_a_limit_that_both_used_is_flagged_whichever_comes_second(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    use(device, MEMBER_LIMIT, "m1", 4)
    assert tell(hq, device) == {}
    assert merge(hq, "m1", "m2", size=False).judgement.reasons == []
    assert account(hq, "m2").limits == {OTHER_LIMIT: 4}
    use(device, OTHER_LIMIT, "m2", 6)
    assert tell(hq, device) == {}, "ten are allowed"
    use(device, MEMBER_LIMIT, "m1", 2)
    assert tell(hq, device) == {3: "flagged merged_limit"}
    assert account(hq, "m2").limits == {OTHER_LIMIT: 12}
    with hq.database.reading() as connection:
        (found,) = conflicts(connection, "zh-CN")
    assert found["told"][0]["happened"] == "会员 m2 曾有两个账号，合计用了 12，而上限是 10。"
    assert broken(hq) == []


@only("sqlite")
def test_a_limit_used_twice_before_is_flagged_by_the_merge(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    use(device, MEMBER_LIMIT, "m1", 6)
    use(device, OTHER_LIMIT, "m2", 6)
    assert tell(hq, device) == {}
    done = merge(hq, "m1", "m2", size=False)
    assert done.judgement.reasons == ["merged_limit"]
    with hq.database.reading() as connection:
        (found,) = conflicts(connection)
    assert (found["device"], found["outcome"]) == ("hq", "flagged")
    assert (
        found["told"][0]["happened"]
        == "Member m2 was known under two ids, and with both together used 12 of a limit of 10."
    )


@only("sqlite")
def test_a_birthday_twice_is_flagged_and_one_that_was_undone_is_not(hq: Headquarters, device: Device) -> None:
    key = "birthday:2026:tier:m1"
    counted = move(Role.LIMIT, Role.USED, Asset.LIMIT, key, 1)
    device.sell("m2", postings=move(Role.LIMIT, Role.USED, Asset.LIMIT, key.replace("m1", "m2"), 1))
    assert tell(hq, device) == {}
    merge(hq, "m1", "m2", size=False)
    device.sell("m1", postings=counted)
    assert tell(hq, device) == {2: "flagged birthday_twice"}
    assert account(hq, "m2").limits == {"birthday:2026:tier:m2": 2}


@only("sqlite")
def test_two_tops_up_may_exceed_what_one_member_may_have(hq: Headquarters, device: Device) -> None:
    sized(hq, device)
    merge(hq, "m1", "m2", size=False)
    assert account(hq, "m1").holdings[device.holder, Asset.LIMIT, ROOM] == 300_000
    top_up(device, 200_000)
    assert tell(hq, device) == {}
    with hq.database.transaction() as connection:
        connection.execute(update(member).where(member.c.id == "m2").values(name=""))
    top_up(device, 1)
    assert tell(hq, device) == {2: "flagged top_up_over_limit"}
    assert broken(hq) == []


@only("sqlite")
def test_a_blocked_other_is_flagged(hq: Headquarters, device: Device) -> None:
    merge(hq, "m1", "m3", size=False)
    device.sell("m1", earn=5)
    assert tell(hq, device) == {1: "flagged member_blocked"}


@only("sqlite")
def test_a_parked_operation_is_booked_as_if_it_had_come_in_its_place(hq: Headquarters, device: Device) -> None:
    with hq.database.transaction() as connection:
        row = dict(connection.execute(select(member).where(member.c.id == "m5")).mappings().one())
        connection.execute(delete(member).where(member.c.id == "m5"))
    device.sell("m5", earn=100)
    tell(hq, device)
    with hq.database.transaction() as connection:
        connection.execute(insert(member).values(**row))
    merge(hq, "m5", "m4", size=False)
    device.sell("m5", use=[("s01-1.1.1", 60)])
    assert tell(hq, device) == {2: "flagged lease_exceeded"}
    assert [outcome for _, outcome in parked.retry_all(hq.database, hq.rules())] == [Outcome.APPLIED]
    assert balance(hq, "m5")[0] + balance(hq, "m4")[0] == 740
    assert judged(hq, device, 1) == "applied"
    assert broken(hq) == []


@only("sqlite")
def test_a_restored_hq_is_told_a_lease_of_the_merged_member(hq: Headquarters, device: Device) -> None:
    merge(hq, "m1", "m2", size=False)
    lot = GrantLot(lot="open.m1", points=600, earned_on="2026-07-20", expires_on="2028-07-20")
    page = GrantPage(device=device.name, epoch=1, grants=(Grant(number=1, member="m1", lots=(lot,)),), head=1)
    with hq.database.transaction() as connection:
        take_report(connection, terminals.lock(connection, device.name, 1), page, hq.rules())
    assert (held(hq, "m1", device.holder), balance(hq, "m1"), balance(hq, "m2")) == (600, (600, 0), (720, 0))
    assert broken(hq) == []


@only("sqlite")
def test_both_are_loaded_whoever_is_named(hq: Headquarters) -> None:
    merge(hq, "m1", "m2", size=False)
    merge(hq, "m2", "m5", size=False)
    with hq.database.transaction() as connection:
        assert set(load_people(connection, ["m1"]).accounts) == {"m1", "m5"}
        people = load_people(connection, ["m5", "m4"])
        assert (set(people.accounts), people.united) == ({"m5", "m4"}, {"m5"})


@only("postgresql")
def test_a_batch_that_waited_for_the_merge_follows_it(hq: Headquarters, device: Device) -> None:
    """It looked for merges before this one was there, and comes to the member's row after it."""
    device.sell("m1", use=[("open.m1", 60)])
    batch, answers = device.batch(), list[object]()

    def send() -> None:
        with hq.database.transaction() as connection:
            answers.append(ingest(connection, batch, read_batch(batch), hq.rules()))

    worker = threading.Thread(target=send)
    with hq.database.transaction() as connection:
        merging.merge(connection, "m1", "m5", "one person", signed_by(hq, "m1", "m5", "one person"), hq.rules())
        worker.start()
        while not connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert worker.is_alive()
    worker.join(JOIN_S)
    assert len(answers) == 1
    assert (balance(hq, "m1"), balance(hq, "m5")) == ((0, 0), (940, 0))
    assert broken(hq) == []
