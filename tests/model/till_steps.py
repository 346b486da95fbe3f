"""What happens at a till: sales of every right, top-ups, pay-outs, refunds, returns, releases, expiry, restarts."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from loyalty.expire import expire_lease
from loyalty.ledger import Account, Asset, Posting
from loyalty.top_up import room_key
from loyalty.value_move import ValueMove, issue_value
from protocol.operation import Kind, LotRecord
from protocol.sale_records import ValueLotRecord
from terminal.counter.recalls import returned_postings
from terminal.errors import RefundElsewhere
from terminal.store.grants import PendingRecall
from terminal.store.held import Held
from tests.model.made import moved
from tests.model.play import MEMBERS, Play
from tests.model.refunds import UNITS, RightChange, Sale
from tests.model.seats import Till, key_of
from tests.protocol.examples import examples

LATER = "2028-11-30"
ROOM = "member:top_up:"  # how the keys of room for top-ups begin
SOLD = json.loads(examples()["sale_detail.json"])  # two units in one line


def sell(play: Play, till: Till) -> None:
    """Earn, and use points, value, coupons and room under limits: sometimes more than there is."""
    who, name, chance = play.chance.choice(MEMBERS), name_of(till), play.chance
    postings = _used(play, till.held(who)) + _used(play, till.held(""))
    if postings and chance.randrange(10) == 0:
        postings += _beyond(play, till, who)
    earned = chance.choice((0, chance.randint(1, 60)))
    lots: tuple[LotRecord, ...] = ()
    if earned:
        until = chance.choice((LATER, days_after(play.day, chance.randint(1, 9))))
        lots = (LotRecord(id=name, points=earned, earned_on=play.day, expires_on=until),)
        play.reference.good_until[who, "points", name] = until
        postings += moved(Asset.POINTS, name, earned, Account.ISSUED, Account.LEASE)
    sold = RightChange(sold=(till.name, till.ledger.next_seq()))
    play.append(till, Kind.SALE, who, postings, lots, sold, **SOLD)


def _used(play: Play, held: Held) -> list[Posting]:
    """Some of what is here."""
    chance, made = play.chance, list[Posting]()
    for points in held.points[:3]:
        if chance.randrange(2):
            made += moved(Asset.POINTS, points.id, chance.randint(1, points.points), Account.LEASE, Account.REDEEMED)
    for lot in held.value[:2]:
        if chance.randrange(2):
            made += ValueMove(lot, lot.spend(chance.randint(1, lot.left))).postings()
    for coupon in held.coupons[:2]:
        if chance.randrange(8) == 0:
            made += moved(Asset.COUPON, coupon.code, 1, Account.LEASE, Account.REDEEMED)
    for key, left in sorted(held.limits.items())[:3]:
        if not key.startswith(ROOM) and chance.randrange(3) == 0:
            made += moved(Asset.LIMIT, key, chance.randint(1, min(left, 5)), Account.LEASE, Account.USED)
    return made


def _beyond(play: Play, till: Till, who: str) -> tuple[Posting, ...]:
    """More of one thing than lies here."""
    here = play.reference.till(till.name)
    lot = play.chance.choice(sorted(lot for lot in here if lot[0] in (who, "")))
    target = Account.USED if lot[1] == Asset.LIMIT else Account.REDEEMED
    return moved(Asset(lot[1]), lot[2], here[lot] + play.chance.randint(1, 50), Account.LEASE, target)


def top_up(play: Play, till: Till) -> None:
    """A new lot, within the room that lies here (D25)."""
    who, name = play.chance.choice(MEMBERS), name_of(till)
    room = till.held(who).limits.get(room_key(who), 0)
    if not room:
        return
    amount = play.chance.randint(1, min(room, 9000))
    bonus = amount // 10
    terms = ValueLotRecord(id=name, principal=amount, bonus=bonus, spent=0, topped_up_on=play.day)
    postings = [*issue_value(terms.read()), *moved(Asset.LIMIT, room_key(who), amount, Account.LEASE, Account.USED)]
    play.append(till, Kind.TOP_UP, who, postings, lot=terms.model_dump(mode="json"))


def pay_out(play: Play, till: Till) -> None:
    """Some or all of a lot's principal goes back in money, and its bonus ends (D24)."""
    who = play.chance.choice(MEMBERS)
    lots = [lot for lot in till.held(who).value if lot.principal_left]
    if lots:
        lot = play.chance.choice(lots)
        amount = play.chance.choice((lot.principal_left, play.chance.randint(1, lot.principal_left)))
        play.append(till, Kind.PAY_OUT, who, ValueMove(lot, lot.pay_out(amount)).postings())


