"""The two screens and the status line as data. What they say is decided here; how it looks, on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loyalty import Moment, Programme
from loyalty.assurance import Action
from protocol.operation import ClockQuality
from terminal.counter import pin_desk
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.history import points_record, purchases
from terminal.counter.offers import offer_views
from terminal.counter.phrase import Phrase, Refusal
from terminal.counter.shop import Shop
from terminal.counter.views import basket_view, member_view
from terminal.store.known_member import KnownMember

DAY_MS = 24 * 3600 * 1000


@dataclass
class Surroundings:
    """What is known of the world around the till; written by the event loop, read by the till's thread.

    `alarms`, of cards, go the other way.
    """

    demo: bool = False
    language: str = "zh-CN"
    online: bool = False
    link: Phrase | None = None
    storage: str = "ok"
    devices: list[dict[str, Any]] = field(default_factory=list)
    alarms: list[dict[str, Any]] = field(default_factory=list)


def status(shop: Shop, around: Surroundings) -> dict[str, Any]:
    """The status line: what works, what waits, how old the knowledge is."""
    store = shop.directory.store(shop.identity.store)
    programme = _or_none(shop)
    notice = _status_notice(shop, around)
    return {
        "online": around.online,
        "waiting": shop.ledger.outbox().depth,
        "as_of_ms": shop.directory.members_known_since(),
        "clock": shop.clock().quality.value,
        "notice": notice.view() if notice else None,
        "demo": around.demo,
        "storage": around.storage,
        "zone": store.zone if store else None,
        "store": {"id": shop.identity.store, "name": store.name if store else {}},
        "currency": programme.currency if programme else "CNY",
        "devices": around.devices,
    }


def _or_none(shop: Shop) -> Programme | None:
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
    return Phrase("clock_unknown") if reading.quality is ClockQuality.UNKNOWN else _programme_over(shop)


def _programme_over(shop: Shop) -> Phrase | None:
    """Rules past their planned end: told, and gone on with (sync.md, Identity and trust)."""
    programme = _or_none(shop)
    if programme is None:
        return None
    until, today = programme.valid_until, Moment(shop.clock().utc_ms, programme.zone).local().date()
    return Phrase("programme_over", {"until": until.isoformat()}) if today > until else None


@dataclass(frozen=True)
class Scene:
    """What both screens draw from, looked up once: programme, member and the priced basket."""

    desk: Desk
    programme: Programme
    row: KnownMember | None
    member: dict[str, Any] | None
    basket: dict[str, Any]


def look(desk: Desk) -> Scene:
    """Raises Refusal directory_empty or programme_missing before the first contact with HQ."""
    programme, row = desk.shop.programme(), desk.member()
    member = member_view(desk.shop, row, programme, desk.till.proof) if row else None
    basket = basket_view(desk.shop, desk.till.basket(), desk.quote(), programme, guest=row is None)
    return Scene(desk, programme, row, member, basket)


def counter_screen(scene: Scene) -> dict[str, Any]:
    """The cashier's whole screen: basket, member, receipt and what went wrong."""
    till = scene.desk.till
    return {
        "phase": till.phase,
        "intent": till.intent,
        "basket": scene.basket,
        "member": scene.member,
        "receipt": till.receipt,
        "notice": till.notice.view() if till.notice else None,
        "last_scan": scene.desk.last_scan,
        "entry": scene.desk.shown_entry(),
        "pin": pin_desk.counter_view(scene.desk),
        "set_aside": len(scene.desk.set_aside.lines) if scene.desk.set_aside else 0,
        "paper": scene.desk.paper.view(),
    }


def member_screen(scene: Scene, attention: Attention, around: Surroundings) -> dict[str, Any]:
    """idle, greeting, basket, receipt or notice; in the member's language once a member is known."""
    desk, till = scene.desk, scene.desk.till
    screen = _member_screen_name(desk, scene.row)
    return {
        "screen": screen,
        "language": till.language or around.language,
        "member": scene.member,
        "offers": _offers(scene) if screen in ("idle", "greeting") else [],
        "basket": scene.basket if screen == "basket" else None,
        "receipt": till.receipt if screen == "receipt" else None,
        "notice": till.notice.view() if till.notice else None,
        "warning_ms": attention.warning_ms(),
        "pin": pin_desk.member_view(desk),
        "detail": _detail(desk, attention, scene.row),
    }


def _offers(scene: Scene) -> list[dict[str, Any]]:
    shop, row = scene.desk.shop, scene.row
    return offer_views(scene.programme, shop.facts(row), shop.moment(), shop.state(row))


def _member_screen_name(desk: Desk, member: KnownMember | None) -> str:
    till = desk.till
    if till.phase == "paid":
        return "notice" if till.notice else "receipt"
    if till.lines:
        return "basket"
    if till.notice is not None:
        return "notice"
    return "greeting" if member else "idle"


def _detail(desk: Desk, attention: Attention, member: KnownMember | None) -> dict[str, Any]:
    sees = desk.shop.configured().allows(Action.SEE_BALANCE, desk.till.proof)
    if member is None or not attention.detail or not sees:
        return {"open": False, "purchases": [], "points": []}
    operations = desk.shop.ledger.sales_of(member.id, 50)
    return {"open": True, "purchases": purchases(operations), "points": points_record(desk.shop, member, operations)}
