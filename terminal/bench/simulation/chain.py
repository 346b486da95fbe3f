"""The chain of shops of a world: two lanes a store, a few members who are known everywhere, one simple programme."""

from __future__ import annotations

from random import Random
from typing import Any

from hq.chain import Chain, Member, Organisation, Product, Region, Store
from loyalty import Line
from loyalty.limits import Scope
from protocol.directory import MemberState

START_MS = 1_795_147_200_000  # 2026-11-20 12:00 in Shanghai
ZONE = "Asia/Shanghai"
TODAY = "2026-11-20"
LANES = 2  # of each store
MEMBERS_EACH = 2  # members for each terminal
ROGUE = "s99"  # the store of a terminal whose release is broken
VICTIMS = ("victim-1", "victim-2")  # whom only broken terminals speak of
NAMES = {"zh-CN": "柳岸店", "en": "Willow Bank"}
LAST_DAY = "2026-11-21"  # of the points that some members bring with them
COUPON = "present"  # the rule of the coupons that HQ gives to members
LIMITED = "few"  # an offer that may be had a few times only: how often by whom
MOST = {Scope.MEMBER: 5, Scope.STORE: 6, Scope.CHAIN: 10}
GOODS = (("6901234567892", 990, "food"), ("6901234567908", 2500, "drinks"), ("6901234567915", 12_800, "tea"))


def place(number: int) -> tuple[str, str]:
    """Store and lane of terminal `number`, from 0."""
    return f"s{number // LANES + 1:02}", str(number % LANES + 1)


def stores(terminals: int) -> list[str]:
    return sorted({place(number)[0] for number in range(terminals)})


def members(terminals: int) -> list[str]:
    return [f"m{number:03}" for number in range(1, MEMBERS_EACH * terminals + 1)]


def has_old_points(member: str) -> bool:
    """Whether what the member brings with them ends within days."""
    return member.endswith(("4", "8"))


def make_chain(terminals: int) -> Chain:
    """The same chain for the same number of terminals."""
    chance, shops = Random(f"chain of {terminals}"), stores(terminals)
    organisation = Organisation(
        id="simulated",
        name=NAMES,
        regions=(Region(id="east", name=NAMES),),
        stores=tuple(Store(id=shop, name=NAMES, region="east", zone=ZONE, cutoff_hours=4) for shop in [*shops, ROGUE]),
    )
    products = tuple(
        Product(gtin=gtin, name_zh="货", name_en="Goods", price=price, category=category)
        for gtin, price, category in GOODS
    )
    people = [_member(name, chance, shops) for name in members(terminals)]
    people += [_member(name, chance, shops) for name in VICTIMS]
    return Chain(organisation, PROGRAMME, products, tuple(people))


def _member(name: str, chance: Random, shops: list[str]) -> Member:
    points = chance.choice((0, 300, 1000, 2600, 8000))
    home = chance.choice(shops)
    others = [shop for shop in shops if shop != home]
    return Member(
        id=name,
        name=name,
        phone="",
        birthday=None,
        language="en",
        tier=chance.choice(("regular", "gold")),
        state=MemberState.ACTIVE,
        home_store=home,
        second_store=chance.choice(others) if others else None,
        last_seen=TODAY,
        card_uid="",
        card_state=None,
        points=points,
        points_earned_on="2026-07-20" if points else None,
        points_expires_on=(LAST_DAY if has_old_points(name) else "2029-07-20") if points else None,
    )


def most_of(key: str) -> int | None:
    """How much the counter of a limit allows; None for what is counted in another way."""
    scope, *parts = key.split(":")
    return MOST[Scope(scope)] if scope in MOST and parts[2:3] == [LIMITED] else None


def shared_limits(store: str) -> list[str]:
    """The counters of the limited offer that no member has: the chain's, and the store's."""
    return [f"{Scope.CHAIN}:times:ever:{LIMITED}", f"{Scope.STORE}:times:ever:{LIMITED}:{store}"]


def member_limit(member: str) -> str:
    return f"{Scope.MEMBER}:times:ever:{LIMITED}:{member}"


def basket_lines(chance: Random) -> tuple[Line, ...]:
    """Some goods, one to three kinds of them."""
    goods = chance.sample(GOODS, chance.randint(1, len(GOODS)))
    return tuple(Line(no, gtin, chance.randint(1, 4), price, kind) for no, (gtin, price, kind) in enumerate(goods, 1))


def _tier(tier: str, rank: int, percent: int, earn: list[int]) -> dict[str, Any]:
    return {"id": tier, "name": NAMES, "rank": rank, "percent_off": [percent, 100], "earn": earn}


PROGRAMME: dict[str, Any] = {
    "format": 2,
    "id": "simulated",
    "version": 3,
    "currency": "CNY",
    "zone": ZONE,
    "valid_from": "2026-01-01",
    "valid_until": "2029-12-31",
    "tiers": [_tier("regular", 1, 0, [1, 1]), _tier("gold", 2, 12, [3, 2])],
    "earning": [{"id": "base", "name": NAMES, "points": 1, "per": 20, "by_tier": True, "excluded_categories": []}],
    "points_as_money": {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24},
    "offers": [
        {"id": "tier", "kind": "tier_percent", "priority": 2, "name": NAMES, "excluded_categories": []},
        {
            "id": LIMITED,
            "kind": "spend_and_save",
            "priority": 3,
            "name": NAMES,
            "threshold": 5000,
            "save": 400,
            "members_only": True,
            "limits": [{"scope": scope.value, "measure": "times", "most": most} for scope, most in MOST.items()],
        },
        {"id": "gift", "kind": "coupon_amount", "priority": 4, "name": NAMES, "amount": 500},
    ],
    "coupons": [{"id": COUPON, "name": NAMES, "offer": "gift", "issue": {"by": "hq"}}],
    "limits": {"copyable_daily_points": 100_000},
    "cash_rounding": 10,
    "stored_value": {"draw": "proportional", "steps": [{"from": 20_000, "bonus": 2000}], "least": 1000},
}
