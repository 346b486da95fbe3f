"""The sample members: a cast of chosen ones for the bench page, and a crowd by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.vocabulary import sections

AS_OF = date(2026, 11, 20)  # the day on which the sample was taken: the newest `last_seen`
LIFETIME_YEARS = 2
COUNT = 2000
TIERS = {"regular": (70, 1_500), "silver": (18, 4_000), "gold": (9, 12_000), "diamond": (3, 40_000)}  # share, points
STORES = {"s01": 45, "s02": 35, "s03": 20}


@dataclass(frozen=True)
class Member:
    """One row of members.csv. Dates are ISO or empty; `points` are one lot, in whole points."""

    id: str
    name: str
    phone: str
    birthday: str
    language: str
    tier: str
    state: str
    home_store: str
    second_store: str
    last_seen: str
    card_uid: str
    card_state: str
    points: int
    points_earned_on: str
    points_expires_on: str


# fmt: off
CAST = [  # name, birthday, language, tier, state, home, second, days since last seen, card state, points
    ("王小雨", "1991-05-17", "zh-CN", "gold",    "active",  "s01", "s02",   2, "active",  6_400),
    ("李国强", "1968-10-03", "zh-CN", "regular", "active",  "s01", "",      5, "active",    320),
    ("陈静怡", "1999-02-11", "zh-CN", "silver",  "active",  "s01", "",      1, "active",  2_150),
    ("欧阳若溪", "1985-12-24", "zh-CN", "diamond", "active",  "s01", "s03",   3, "active", 18_600),
    ("Amelia Hart", "1988-07-30", "en", "gold",    "active",  "s01", "",      4, "active",  3_900),
    ("周子涵", "2003-08-08", "zh-CN", "silver",  "active",  "s01", "",      9, "blocked", 1_480),
    ("孙志远", "1976-03-15", "zh-CN", "regular", "blocked", "s01", "",     20, "active",    900),
    ("阿依古丽·买买提", "1994-09-21", "zh-CN", "gold", "active", "s03", "s02", 6, "active", 5_200),
    ("赵景行", "1996-02-29", "zh-CN", "silver",  "active",  "s01", "",      7, "active",  1_760),
    ("胡婉清", "1981-11-02", "zh-CN", "silver",  "active",  "s01", "",    160, "active",  2_600),
]
# fmt: on


def make_members(random: Random) -> Iterator[Member]:
    """The cast first, then the crowd, numbered from m0001."""
    uids: set[str] = set()
    words = sections("names")
    for number in range(1, COUNT + 1):
        uid = new_uid(random, uids)
        if number <= len(CAST):
            yield _from_cast(number, uid, random)
        else:
            yield _from_crowd(number, uid, random, words)


def new_uid(random: Random, taken: set[str]) -> str:
    """A 7-byte UID as NXP makes them: first byte 04, fourth byte never 88 (ISO 14443-3); added to `taken`."""
    while True:
        uid = "04" + "".join(f"{random.randrange(256):02X}" for _ in range(6))
        if uid not in taken and uid[6:8] != "88":
            taken.add(uid)
            return uid


def phone(number: int) -> str:
    """Eleven digits from 120, a range that no Chinese mobile network uses."""
    return f"120{number * 48_271 % 100_000_000:08}"


def _from_cast(number: int, uid: str, random: Random) -> Member:
    name, birthday, language, tier, state, home, second, days, card_state, points = CAST[number - 1]
    seen = AS_OF - timedelta(days=days)
    lot = _lot(points, seen, random)
    identity = (f"m{number:04}", name, phone(number), birthday, language, tier, state, home, second)
    return Member(*identity, seen.isoformat(), uid, card_state, *lot)


def _from_crowd(number: int, uid: str, random: Random, words: dict[str, list[list[str]]]) -> Member:
    name, language = _name(random, words)
    tier = _weighted(random, {name: share for name, (share, _) in TIERS.items()})
    home = _weighted(random, STORES)
    second = random.choice([store for store in STORES if store != home]) if random.randrange(10) < 4 else ""
    seen = AS_OF - timedelta(days=_days_unseen(random))
    state = "blocked" if random.randrange(100) < 2 else "active"
    card_state = "blocked" if random.randrange(100) < 3 else "active"
    most = TIERS[tier][1]
    points = 0 if random.randrange(100) < 8 else random.randrange(most // 20, most) * random.randrange(20, 101) // 100
    identity = (f"m{number:04}", name, phone(number), _birthday(random), language, tier, state, home, second)
    return Member(*identity, seen.isoformat(), uid, card_state, *_lot(points, seen, random))


def _name(random: Random, words: dict[str, list[list[str]]]) -> tuple[str, str]:
    """A name and its owner's language."""
    chance = random.randrange(100)
    if chance < 7:
        name, language = random.choice(words["whole"])
        return name, language
    given = words["given"][0][0]
    surname = random.choice(words["surnames"][0][0])
    if chance < 9:
        surname = random.choice(words["double_surnames"][0][0].split())
    return surname + "".join(random.choice(given) for _ in range(random.randrange(1, 3))), "zh-CN"


def _birthday(random: Random) -> str:
    chance = random.randrange(1000)
    if chance < 50:
        return ""
    if chance < 53:
        return f"{random.randrange(1948, 2009, 4)}-02-29"
    return (date(1945, 1, 1) + timedelta(days=random.randrange(63 * 365))).isoformat()


def _days_unseen(random: Random) -> int:
    return random.randrange(91, 700) if random.randrange(100) < 15 else random.randrange(0, 90)


def _lot(points: int, seen: date, random: Random) -> tuple[int, str, str]:
    """Points, the day on which they were earned and their last good day; too old or none: nothing."""
    earned = seen - timedelta(days=random.randrange(0, 200))
    expires = earned.replace(year=earned.year + LIFETIME_YEARS)
    if points == 0 or expires <= AS_OF:
        return 0, "", ""
    return points, earned.isoformat(), expires.isoformat()


def _weighted(random: Random, shares: dict[str, int]) -> str:
    place = random.randrange(sum(shares.values()))
    for name, share in shares.items():
        place -= share
        if place < 0:
            return name
    raise AssertionError("the place is within the sum of all shares")
