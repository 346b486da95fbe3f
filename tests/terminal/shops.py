"""A shop for tests: a real ledger and a real directory with a small chain, and a clock that is told the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol import signing
from protocol.directory import CardRow, CardState, LotRow, MemberRow, MemberState, ProductRow, StoreRow, card_key
from protocol.feed import MEMBER_BUCKETS, Bucket, FeedPage, FeedRow, RowKind, member_bucket, row_digest, sum_hex
from protocol.lease import Grant, GrantLot, GrantPage
from protocol.operation import ClockQuality
from protocol.signing import Signed
from terminal.clock import ClockReading
from terminal.counter.shop import PROGRAMME, Shop
from terminal.identity import Identity
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.ledger import Ledger

TRUST = signing.private_from_hex("11" * 32)
LOOKUP = "22" * 32
NOON_MS = 1_793_160_000_000  # 2026-10-28 12:00 in Shanghai
DAY_MS = 24 * 3600 * 1000
DEVICE = "d-00000001"
Told = tuple[RowKind, str, dict[str, Any]]
TEA, RICE, WINE = "4006381333931", "6901234567892", "9780201379624"
ADA, BO, CY = "04A1A1A1A1A1A1", "04B2B2B2B2B2B2", "04C3C3C3C3C3C3"
LOST = "04D4D4D4D4D4D4"  # Ada's lost card

IDENTITY = Identity(
    device=DEVICE,
    epoch=1,
    store="s01",
    lane="1",
    hq="https://127.0.0.1:1",
    trust_key=signing.public_hex(TRUST),
    lookup_key=LOOKUP,
    private_key="44" * 32,
)
PRODUCTS = (
    ProductRow(gtin=TEA, name={"zh-CN": "绿茶", "en": "Green tea"}, price=5000, category="drinks"),
    ProductRow(gtin=RICE, name={"zh-CN": "大米", "en": "Rice"}, price=10000, category="food"),
    ProductRow(gtin=WINE, name={"zh-CN": "红酒", "en": "Wine"}, price=2345, category="drinks"),
)


def _tier(tier: str, name: str, rank: int, percent: int, earn: list[int]) -> dict[str, Any]:
    names = {"zh-CN": name, "en": tier.title()}
    return {"id": tier, "name": names, "rank": rank, "percent_off": [percent, 100], "earn": earn}


PROGRAMME_DOCUMENT: dict[str, Any] = {
    "format": 1,
    "id": "test",
    "version": 3,
    "currency": "CNY",
    "zone": "Asia/Shanghai",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "tiers": [
        {
            "id": "regular",
            "name": {"zh-CN": "普通", "en": "Regular"},
            "rank": 1,
            "percent_off": [0, 100],
            "earn": [1, 1],
        },
        {"id": "gold", "name": {"zh-CN": "金卡", "en": "Gold"}, "rank": 3, "percent_off": [12, 100], "earn": [3, 2]},
    ],
    "earning": [
        {
            "id": "base",
            "name": {"zh-CN": "消费积分", "en": "Points"},
            "points": 1,
            "per": 100,
            "by_tier": True,
            "excluded_categories": [],
        }
    ],
    "points_as_money": {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24},
    "offers": [
        {
            "id": "member-price",
            "kind": "member_price",
            "priority": 1,
            "name": {"zh-CN": "会员价", "en": "Member price"},
            "prices": {WINE: 2000},
        },
        {
            "id": "tier",
            "kind": "tier_percent",
            "priority": 2,
            "name": {"zh-CN": "等级折扣", "en": "Tier discount"},
            "excluded_categories": [],
        },
        {
            "id": "save-20",
            "kind": "spend_and_save",
            "priority": 3,
            "name": {"zh-CN": "满150减20", "en": "Spend 150 save 20"},
            "threshold": 15000,
            "save": 2000,
            "members_only": True,
            "excluded_categories": [],
        },
    ],
    "limits": {"copyable_daily_points": 2000},
    "cash_rounding": 10,
}


@dataclass
class ToldClock:
    """Says what it is told."""

    utc_ms: int = NOON_MS
    quality: ClockQuality = ClockQuality.TRUSTED
    off_by_ms: int = 0
    dark_ms: int | None = None

    def __call__(self) -> ClockReading:
        return ClockReading(self.utc_ms, self.quality, self.off_by_ms, self.dark_ms)


@dataclass
class TestShop:
    """`shop` and what a test may turn: the clock, and HQ's side of directory and leases."""

    __test__ = False
    shop: Shop
    clock: ToldClock
    folder: Path
    rows: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    granted: int = 0
    online: bool = False

    def grant(self, member: str, points: int, lot: str = "hq.1", expires_on: str | None = "2028-12-31") -> None:
        """HQ places points of a member here."""
        self.granted += 1
        lots = (GrantLot(lot=lot, points=points, earned_on="2026-01-01", expires_on=expires_on),)
        grant = Grant(number=self.granted, member=member, lots=lots)
        self.shop.ledger.apply_grants(GrantPage(device=DEVICE, epoch=1, grants=(grant,), head=self.granted))

    def tell(self, bucket: Bucket, *rows: Told, applied_seq: int = 0) -> None:
        """Rows of HQ's feed reach the directory, in one page."""
        with DirectoryWriter(self.folder / "directory.db") as writer:
            writer.apply(self._page(writer, bucket, rows, applied_seq))

    def tell_members(self, *rows: Told, applied_seq: int = 0) -> None:
        """Members and cards, a page for each of their buckets: afterwards all members are known."""
        with DirectoryWriter(self.folder / "directory.db") as writer:
            for bucket in MEMBER_BUCKETS:
                mine = [row for row in rows if member_bucket(row[2].get("member", row[1])) is bucket]
                writer.apply(self._page(writer, bucket, mine, applied_seq))

    def _page(self, writer: DirectoryWriter, bucket: Bucket, rows: Sequence[Told], applied_seq: int) -> FeedPage:
        self.rows |= {(bucket, kind, key): body for kind, key, body in rows}
        known = [(kind, key, body) for (name, kind, key), body in self.rows.items() if name == bucket]
        state = writer.bucket(bucket)
        before = state.cursor if state else 0
        return FeedPage(
            bucket=bucket,
            generation=1,
            rows=tuple(
                FeedRow(cseq=cseq, kind=kind, key=key, body=body)
                for cseq, (kind, key, body) in enumerate(rows, before + 1)
            ),
            cursor=before + len(rows),
            head=before + len(rows),
            count=len(known),
            sum=sum_hex(sum(row_digest(*row) for row in known)),
            applied_seq=applied_seq,
            as_of_ms=self.clock.utc_ms,
        )

    def programme(self, document: dict[str, Any]) -> None:
        body = Signed.make(PROGRAMME, document, TRUST).model_dump()
        keys = ("current", f"v{document['version']}")
        self.tell(Bucket.CONFIG, *((RowKind.PROGRAMME, key, body) for key in keys))

    def member(self, row: MemberRow, applied_seq: int = 0) -> None:
        self.tell_members(_member(row), applied_seq=applied_seq)


