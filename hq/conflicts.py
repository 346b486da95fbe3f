"""The list of conflicts: what happened, who bears it, what to do, in words for a shop owner (sync.md, Conflicts)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from hq import schema
from hq.proven import proof_of, proof_words
from hq.reasons import Reason, told
from hq.terminals import State
from hq.write_off import bound
from protocol.batch import Outcome
from protocol.operation import Operation, OperationError

_FORKED = {
    "en": (
        "Two devices use the history of terminal {device} (epoch {epoch}): its card was copied or put back.",
        "What it sends is kept apart and not booked. The chain bears at most what it still held: {points} points, "
        "{value} of stored value, and refunds of {sales} sales worth {refundable}.",
        "Set the terminal up again with a new claim; when the old card is found or gone for good, two operators write "
        "it off.",
    ),
    "zh-CN": (
        "有两台设备在用终端 {device}（第 {epoch} 代）的历史：存储卡被复制，或用旧备份恢复过。",
        "它上传的内容单独保存、不入账。商家最多承担它手里的额度：{points} 积分、储值 {value}，"
        "以及 {sales} 笔销售的退货 {refundable}。",
        "请用新的登记码重新设置终端；旧卡找到或确定丢失后，由两名操作员核销。",
    ),
}


def conflicts(connection: Connection, language: str = "en", limit: int = 200) -> list[dict[str, Any]]:
    """The newest first: forked terminals, then operations that were flagged or parked, each with its sentences."""
    return [*_forks(connection, language), *_operations(connection, language, limit)]


def _operations(connection: Connection, language: str, limit: int) -> list[dict[str, Any]]:
    table = schema.operation.c
    names = ("device", "epoch", "seq", "received_ms", "outcome", "reasons", "params", "data")
    columns = [table[name] for name in names]
    odd = table.outcome.in_([Outcome.FLAGGED.value, Outcome.PARKED.value])
    newest = (table.received_ms.desc(), table.device, table.seq.desc())
    rows = connection.execute(select(*columns).where(odd).order_by(*newest).limit(limit)).mappings()
    return [_conflict(dict(row), language) for row in rows]


def _conflict(row: dict[str, Any], language: str) -> dict[str, Any]:
    params = {"device": row["device"], **json.loads(row.pop("params"))}
    reasons = [reason for reason in row.pop("reasons").split(",") if reason]
    sentences = [told(Reason(reason), params, language) for reason in reasons]
    proof = _proof(row.pop("data"))
    return {
        **row,
        "reasons": reasons,
        "told": [{"happened": s.happened, "bears": s.bears, "do": s.do} for s in sentences],
        **({"proof": proof, "proof_told": proof_words(proof, language)} if proof else {}),
    }


def _proof(data: bytes) -> dict[str, Any] | None:
    try:
        return proof_of(Operation.decode(data))
    except OperationError:  # parked
        return None


def _forks(connection: Connection, language: str) -> list[dict[str, Any]]:
    table = schema.terminal.c
    query = select(table.device, table.epoch).where(table.state == State.QUARANTINED.value)
    found = []
    for device, epoch in connection.execute(query.order_by(table.device, table.epoch)):
        most = bound(connection, device, epoch)
        words = {
            "device": device,
            "epoch": epoch,
            "points": most.points,
            "value": _money(most.value_minor),
            "sales": most.sales,
            "refundable": _money(most.refundable_minor),
        }
        happened, bears, do = (part.format_map(words) for part in _FORKED[language])
        sentences = [{"happened": happened, "bears": bears, "do": do}]
        place = {"device": device, "epoch": epoch, "outcome": Outcome.QUARANTINED.value, "reasons": ["fork"]}
        found.append({**place, "bound": most.json(), "told": sentences})
    return found


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
