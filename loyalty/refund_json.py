"""A refund and the right to refund as JSON, and the right read back: it travels between terminals (D30)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from loyalty.checks import MAX_LINES, MAX_MONEY, MAX_POINTS, MAX_QUANTITY
from loyalty.exchange import Exchange
from loyalty.json_form import to_json
from loyalty.refund_answer import Refund
from loyalty.refund_note import notes, receipt
from loyalty.refund_sale import RefundsSoFar, TenderSide
from loyalty.sale import TenderKind
from loyalty.section import Section
from loyalty.void import Void

FORMAT = 1
MAX_TENDERS = 200
_OPTIONAL_AMOUNTS = ("points_back", "points_taken", "expired", "bought", "bought_for", "above_cap")


def refund_json(refund: Refund) -> dict[str, Any]:
    """Every field under its own name, with `given`, `points_money`, `notes` and `receipt` worked out.

    `after` is as `so_far_json` writes it. Integers, strings, booleans, null, lists and objects only.
    """
    document: dict[str, Any] = _plain(refund)
    worked_out = {"given": refund.given, "points_money": refund.points_money}
    said = {"notes": _plain(notes(refund)), "receipt": _plain(receipt(refund))}
    return document | worked_out | said | {"after": so_far_json(refund.after)}


def void_json(void: Void) -> dict[str, Any]:
    """The refund of everything, and whether every posting of the sale is undone as it was."""
    return {"refund": refund_json(void.refund), "exact": void.exact}


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """The refund, the sale as `to_json` writes it, and what moves between the member and the shop."""
    moved: dict[str, Any] = {name: _plain(getattr(exchange, name)) for name in ("taken", "given", "postings", "points")}
    return {"refund": refund_json(exchange.refund), "sale": to_json(exchange.sale), **moved}


def so_far_json(so_far: RefundsSoFar) -> dict[str, Any]:
    """The right to refund: `format`, the sums of `RefundsSoFar`, `lines` [{no, back}] and `tenders`."""
    lines = [{"no": no, "back": back} for no, back in sorted(so_far.units.items())]
    sums = {field.name: _plain(getattr(so_far, field.name)) for field in fields(so_far) if field.name != "units"}
    return {"format": FORMAT, "lines": lines, **sums}


def read_so_far(section: Section) -> RefundsSoFar:
    """What `so_far_json` wrote. Faults are noted in the section; `lines`, `tenders`, `value` and `money` are needed."""
    section.integer("format", FORMAT, FORMAT)
    amounts = {name: section.integer(name, 0, MAX_POINTS) for name in _OPTIONAL_AMOUNTS if section.has(name)}
    so_far = RefundsSoFar(
        units=_units(section),
        value=section.integer("value", -MAX_MONEY, MAX_MONEY),
        money=section.integer("money", -MAX_MONEY, MAX_MONEY),
        tenders=tuple(_side(entry) for entry in section.sections("tenders", 0, MAX_TENDERS)),
        cash=section.integer("cash", -MAX_MONEY, MAX_MONEY) if section.has("cash") else 0,
        **amounts,
    )
    section.close()
    return so_far


def _units(section: Section) -> dict[int, int]:
    units = {}
    for entry in section.sections("lines", 0, MAX_LINES):
        units[entry.integer("no", 1, MAX_MONEY)] = entry.integer("back", 0, MAX_QUANTITY)
        entry.close()
    return units


def _side(entry: Section) -> TenderSide:
    side = TenderSide(
        kind=TenderKind(entry.choice("kind", TenderKind) or TenderKind.CASH),
        paid=entry.integer("paid", -MAX_MONEY, MAX_MONEY),
        back=entry.integer("back", -MAX_MONEY, MAX_MONEY),
        account=entry.identifier("account") if entry.has("account") else None,
        collected=entry.flag("collected") if entry.has("collected") else False,
    )
    entry.close()
    return side


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, StrEnum) else value
