"""Cards that did not prove their key at a terminal, in words for a shop owner: a copy, or a card that is broken.

Terminals tell of them in their heartbeats, and nothing in one is believed to be well formed.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import Connection, select

from hq.schema import card, terminal
from protocol.batch import Outcome
from protocol.operation import Int64, Message

REASON = "card_proof"
_WORDS = {
    "en": (
        "A card of member {member} was shown at terminal {device} ({count} times) and did not prove its key: it is a "
        "copy, or broken.",
        "Nobody: it was refused, and nothing was given for it.",
        "Ask the member for the card. If it is not in the member's hands, block it and issue another.",
    ),
    "zh-CN": (
        "会员 {member} 的卡在终端 {device} 出示了 {count} 次，没能证明自己的密钥：可能是复制卡，或卡已损坏。",
        "无人承担：已拒绝，没有给出任何权益。",
        "请向会员核对这张卡。如果卡不在会员手里，请停用此卡并补发新卡。",
    ),
}


class CardAlarm(Message):
    """As a terminal notes it; times are its own."""

    card: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    why: Literal["challenge_failed", "challenge_withheld"]
    count: Annotated[int, Field(ge=1, lt=2**31)]
    first_ms: Int64
    last_ms: Int64


_ALARMS: TypeAdapter[list[CardAlarm]] = TypeAdapter(Annotated[list[CardAlarm], Field(max_length=64)])


def card_alarms(connection: Connection, language: str = "en") -> list[dict[str, Any]]:
    """The newest first, as `hq.conflicts` gives its own. A card that leads to nobody any more is left out."""
    rows = connection.execute(select(terminal.c.device, terminal.c.epoch, terminal.c.heartbeat))
    found = [(alarm, device, epoch) for device, epoch, said in rows for alarm in _told(said)]
    keys = {alarm.card for alarm, _, _ in found}
    query = select(card.c.key, card.c.member).where(card.c.key.in_(keys))
    members: dict[str, str] = dict(connection.execute(query).all()) if keys else {}
    known = [each for each in found if each[0].card in members]
    known.sort(key=lambda each: (-each[0].last_ms, each[1], each[2]))
    return [_entry(alarm, device, epoch, members[alarm.card], language) for alarm, device, epoch in known]


def _told(heartbeat: str | None) -> list[CardAlarm]:
    try:
        said = json.loads(heartbeat or "{}").get("devices", {}).get("cards", {})
        return _ALARMS.validate_python(said.get("alarms", []) if isinstance(said, dict) else [])
    except (ValidationError, AttributeError):
        return []


def _entry(alarm: CardAlarm, device: str, epoch: int, member: str, language: str) -> dict[str, Any]:
    words = {"device": device, "member": member, "count": alarm.count}
    happened, bears, do = (part.format_map(words) for part in _WORDS[language])
    place = {"device": device, "epoch": epoch, "received_ms": alarm.last_ms, "outcome": Outcome.FLAGGED.value}
    return {**place, "reasons": [REASON], "told": [{"happened": happened, "bears": bears, "do": do}]}
