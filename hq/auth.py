"""Who is asking: the device's name and its token, looked up and compared at every request, with the device's state."""

from __future__ import annotations

from hq import terminals
from hq.enrolment import whose_token
from hq.headquarters import Headquarters
from hq.problems import Code, Refusal
from hq.route import Admits, Request
from hq.schema import terminal
from hq.terminals import State, Terminal

DEVICE_HEADER = "stillpoint-device"
_SILENT = frozenset({State.ENROLLED})  # known, and not yet a terminal


def admit(hq: Headquarters, request: Request, whom: Admits) -> Terminal | None:
    """The terminal that asks; None where anybody may. Raises Refusal NOT_AUTHENTICATED or NOT_ACTIVE."""
    if whom is Admits.ANYBODY:
        return None
    sender = known_terminal(hq, request)
    if whom is Admits.ACTIVE and sender.state is not State.ACTIVE:
        raise Refusal(Code.NOT_ACTIVE, state=sender.state.value)
    return sender


def known_terminal(hq: Headquarters, request: Request) -> Terminal:
    """The terminal that sent the request, whatever its state. Raises Refusal NOT_AUTHENTICATED."""
    device = request.headers.get(DEVICE_HEADER, "")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not device or len(device) > 64:
        raise Refusal(Code.NOT_AUTHENTICATED)
    with hq.database.transaction() as connection:
        found = whose_token(terminals.find(connection, terminal.c.device == device), token)
    if found is None or found.state in _SILENT:
        raise Refusal(Code.NOT_AUTHENTICATED)
    return found
