"""How the member of a sale, top-up or pay-out was proven at the till, as its operation says, and that in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from protocol.operation import Operation
from protocol.sale_records import TillRecord

_WORDS = {
    "en": {
        "": "Shown at the till: not kept",
        "claim": "Shown at the till: a number, which proves nothing",
        "uid": "Shown at the till: the number of a card, which can be copied",
        "certificate": "Shown at the till: the certificate in a card, which can be copied",
        "write_back": "Shown at the till: a card whose copy is found out later",
        "code": "Shown at the till: a member code",
        "sun": "Shown at the till: a card's one-time link",
        "challenge": "Shown at the till: a card that proved its key",
        "key": "its key was not known there",
        "pin": "with the PIN",
    },
    "zh-CN": {
        "": "收银台出示：没有记录",
        "claim": "收银台出示：号码，不能证明身份",
        "uid": "收银台出示：卡号，可以被复制",
        "certificate": "收银台出示：卡内证书，可以被复制",
        "write_back": "收银台出示：复制后会被发现的卡",
        "code": "收银台出示：动态会员码",
        "sun": "收银台出示：卡的一次性链接",
        "challenge": "收银台出示：已证明密钥的卡",
        "key": "该处没有此卡的密钥",
        "pin": "并输入了密码",
    },
}
_JOINTS = {"en": (", ", "."), "zh-CN": ("，", "。")}


def proof_of(operation: Operation) -> dict[str, Any] | None:
    """Level, kind, PIN and whether the card's key was at hand; None for an operation that has no proof."""
    state = operation.detail.get("state")
    if operation.member is None or not isinstance(state, Mapping):
        return None
    try:
        found = TillRecord.model_validate(dict(state))
    except ValidationError:
        return None
    return {"level": found.assurance, "kind": found.proof, "pin": found.pin, "key_at_hand": found.key_at_hand}


def proof_words(proof: Mapping[str, Any], language: str) -> str:
    """One sentence. What only a later release knows is named as it names it."""
    words, (comma, stop) = _WORDS[language], _JOINTS[language]
    said = [f"{words.get(proof['kind'], proof['kind'])} ({proof['level']})"]
    said += [] if proof["key_at_hand"] else [words["key"]]
    said += [words["pin"]] if proof["pin"] else []
    return comma.join(said) + stop