def give_back(play: Play, till: Till) -> None:
    """Points go back to HQ's pool, whole lots or a part."""
    mine = [lot for lot in play.reference.till(till.name) if lot[1] == "points"]
    if mine:
        who, _, lot = play.chance.choice(sorted(mine))
        amount = play.chance.randint(1, play.reference.at_till[till.name, (who, "points", lot)])
        play.append(till, Kind.LEASE_RETURN, who, moved(Asset.POINTS, lot, amount, Account.LEASE, Account.POOL))


def expire(play: Play, till: Till) -> None:
    """What lies here and is past its date ends, by this operation alone (Leases 13)."""
    for who in ("", *MEMBERS):
        held = till.held(who)
        postings = list(expire_lease(held.points, play.day))
        for coupon in held.coupons:
            if coupon.expires_on is not None and coupon.expires_on < play.day:
                postings += moved(Asset.COUPON, coupon.code, 1, Account.LEASE, Account.EXPIRED)
        if postings:
            play.append(till, Kind.EXPIRE, who or None, postings, day=play.day)


def refund(play: Play, till: Till) -> None:
    """A unit of a sale comes back where its right lies; elsewhere the ledger refuses."""
    sales = play.sales[-20:]
    if not sales:
        return
    sale = play.chance.choice(sales)
    mine = play.reference.refunds.here.get(till.name, {})
    right = till.ledger.refund_right(key_of(sale))
    assert (right is not None) == (sale in mine), f"{till.name}: the right to refund {sale}"
    if right is None:
        with pytest.raises(RefundElsewhere):
            play.append(till, Kind.REFUND, None, (), **_back(sale, {}, 1))
    elif mine[sale] < UNITS:
        detail = _back(sale, right.so_far, mine[sale] + 1)
        play.append(till, Kind.REFUND, None, (), (), RightChange(back=sale), **detail)


def _back(sale: Sale, so_far: dict[str, Any], units: int) -> dict[str, Any]:
    after = {**so_far, "lines": [{"no": 1, "back": units}]}
    return {"sale": key_of(sale).model_dump(), "so_far": so_far, "after": after}


def release(play: Play, till: Till) -> None:
    """Rights to refund go to HQ: of all own sales up to one, or of named ones (Leases 11)."""
    refunds, chance = play.reference.refunds, play.chance
    mine = sorted(refunds.here.get(till.name, {}))
    if not mine:
        return
    if chance.randrange(2):
        through = chance.randint(1, till.ledger.head().seq)
        gone = refunds.born_through(till.name, through)
        play.append(till, Kind.RELEASE, None, (), (), RightChange(released=gone), through=through)
    else:
        some = tuple(chance.sample(mine, min(len(mine), 3)))
        _release(play, till, some)


def _release(play: Play, till: Till, sales: tuple[Sale, ...], **more: Any) -> None:
    named = [key_of(sale).model_dump() for sale in sales]
    play.append(till, Kind.RELEASE, None, (), (), RightChange(released=sales), sales=named, **more)


def answer_recalls(play: Play, till: Till) -> None:
    """By what is still there of each, as the till's own code works it out."""
    for asked in till.ledger.recalls():
        _answer(play, till, asked)


def _answer(play: Play, till: Till, asked: PendingRecall) -> None:
    told = {"intent": asked.intent, "recall": asked.number}
    if asked.recall.sale is not None:
        sale = (asked.recall.sale.device, asked.recall.sale.seq)
        here = sale in play.reference.refunds.here.get(till.name, {})
        _release(play, till, (sale,) if here else (), **told)
        return
    postings = returned_postings(till.held(asked.member or ""), asked.recall)
    play.append(till, Kind.LEASE_RETURN, asked.member, postings, **told)


def restart(_play: Play, till: Till) -> None:
    till.close()
    till.open()


def name_of(till: Till) -> str:
    """Of what the next operation makes."""
    return f"{till.name}.{till.device.identity.epoch}.{till.ledger.next_seq()}"


def days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()
