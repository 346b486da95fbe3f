"""Cards whose links cannot all be of one chip, in words for a shop owner: a copy, or links that were kept for later."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from cards.sun import CounterVerdict
from hq.database import read_setting
from hq.schema import card, card_alarm, store, terminal
from protocol.batch import Outcome
from protocol.directory import CardState

REASON = "card_clone"
NAME_CHARACTERS = 8  # of the key of a card: enough to tell cards apart, and nothing that opens one
_HAPPENED = {
    "en": {
        CounterVerdict.BACKWARDS: (
            "Card {card} of member {member} counts backwards: its tap {first} was seen at {first_store} "
            "({first_device}) by {first_at}, and its tap {second} at {second_store} ({second_device}) by {second_at}."
        ),
        CounterVerdict.REPEATED: (
            "The same tap {first} of card {card} of member {member} was shown at {first_store} ({first_device}) by "
            "{first_at} and at {second_store} ({second_device}) by {second_at}."
        ),
    },
    "zh-CN": {
        CounterVerdict.BACKWARDS: (
            "会员 {member} 的卡 {card} 计数倒退：第 {first} 次刷卡不晚于 {first_at} 出现在{first_store}"
            "（{first_device}），第 {second} 次刷卡不晚于 {second_at} 出现在{second_store}（{second_device}）。"
        ),
        CounterVerdict.REPEATED: (
            "会员 {member} 的卡 {card} 的同一次刷卡（第 {first} 次）不晚于 {first_at} 出现在{first_store}"
            "（{first_device}），又不晚于 {second_at} 出现在{second_store}（{second_device}）。"
        ),
    },
}
_ELSE = {
    "en": (
        "Nobody where a terminal could ask: the later link was refused. Without a line a link counts as a card that "
        "can be copied, and the chain bears what that allows.",
        "A copy of the card is in use, or somebody keeps its links for later. Ask the member for the card. If it is in "
        "the member's hands, retire it and issue another; if not, block it as well.",
    ),
    "zh-CN": (
        "终端能联系总部时无人承担：后出现的链接已被拒绝。断网时链接只按可复制的卡对待，由商家承担该范围内的权益。",
        "有人在使用这张卡的复制品，或保留了卡里的链接。请向会员核对这张卡：卡在会员手里，请作废并补发；不在手里，请同时停用。",
    ),
}
Row = dict[str, Any]


def clone_alarms(connection: Connection, language: str = "en") -> list[Row]:
    """The newest first, as `hq.conflicts` gives its own, of cards that lead to somebody. An alarm goes when the card is
    blocked, retired or issued anew."""
    zone = ZoneInfo(read_setting(connection, "zone"))
    query = (
        select(card_alarm, card.c.member)
        .join(card, card.c.key == card_alarm.c.card)
        .where(card.c.state == CardState.ACTIVE.value)
        .order_by(card_alarm.c.at_ms.desc(), card_alarm.c.card)
    )
    places = named_places(connection, language)
    return [_entry(dict(row), places, zone, language) for row in connection.execute(query).mappings()]


def named_places(connection: Connection, language: str) -> dict[str, tuple[int, str]]:
    """By device: its newest epoch, and the name of its store."""
    newest = select(terminal.c.device, func.max(terminal.c.epoch).label("epoch")).group_by(terminal.c.device).subquery()
    same = (terminal.c.device == newest.c.device) & (terminal.c.epoch == newest.c.epoch)
    query = select(terminal.c.device, terminal.c.epoch, terminal.c.store, store.c.name)
    rows = connection.execute(query.join(newest, same).join(store, store.c.id == terminal.c.store))
    return {device: (epoch, json.loads(name).get(language, place)) for device, epoch, place, name in rows}


def _entry(row: Row, places: dict[str, tuple[int, str]], zone: ZoneInfo, language: str) -> Row:
    first, second = json.loads(row["sightings"])
    words = {"card": row["card"][:NAME_CHARACTERS], "member": row["member"]}
    for name, (counter, _, until_ms, device) in (("first", first), ("second", second)):
        at = datetime.fromtimestamp(until_ms // 1000, zone).strftime("%Y-%m-%d %H:%M")
        place = places.get(device, (0, device))[1]
        words |= {name: counter, f"{name}_at": at, f"{name}_device": device, f"{name}_store": place}
    bears, do = _ELSE[language]
    happened = _HAPPENED[language][CounterVerdict(row["why"])].format_map(words)
    device = second[3]
    return {
        "device": device,
        "epoch": places.get(device, (0, device))[0],
        "received_ms": row["at_ms"],
        "outcome": Outcome.FLAGGED.value,
        "reasons": [REASON],
        "card": words["card"],
        "count": row["count"],
        "told": [{"happened": happened, "bears": bears, "do": do}],
    }
