"""The leases of one member: what each terminal should hold, what it is given, and what is wanted back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hq.accounts import MERGED, POOL, VALUE, Account
from hq.counted_limits import member_left
from hq.granting import Stream
from hq.judgement import USUAL, Rules
from hq.placing import Placed, place_coupon, place_limit, place_value, value_in_pool
from loyalty.ledger import Asset
from loyalty.top_up import room_key
from protocol.lease import Recall

SEEN_DAYS = 90
LEASES_PER_MEMBER = 4
POOL_PERCENT = USUAL.pool


@dataclass(frozen=True)
class Lanes:
    """`share` is the holder of each store's share, `streams` the terminals that may be given something, by holder.

    `busy` has the members of whom a terminal has not answered a recall; it is asked for nothing more before.
    `rights_at_home` places coupons at the home store.
    """

    share: Mapping[str, str]
    streams: Mapping[str, Stream]
    busy: Mapping[str, set[str | None]]
    rights_at_home: bool = False


def plan(account: Account, lanes: Lanes, rules: Rules) -> None:
    """Give and recall by the terminals' streams; the account is changed by what is given."""
    percents = shares(account, lanes.share, rules)
    for holder in sorted(percents.keys() | set(account.lessees())):
        stream = lanes.streams.get(holder)
        if stream is None:
            continue
        percent = percents.get(holder, 0)
        wanted = () if account.member in lanes.busy.get(holder, set()) else excess(account, holder, percent, rules)
        stream.give(Placed(account.member, recalls=wanted))
        if percent and may_hold(account, holder):
            stream.give(top_up(account, stream, percent, rules, at_home=lanes.rights_at_home))


def shares(account: Account, share: Mapping[str, str], rules: Rules) -> dict[str, int]:
    """Percent by holder; nothing of a member who is blocked or was not seen for 90 days."""
    if account.blocked or account.last_seen < days_before(rules.today, SEEN_DAYS):
        return {}
    places = ((account.second_store, rules.sizes.second), (account.home_store, rules.sizes.home))
    return {share[store]: percent for store, percent in places if store is not None and store in share}


def may_hold(account: Account, holder: str) -> bool:
    """At most four terminals hold leases of one member."""
    holders = account.lessees()
    return holder in holders or len(holders) < LEASES_PER_MEMBER


def missing(total: int, held: int, in_pool: int, percent: int, among: int = 1, kept_percent: int = POOL_PERCENT) -> int:
    """What is to be placed so that the target is reached, as far as the pool keeps its part; 0 from half of it up.

    `among` divides the share between so many.
    """
    target = total * percent // (100 * among)
    if total <= 0 or 2 * held >= target:
        return 0
    return max(0, min(target - held, in_pool - -(-total * kept_percent // 100)))


def too_much(total: int, held: int, percent: int) -> int:
    """What is to come back: all above the target, where that is more than a quarter of it."""
    target = max(0, total) * percent // 100
    return held - target if 4 * held > 5 * target else 0


def top_up(account: Account, stream: Stream, percent: int, rules: Rules, *, at_home: bool = False) -> Placed:
    """Move what is missing to this share's target, as far as the pool keeps its part; gives what was moved."""
    holder, today, kept = stream.terminal.holder, rules.today, rules.sizes.pool
    in_pool = sum(lot.points for lot in account.pool_lots(today))
    points = missing(account.balance, account.held(holder), in_pool, percent, kept_percent=kept)
    lots = account.lease(holder, points, today) if points else ()
    value, total = account.held(holder, *VALUE), sum(account.total(asset) for asset in VALUE)
    money = missing(total, value, value_in_pool(account, today), percent, kept_percent=kept)
    fresh = place_value(account, holder, stream.lot_name, money, today) if money else ()
    placed = Placed(account.member, lots, fresh)
    for key, (all_of_it, at_hq) in member_left(rules.programme, account, today).items():
        held = account.holdings.get((holder, Asset.LIMIT, key), 0)
        part = missing(all_of_it, held, at_hq, percent, kept_percent=kept)
        if part and is_divisible(all_of_it):
            place_limit(account, holder, key, part)
            placed.limits[key] = part
    if at_home and percent == rules.sizes.home:
        codes = [code for code in account.parts(POOL, Asset.COUPON) if account.lots[Asset.COUPON, code].good(today)]
        placed.coupons = tuple(c for code in codes if (c := place_coupon(account, holder, code)))
    return placed


def is_divisible(total: int) -> bool:
    """Whether there is enough to leave something at HQ: 20 % of it is at least one (Leases 7)."""
    return total * POOL_PERCENT // 100 > 0


def excess(account: Account, holder: str, percent: int, rules: Rules) -> tuple[Recall, ...]:
    """What this terminal should give back: points, value by whole lots, and rooms and limits that are still good."""
    found = []
    over = too_much(account.balance, account.held(holder), percent)
    if over:
        found.append(Recall(asset=Asset.POINTS, amount=over))
    money = too_much(sum(account.total(asset) for asset in VALUE), account.held(holder, *VALUE), percent)
    if _worth_splitting(account, holder, money, percent):
        found.append(Recall(asset=Asset.PRINCIPAL, amount=money))
    left = member_left(rules.programme, account, rules.today)
    for key, amount in account.parts(holder, Asset.LIMIT).items():
        back = too_much(left[key][0], amount, percent) if key in left else 0
        if back and (percent == 0 or key == room_key(account.member) or back < amount):
            found.append(Recall(asset=Asset.LIMIT, lot=key, amount=back))
    if account.state == MERGED:  # no card leads to this id any more
        found += [Recall(asset=Asset.COUPON, lot=code, amount=1) for code in account.parts(holder, Asset.COUPON)]
    return tuple(found)


def _worth_splitting(account: Account, holder: str, money: int, percent: int) -> bool:
    """Value comes back by whole lots. A lease that would be empty afterwards is only wanted where nothing should be."""
    return money > 0 and (percent == 0 or account.held(holder, *VALUE) > money)


def days_before(today: str, days: int) -> str:
    return (date.fromisoformat(today) - timedelta(days)).isoformat()
