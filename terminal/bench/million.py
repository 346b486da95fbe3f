"""An HQ and a terminal of a large chain: the rows of a million members go into HQ's feed in bulk, for benches only.

Only the feed is filled: what HQ books is not part of what is measured with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import insert, update

from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from hq.schema import feed_bucket, feed_row
from protocol import canonical
from protocol.directory import CardRow, CardState, LotRow, MemberRow, MemberState, card_key
from protocol.feed import Bucket, RowKind, member_bucket, row_prefix, sum_hex, text_digest
from terminal.bench.identity import bench_identity
from terminal.bench.layout import SAMPLE_CHAIN
from terminal.bench.sample_sales import NOON_MS
from terminal.identity import Identity

AT_ONCE = 20_000
CACHE_KB = -2_000_000  # the rows come in no order: without it each would wait for the disk
_NAMES = ("王小雨", "陈静怡", "李国强", "Ada Byron", "张伟", "刘洋", "Grace H.", "欧阳娜娜")


@dataclass(frozen=True)
class Large:
    """`hq` is open; whoever asked for it closes it."""

    hq: Headquarters
    identity: Identity
    members: int


def member_id(number: int) -> str:
    return f"m{number:04}"


def card_uid(number: int) -> str:
    return f"04{number:012X}"


def make_large(folder: Path, members: int, seed: int) -> Large:
    """HQ in `folder/hq`, with `members` members who have a card each, and a terminal that belongs to it."""
    state = folder / "hq"
    found(state, read_chain(SAMPLE_CHAIN), hosts=(), now_ms=NOON_MS, random=Random(seed).randbytes)
    hq = Headquarters.open(state, lambda: NOON_MS)
    _fill(hq, members, Random(seed))
    return Large(hq, bench_identity(hq.keys.trust_key, hq.keys.lookup.hex()), members)


def _fill(hq: Headquarters, members: int, chance: Random) -> None:
    """Take the place of the sample chain's own members."""
    heads = {bucket.value: [0, 0] for bucket in Bucket if bucket.value.startswith("members-")}
    with hq.database.transaction() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size = {CACHE_KB}")
        connection.execute(feed_row.delete().where(feed_row.c.bucket.in_(heads)))
        rows: list[dict[str, object]] = []
        for bucket, kind, key, text in _texts(hq, members, chance):
            head = heads[bucket]
            head[0], head[1] = head[0] + 1, head[1] + text_digest(kind, key, text)
            row = {"bucket": bucket, "kind": kind, "key": key, "cseq": head[0], "prefix": row_prefix(kind, key)}
            rows.append({**row, "body": text.decode()})
            if len(rows) == AT_ONCE:
                connection.execute(insert(feed_row), rows)
                rows.clear()
        if rows:
            connection.execute(insert(feed_row), rows)
        for bucket, (head_seq, total) in heads.items():
            where = feed_bucket.c.bucket == bucket
            now = {"head": head_seq, "count": head_seq, "sum": sum_hex(total)}
            connection.execute(update(feed_bucket).where(where).values(**now))


def _texts(hq: Headquarters, members: int, chance: Random) -> Iterator[tuple[str, str, str, bytes]]:
    """Bucket, kind, key and canonical body of every row."""
    lookup = hq.keys.lookup
    for number in range(members):
        member, home = member_id(number), f"s{chance.randint(1, 40):02}"
        bucket = member_bucket(member).value
        yield bucket, RowKind.MEMBER.value, member, _encoded(_member(member, home, chance))
        card = CardRow(member=member, state=CardState.ACTIVE)
        yield bucket, RowKind.CARD.value, card_key(lookup, card_uid(number)), _encoded(card)


def _member(member: str, home: str, chance: Random) -> MemberRow:
    lots = tuple(
        LotRow(
            id=f"{chance.randint(1, 400):03}.1.{chance.randint(1, 99999)}",
            points=chance.randint(1, 3000),
            earned_on=f"2026-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}",
            expires_on=f"2028-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}",
        )
        for _ in range(chance.randint(0, 4))
    )
    return MemberRow.model_construct(
        id=member,
        name=chance.choice(_NAMES),
        phone_masked=f"1{chance.randint(30, 99)}****{chance.randint(0, 9999):04}",
        birthday=f"19{chance.randint(50, 99)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        language="zh-CN",
        tier=chance.choice(("regular", "silver", "gold")),
        state=MemberState.ACTIVE,
        home_store=home,
        lots=tuple(sorted(lots, key=lambda lot: lot.id)),
        pending=0,
        debt=0,
    )


def _encoded(row: MemberRow | CardRow) -> bytes:
    return canonical.encode(row.model_dump(mode="json"))