def _member(row: MemberRow) -> Told:
    return (RowKind.MEMBER, row.id, row.model_dump(mode="json"))


def enrolled(uid: str, member: str, state: CardState = CardState.ACTIVE) -> Told:
    key = card_key(bytes.fromhex(LOOKUP), uid)
    return (RowKind.CARD, key, CardRow(member=member, state=state).model_dump(mode="json"))


def member_row(member: str, name: str, points: int, tier: str = "gold", **fields: Any) -> MemberRow:
    lots = (LotRow(id="hq.1", points=points, earned_on="2026-01-01", expires_on="2028-12-31"),) if points else ()
    base: dict[str, Any] = {"phone_masked": "120****0001", "language": "zh-CN", "home_store": "s01"}
    base |= {"state": MemberState.ACTIVE, "lots": lots} | fields
    return MemberRow(id=member, name=name, tier=tier, **base)


@contextmanager
def empty_shop(folder: Path, disk: str | None = None) -> Iterator[TestShop]:
    """An enrolled terminal that HQ has not told anything yet; `disk` names another file system for its ledger."""
    clock, directory = ToldClock(), Directory(folder / "directory.db")
    with Ledger.open(folder / "ledger.db", DEVICE, 1, disk) as ledger:
        test = TestShop(Shop(ledger, directory, IDENTITY, clock, lambda: test.online), clock, folder)
        try:
            yield test
        finally:
            directory.close()


@contextmanager
def open_shop(folder: Path, disk: str | None = None) -> Iterator[TestShop]:
    """Three products, three members: Ada (gold, 1,000 points, 600 of them here), Bo (blocked), Cy (regular, none)."""
    with empty_shop(folder, disk) as test:
        store = StoreRow(
            id="s01", name={"zh-CN": "一店", "en": "First"}, region="r1", zone="Asia/Shanghai", cutoff_hours=4
        )
        programme = Signed.make(PROGRAMME, PROGRAMME_DOCUMENT, TRUST).model_dump()
        config = [(RowKind.STORE, "s01", store.model_dump(mode="json")), (RowKind.PROGRAMME, "current", programme)]
        test.tell(Bucket.CONFIG, *config)
        test.tell(Bucket.CATALOGUE, *((RowKind.PRODUCT, item.gtin, item.model_dump(mode="json")) for item in PRODUCTS))
        members = (
            member_row("m1", "王小雨", 1000),
            member_row("m2", "Bo Berg", 500, state=MemberState.BLOCKED),
            member_row("m3", "Cy Twombly", 0, tier="regular", language="en"),
        )
        cards = (enrolled(ADA, "m1"), enrolled(BO, "m2"), enrolled(CY, "m3"), enrolled(LOST, "m1", CardState.BLOCKED))
        test.tell_members(*map(_member, members), *cards)
        test.grant("m1", 600)
        test.shop.ledger.note_spend_until(NOON_MS + 30 * DAY_MS)
        yield test
