"""Who is asking: every request is signed with the device's key (RFC 9421), at HQ's time, and good once."""

from __future__ import annotations

import logging

from hq import terminals
from hq.app_door import check_app
from hq.headquarters import Headquarters
from hq.problems import Code, Refusal
from hq.route import Admits, Request
from hq.terminals import State, Terminal
from protocol.request_signature import RequestSignatureError, SignedBy, claimed_key, read_key_name, verify_request

log = logging.getLogger(__name__)
SKEW_MS = 5 * 60 * 1000
_SILENT = frozenset({State.ENROLLED})  # known, and not yet a terminal


def admit(hq: Headquarters, request: Request, whom: Admits) -> Terminal | None:
    """The terminal that asks; None where anybody may, or an app. Raises Refusal."""
    if whom is Admits.ANYBODY:
        return None
    if whom is Admits.APP:
        check_app(hq, request)
        return None
    sender = known_terminal(hq, request)
    if whom is not Admits.KNOWN and sender.state is State.REVOKED:
        raise Refusal(Code.REVOKED)
    if whom is Admits.ACTIVE and sender.state is not State.ACTIVE:
        raise Refusal(Code.NOT_ACTIVE, state=sender.state.value)
    return sender


def known_terminal(hq: Headquarters, request: Request) -> Terminal:
    """The terminal that signed the request, whatever its state. Raises Refusal."""
    try:
        keyid = claimed_key(request.headers)
    except RequestSignatureError as error:
        raise _refused(error) from None
    device, epoch = read_key_name(keyid) or ("", 0)
    with hq.database.reading() as connection:
        found = terminals.one(connection, device, epoch)
    if found is None or found.state in _SILENT:
        raise Refusal(Code.DEVICE_UNKNOWN)
    check_signature(hq, request, keyid, found.public_key)
    return found


def check_signature(hq: Headquarters, request: Request, keyid: str, public_key: str) -> None:
    """Raises Refusal unless the holder of `public_key` made this request now, and for the first time."""
    try:
        by = verify_request(
            keyid, public_key, hq.keys.trust_key, request.method, request.target, request.headers, request.body
        )
    except RequestSignatureError as error:
        raise _refused(error) from None
    check_time(hq, by)


def check_time(hq: Headquarters, by: SignedBy) -> None:
    """A signature is good for SKEW_MS, once, and only to an HQ that remembers since before it was made."""
    now_ms, made_ms, nonces = hq.clock(), by.created_s * 1000, hq.guard.nonces
    if abs(now_ms - made_ms) > SKEW_MS or by.created_s < nonces.since_ms // 1000:
        raise Refusal(Code.CLOCK_SKEW)
    wait_s = hq.guard.rates.wait_s(by.keyid, now_ms)
    if wait_s:
        raise Refusal(Code.TOO_MANY, wait_s=wait_s)
    if not nonces.first_use(by.keyid, by.nonce, made_ms + SKEW_MS, now_ms):
        raise Refusal(Code.REPLAYED)


def _refused(error: RequestSignatureError) -> Refusal:
    log.info("a request was refused: %s", error)
    return Refusal(Code.NOT_AUTHENTICATED)
