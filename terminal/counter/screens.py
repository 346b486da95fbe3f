"""The two screens and the status line as data. What they say is decided here; how it looks, on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from protocol.directory import MemberRow
from protocol.feed import Bucket
from protocol.operation import ClockQuality
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.history import points_record, purchases
from terminal.counter.offers import offer_views
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.shop import Shop
from terminal.counter.views import basket_view, member_view

DAY_MS = 24 * 3600 * 1000


@dataclass
class Surroundings:
    """What is known of the world around the till; written by the event loop, read by the till's thread."""

    demo: bool = False
    language: str = "zh-CN"
    online: bool = False
    link: Phrase | None = None
    storage: str = "ok"
    devices: list[dict[str, Any]] = field(default_factory=list)


def status(shop: Shop, around: Surroundings) -> dict[str, Any]:
    """The status line: what works, what waits, how old the knowledge is."""
    bucket = shop.directory.bucket(Bucket.MEMBERS)
    store = shop.directory.store(shop.identity.store)
    programme = _or_none(shop)
    notice = _status_notice(shop, around)
    return {
        "online": around.online,
        "waiting": shop.ledger.outbox().depth,
        "as_of_ms": bucket.as_of_ms if bucket else None,
        "clock": shop.clock().quality.value,
        "notice": notice.view() if notice else None,
        "demo": around.demo,
        "storage": around.storage,
        "zone": store.zone if store else None,
        "store": {"id": shop.identity.store, "name": store.name if store else {}},
        "currency": programme.currency if programme else "CNY",
        "devices": around.devices,
    }


def _or_none(shop: Shop) -> Any:
    try:
        return shop.programme()
    except Refusal:
        return None


def _status_notice(shop: Shop, around: Surroundings) -> Phrase | None:
    """The one thing an operator should know, most urgent first."""
    if around.storage != "ok":
        return Phrase("storage_full")
    reading = shop.clock()
    if abs(reading.off_by_ms) >= DAY_MS:
        return Phrase("clock_off", {"days": round(abs(reading.off_by_ms) / DAY_MS)})
    if around.link is not None:
        return around.link
    return Phrase("clock_unknown") if reading.quality is ClockQuality.UNKNOWN else None


def counter_screen(desk: Desk) -> dict[str, Any]:
    till, member = desk.till, desk.member()
    programme = desk.shop.programme()
    return {
        "phase": till.phase,
        "intent": till.intent,
        "basket": basket_view(desk.shop, till.basket(), desk.quote(), programme),
        "member": member_view(desk.shop, member, programme) if member else None,
        "receipt": till.receipt,
        "notice": till.notice.view() if till.notice else None,
        "last_scan": desk.last_scan,
        "entry": desk.entry,
    }


def member_screen(desk: Desk, attention: Attention, around: Surroundings) -> dict[str, Any]:
    """idle, greeting, basket, receipt or notice; in the member's language once a member is known."""
    till, member = desk.till, desk.member()
    screen = _member_screen_name(desk, member)
    view: dict[str, Any] = {
        "screen": screen,
        "language": till.language or around.language,
        "member": None,
        "offers": [],
        "basket": None,
        "receipt": till.receipt if screen == "receipt" else None,
        "notice": till.notice.view() if till.notice else None,
        "warning_ms": attention.warning_ms(),
        "detail": _detail(desk, attention, member),
    }
    programme = desk.shop.programme()
    if member is not None:
        view["member"] = member_view(desk.shop, member, programme)
    if screen == "basket":
        view["basket"] = basket_view(desk.shop, till.basket(), desk.quote(), programme)
    if screen in ("idle", "greeting"):
        view["offers"] = offer_views(programme, member, desk.shop.moment())
    return view


def _member_screen_name(desk: Desk, member: MemberRow | None) -> str:
    till = desk.till
    if till.phase == "paid":
        return "receipt"
    if till.lines:
        return "basket"
    if till.notice is not None:
        return "notice"
    return "greeting" if member else "idle"


def _detail(desk: Desk, attention: Attention, member: MemberRow | None) -> dict[str, Any]:
    if member is None or not attention.detail:
        return {"open": False, "purchases": [], "points": []}
    operations = desk.shop.ledger.sales_of(member.id, 50)
    return {"open": True, "purchases": purchases(operations), "points": points_record(desk.shop, member, operations)}
