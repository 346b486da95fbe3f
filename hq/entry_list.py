"""Entries in words for a shop owner: when, what, about whom, where and by whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from hq.apply import OWN_DEVICE
from hq.clone_alarms import NAME_CHARACTERS, named_places
from hq.database import read_setting
from hq.schema import entry
from protocol.entries import EntryKind

_KINDS = {
    "en": {
        EntryKind.CARD_SALE: "got a card",
        EntryKind.CARD_RETURN: "gave a card back",
        EntryKind.PHONE_CHANGE: "has another phone number",
        EntryKind.PIN_CHANGE: "has another PIN",
    },
    "zh-CN": {
        EntryKind.CARD_SALE: "领到一张卡",
        EntryKind.CARD_RETURN: "退回一张卡",
        EntryKind.PHONE_CHANGE: "更换了手机号",
        EntryKind.PIN_CHANGE: "更换了密码",
    },
}
_WORDS = {
    "en": {
        "told": "{at}  {member} {what}, at {place}, {staff}",
        "others_lost": ", all others were blocked",
        "by": "approved by {name}",
        "nobody": "approved by nobody",
        "place": "{store} ({device})",
        "hq": "HQ",
    },
    "zh-CN": {
        "told": "{at}  会员 {member} {what}，{place}，{staff}",
        "others_lost": "，其余的卡均已停用",
        "by": "批准人：{name}",
        "nobody": "无人批准",
        "place": "{store}（{device}）",
        "hq": "总部",
    },
}
Row = dict[str, Any]


def entries(connection: Connection, members: Collection[str] | None, newest: int, language: str = "en") -> list[Row]:
    """So many of these members, or of all; the newest first. `told` is the sentence, `card` enough to tell cards
    apart."""
    query = select(entry).order_by(entry.c.at_ms.desc(), entry.c.intent).limit(newest)
    if members is not None:
        query = query.where(entry.c.member.in_(members))
    zone, places = ZoneInfo(read_setting(connection, "zone")), named_places(connection, language)
    return [_told(dict(row), zone, places, language) for row in connection.execute(query).mappings()]


def _told(row: Row, zone: ZoneInfo, places: dict[str, tuple[int, str]], language: str) -> Row:
    words, device = _WORDS[language], row["device"]
    store = places.get(device, (0, device))[1]
    lost = words["others_lost"] if row["others_lost"] else ""
    told = words["told"].format(
        at=datetime.fromtimestamp(row["at_ms"] // 1000, zone).strftime("%Y-%m-%d %H:%M"),
        member=row["member"],
        what=_KINDS[language][EntryKind(row["kind"])] + lost,
        place=words["hq"] if device == OWN_DEVICE else words["place"].format(store=store, device=device),
        staff=words["by"].format(name=row["staff"]) if row["staff"] else words["nobody"],
    )
    known = {name: row[name] for name in ("at_ms", "kind", "member", "device", "epoch", "staff", "intent")}
    return {
        **known,
        "others_lost": bool(row["others_lost"]),
        "card": (row["card"] or "")[:NAME_CHARACTERS],
        "told": told,
    }
