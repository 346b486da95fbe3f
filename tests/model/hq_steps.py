"""What happens between a till and HQ: uploads, repeats and gaps, grants and questions, coupons, and days that go by."""

from __future__ import annotations

from loyalty.top_up import room_key
from protocol.lease import GrantPage
from protocol.sale_records import CouponRecord
from tests.hq.rich import CHAIN_LIMIT, STORE_LIMIT
from tests.model.play import MEMBERS, Play, Step
from tests.model.refunds import POOL
from tests.model.seats import Till, key_of
from tests.model.till_steps import (
    answer_recalls,
    days_after,
    expire,
    give_back,
    pay_out,
    refund,
    release,
    restart,
    sell,
    top_up,
)

GRACE_DAYS = 30  # longest_offline_days of the programme
HOUR_MS = 3600 * 1000


def upload(play: Play, till: Till) -> None:
    """Some of what waits. Honest work is applied, all of it, and nothing has to be looked at."""
    waiting = play.reference.unknown_to_hq(till.name)
    if waiting:
        count = play.chance.choice((waiting, play.chance.randint(1, waiting)))
        first = play.reference.sent[till.name] + 1
        status, body = play.ask(till, "POST", "/v1/operations", till.batch(first, count))
        assert (status, body["outcomes"]) == (200, []), body
        play.reference.upload(till.name, body["acked_seq"] - first + 1)
        till.ledger.acknowledge(body["acked_seq"], bytes.fromhex(body["acked_hash"]))


def again(play: Play, till: Till) -> None:
    """What HQ has comes once more: duplicates, and nothing counts twice."""
    sent = play.reference.sent[till.name]
    if sent:
        first = play.chance.randint(max(1, sent - 20), sent)
        status, body = play.ask(till, "POST", "/v1/operations", till.batch(first, sent - first + 1))
        assert (status, body["acked_seq"]) == (200, sent), body
        assert [each["outcome"] for each in body["outcomes"]] == ["duplicate"] * (sent - first + 1)


def gap(play: Play, till: Till) -> None:
    """A batch that leaves one out is refused with what HQ expects."""
    sent = play.reference.sent[till.name]
    if play.reference.unknown_to_hq(till.name) >= 2:
        status, body = play.ask(till, "POST", "/v1/operations", till.batch(sent + 2, 1))
        assert (status, body["error"]["params"]["expected_seq"]) == (409, sent + 1), body


def grants(play: Play, till: Till) -> None:
    after = till.ledger.grants_applied()
    _apply(play, till, play.page(play.ask(till, "GET", f"/v1/grants?after={after}")))


def ask_points(play: Play, till: Till) -> None:
    who, amount = play.chance.choice(MEMBERS), play.chance.randint(1, 400)
    wish = {"value": amount} if play.chance.randrange(4) == 0 else {"points": amount}
    _apply(play, till, play.ask_for(till, member=who, **wish))


def ask_limit(play: Play, till: Till) -> None:
    """Room under a limit of a member, of the store or of the chain, or for top-ups."""
    who, amount = play.chance.choice(MEMBERS), play.chance.randint(1, 4)
    mine = f"member:times:{play.day[:7]}:tier:{who}"
    store = f"{STORE_LIMIT.rpartition(':')[0]}:{till.device.identity.store}"
    keys: tuple[tuple[str | None, str], ...] = ((who, mine), (None, store), (None, CHAIN_LIMIT), (who, room_key(who)))
    member, key = play.chance.choice(keys)
    _apply(
        play, till, play.ask_for(till, member=member, limits={key: amount * 100 if key == room_key(who) else amount})
    )


def ask_coupon(play: Play, till: Till) -> None:
    if play.coupons:
        who, _, code = play.chance.choice(play.coupons[-6:])
        _apply(play, till, play.ask_for(till, member=who or None, coupons=[code]))


def ask_right(play: Play, till: Till) -> None:
    """The right to refund a sale is granted if HQ has it; else HQ says where it lies, and calls it back."""
    if not play.sales:
        return
    released = sorted(sale for sale, holder in play.reference.refunds.holder.items() if holder == POOL)
    sale = play.chance.choice(released if released and play.chance.randrange(2) else play.sales[-12:])
    before = play.reference.refunds.holder.get(sale)
    page = play.ask_for(till, sale=key_of(sale).model_dump())
    after = play.reference.refunds.holder.get(sale)
    if before == POOL:
        assert after == till.name, f"HQ has the right to refund {sale} and gave it to {after}"
    elif (before or sale[0]) != till.name:
        assert page.held_by is not None
        assert page.held_by.device == (before or sale[0])
    _apply(play, till, page)


def _apply(play: Play, till: Till, page: GrantPage) -> None:
    """A page of grants, which comes twice, and the recalls in it."""
    assert till.ledger.apply_grants(page) == len(page.grants)
    assert till.ledger.apply_grants(page) == 0
    for grant in page.grants:
        play.reference.apply(till.name, grant.number)
    answer_recalls(play, till)


def issue(play: Play, _till: Till) -> None:
    """A coupon of a member, which may end soon, or of a bearer."""
    who = play.chance.choice(("", *MEMBERS))
    code = f"{'K' if who else 'B'}{len(play.coupons)}"
    until = None if not who or play.chance.randrange(2) else days_after(play.day, play.chance.randint(1, 9))
    for hq in play.hqs:
        hq.issue(who, CouponRecord(code=code, rule="ten", holder=who or None, expires_on=until))
    play.reference.issue((who, "coupon", code), 1, until)
    play.coupons.append((who, "coupon", code))
    play.note_given()


def hours(play: Play, _till: Till) -> None:
    for hq in play.hqs:
        hq.now_ms += HOUR_MS


def days(play: Play, _till: Till) -> None:
    """Days go by, with what HQ owes each day: the pool's part of what was good until long ago ends."""
    count = play.chance.randint(1, 9)
    (play.day,) = {hq.night(count) for hq in play.hqs}
    play.met["pool expired"] += play.reference.expire_pool(days_after(play.day, -GRACE_DAYS))
    play.note_given()


STEPS: dict[str, tuple[Step, int]] = {
    "sell": (sell, 40),
    "give_back": (give_back, 4),
    "top_up": (top_up, 5),
    "pay_out": (pay_out, 2),
    "expire": (expire, 3),
    "refund": (refund, 10),
    "release": (release, 5),
    "restart": (restart, 1),
    "upload": (upload, 20),
    "again": (again, 4),
    "gap": (gap, 2),
    "grants": (grants, 8),
    "ask_points": (ask_points, 8),
    "ask_limit": (ask_limit, 4),
    "ask_coupon": (ask_coupon, 8),
    "ask_right": (ask_right, 8),
    "issue": (issue, 6),
    "hours": (hours, 1),
    "days": (days, 2),
}
