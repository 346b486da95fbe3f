"""A PIN at the till: the pad is opened, keyed on and closed, and a right PIN is the member's proof until he leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from terminal.counter.desk import Desk
from terminal.counter.phrase import Refusal
from terminal.counter.pin_check import Looking


def ask(desk: Desk, on: bool) -> None:
    """Let the member at the till key in the PIN, or close the pad. Raises Refusal pin_no_member, sale_done, and
    pin_not_here where no PIN can be looked at."""
    desk.attention.touched()
    if not on:
        desk.pad.close()
    elif desk.till.phase == "paid":
        raise Refusal("sale_done", 409)
    elif desk.till.member is None:
        raise Refusal("pin_no_member", 409)
    else:
        desk.pad.open()
        desk.till.notice = None


def key(desk: Desk, pressed: str) -> None:
    """A key of the pad on the member's screen; of one that was closed meanwhile it goes nowhere."""
    desk.attention.touched()
    desk.pad.key(pressed, desk.member())


def put_in_order(desk: Desk, on: bool) -> None:
    """The digits in the order of a telephone, or in one of chance."""
    desk.attention.touched()
    desk.pad.put_in_order(on)


def looked(desk: Desk, looking: Looking, right: bool | None) -> None:
    """What came of a PIN that was looked at. It proves nothing for whoever else came to the till meanwhile."""
    if desk.pad.looked(looking, right) and desk.till.phase != "paid":
        desk.till.proof, desk.till.notice = replace(desk.till.proof, pin=True), None
    desk.attention.touched()


def standing(desk: Desk) -> str:
    """given, open, looking, offered: a member is here who could give it, or none."""
    pad, till = desk.pad.state(), desk.till
    if pad != "closed":
        return pad
    if till.proof.pin:
        return "given"
    offered = till.member is not None and till.phase != "paid" and desk.shop.configured().pins is not None
    return "offered" if offered else "none"


def counter_view(desk: Desk) -> dict[str, Any]:
    """What the cashier sees of it."""
    return {"state": standing(desk), "said": desk.pad.said.view() if desk.pad.said else None}


def member_view(desk: Desk) -> dict[str, Any]:
    """What the member sees: dots, the keys in their order, and why the last one was not taken."""
    return {**counter_view(desk), **desk.pad.view()}
