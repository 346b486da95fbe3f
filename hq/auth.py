"""Who is asking: the device's name and its token, looked up and compared at every request, with the device's state."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from hq import terminals
from hq.enrolment import whose_token
from hq.headquarters import Headquarters
from hq.problems import Code, Refusal
from hq.schema import terminal
from hq.terminals import State, Terminal

DEVICE_HEADER = "Stillpoint-Device"
_SILENT = frozenset({State.ENROLLED})  # known, and not yet a terminal


def headquarters(request: Request) -> Headquarters:
    found = request.app.state.headquarters
    assert isinstance(found, Headquarters)
    return found


Hq = Annotated[Headquarters, Depends(headquarters)]


def known_terminal(request: Request, hq: Hq) -> Terminal:
    """The terminal that sent the request, whatever its state. Raises Refusal NOT_AUTHENTICATED."""
    device = request.headers.get(DEVICE_HEADER, "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not device or len(device) > 64:
        raise Refusal(Code.NOT_AUTHENTICATED)
    with hq.database.transaction() as connection:
        found = whose_token(terminals.find(connection, terminal.c.device == device), token)
    if found is None or found.state in _SILENT:
        raise Refusal(Code.NOT_AUTHENTICATED)
    return found


Sender = Annotated[Terminal, Depends(known_terminal)]


def active_terminal(sender: Sender) -> Terminal:
    """The sender if it may be given anything. Raises Refusal NOT_ACTIVE."""
    if sender.state is not State.ACTIVE:
        raise Refusal(Code.NOT_ACTIVE, state=sender.state.value)
    return sender


Active = Annotated[Terminal, Depends(active_terminal)]
