"""The files that `stillpoint refund` reads: a sale, the right to refund it, and the lines that come back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from loyalty import Fault, MemberFacts, Moment, Programme, Refused, Tender, TenderKind, TillState, price, settle
from loyalty.checks import MAX_LINES, MAX_MONEY, MAX_QUANTITY
from loyalty.document import DocumentError
from loyalty.refund_json import read_so_far
from loyalty.refund_sale import RefundsSoFar, Return, SoldSale, right_to_refund, sold
from loyalty.section import Section
from terminal.commands.quote_files import FileError, Purchase, buyer_reader, read_at, read_purchase
from terminal.commands.quote_state import state_reader
from terminal.commands.refund_value import read_gift_cards, read_value

T = TypeVar("T")
MAX_TENDERS = 100
_LINE = re.compile(r"([0-9]{1,4})(?::([0-9]{1,4}))?")
_TIME = re.compile(r"[0-9TZ:.+-]{1,40}")
TIME_SHAPE = "use a time with its zone such as 2026-03-01T12:00:00+08:00, or milliseconds"


def sale_reader(programme: Programme) -> Callable[[object], SoldSale]:
    """Reads {"basket", "at", "tenders"} and optionally member, state, value, gift_cards and lot, and sells again.

    `basket`, `member` and `state` are as `stillpoint quote` reads them; `value` and `gift_cards` are the lots of stored
    value before the sale, and `lot` names the lot of points that it made.
    """

    def read(value: object) -> SoldSale:
        document = dict(value) if isinstance(value, dict) else {"": value}
        faults: list[Fault] = []
        bought = _inner(read_purchase, document.pop("basket", {}), "basket", faults)
        member = document.pop("member", None)
        buyer = _inner(buyer_reader(programme), member, "member", faults) if member is not None else None
        usual = buyer.state if buyer else TillState()
        known = _inner(state_reader(usual), document.pop("state", None) or {}, "state", faults)
        section = Section(document, "$", faults)
        at_ms = _moment(section)
        tenders = tuple(_tender(entry) for entry in section.sections("tenders", 0, MAX_TENDERS))
        lot = section.identifier("lot") if section.has("lot") else "sale"
        state = _with_value(section, known or usual)
        section.close()
        if faults or bought is None:
            raise DocumentError(faults)
        return _made(programme, bought, buyer.member if buyer else None, state, at_ms, tenders, lot)

    return read


def _moment(section: Section) -> int:
    text = section.text("at", _TIME, TIME_SHAPE)
    try:
        return read_at(text or "0")
    except FileError:
        section.fault("at", TIME_SHAPE)
        return 0


def _inner(read: Callable[[object], T], value: object, key: str, faults: list[Fault]) -> T | None:
    """What another reader makes of a part of the document; its faults get the path of the part."""
    try:
        return read(value)
    except DocumentError as error:
        faults += [replace(fault, path=f"{key}.{fault.path}".removesuffix(".$")) for fault in error.faults]
        return None


def _tender(entry: Section) -> Tender:
    tender = Tender(
        kind=TenderKind(entry.choice("kind", TenderKind) or TenderKind.CASH),
        amount=entry.integer("amount", 0, MAX_MONEY),
        account=entry.identifier("account") if entry.has("account") else None,
    )
    entry.close()
    return tender


def _with_value(section: Section, state: TillState) -> TillState:
    value = read_value(section, "value") if section.has("value") else state.value
    cards = read_gift_cards(section) if section.has("gift_cards") else state.gift_cards
    return replace(state, value=value, gift_cards=cards)


def _made(
    programme: Programme,
    bought: Purchase,
    member: MemberFacts | None,
    state: TillState,
    at_ms: int,
    tenders: tuple[Tender, ...],
    lot: str,
) -> SoldSale:
    at = Moment(at_ms, bought.zone or programme.zone, bought.cutoff_hours)
    try:
        quote = price(bought.basket, member, programme, at, state)
        sale = settle(quote, member, tenders, programme, at, state, lot, bought.basket)
    except ValueError as error:  # each field is lawful and together they are not, such as too much money
        raise DocumentError([Fault("basket", f"cannot be sold ({error})", "correct it")]) from error
    if isinstance(sale, Refused):
        numbers = ", ".join(f"{name} {value}" for name, value in sale.params.items())
        raise DocumentError([Fault("tenders", f"cannot pay the sale ({sale.verdict}: {numbers})", "correct the sale")])
    return sold(bought.basket, member, at, state, sale)


def right_reader(sale: SoldSale) -> Callable[[object], RefundsSoFar]:
    """Reads the right to refund this sale, as `--json` printed it under `after`."""

    def read(value: object) -> RefundsSoFar:
        faults: list[Fault] = []
        so_far = read_so_far(Section(value, "$", faults))
        left = so_far.left(sale)
        if not faults and (min(left.values()) < 0 or not set(so_far.units) <= set(left)):
            faults.append(Fault("lines", "are of another sale", "give what was printed for this one"))
        if not faults and not _is_of(so_far, sale):
            faults.append(Fault("tenders", "are of another sale", "give what was printed for this one"))
        if faults:
            raise DocumentError(faults)
        return so_far

    return read


def _is_of(so_far: RefundsSoFar, sale: SoldSale) -> bool:
    paid = [(side.kind, side.paid, side.account) for side in so_far.tenders if not side.collected]
    return paid == [(side.kind, side.paid, side.account) for side in right_to_refund(sale).tenders]


def asked(text: str, sale: SoldSale, so_far: RefundsSoFar) -> tuple[Return, ...]:
    """The lines of an option such as `1:2,3`: two units of line 1, and all that is left of line 3. Raises FileError."""
    left = so_far.left(sale)
    found = []
    for part in text.split(","):
        match = _LINE.fullmatch(part.strip())
        if match is None:
            raise FileError([f"--lines is {text[:60]!r}: name lines and quantities such as 1:2,3"])
        no = int(match[1])
        found.append(Return(no, int(match[2]) if match[2] else left.get(no, 0)))
    return tuple(found)


def read_request(value: object) -> tuple[Return, ...]:
    """Reads {"lines": [{"no", "quantity"}]}. Raises DocumentError."""
    faults: list[Fault] = []
    section = Section(value, "$", faults)
    lines = []
    for entry in section.sections("lines", 1, MAX_LINES):
        lines.append(Return(entry.integer("no", 1, MAX_MONEY), entry.integer("quantity", 1, MAX_QUANTITY)))
        entry.close()
    section.close()
    if faults:
        raise DocumentError(faults)
    return tuple(lines)
