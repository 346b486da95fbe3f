"""What HQ answers to a terminal's contact: the time, the right to spend, and its position in the terminal's chain."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from hq import terminals
from hq.keys import Keys
from hq.problems import Code, Refusal
from hq.restoring import owes_report
from hq.terminals import State, Terminal
from protocol.contact import TIME, Contact, ContactAnswer, SignedTime
from protocol.lease import SPEND_UNTIL, SpendUntil
from protocol.signing import Signed

SPENDING_MS = 30 * 24 * 3600 * 1000  # sync.md, Leases 4


def signed_time(keys: Keys, nonce: str, now_ms: int) -> Signed:
    return Signed.make(TIME, SignedTime(nonce=nonce, utc_ms=now_ms).model_dump(), keys.signing)


def contact(
    connection: Connection, keys: Keys, sender: Terminal, said: Contact, now_ms: int, generation: int
) -> ContactAnswer:
    """Note the heartbeat and renew the right to spend for 30 days; a terminal that is not active may spend no more."""
    if said.epoch != sender.epoch:
        raise Refusal(Code.NOT_YOURS, named=f"epoch {said.epoch}", sender=f"{sender.device} epoch {sender.epoch}")
    now = terminals.lock(connection, sender.device, sender.epoch)
    until_ms = now_ms + SPENDING_MS if now.state is State.ACTIVE else now_ms
    heartbeat = json.dumps(said.heartbeat.model_dump(mode="json"))
    terminals.change(connection, now, spend_until_ms=until_ms, last_contact_ms=now_ms, heartbeat=heartbeat)
    right = SpendUntil(device=now.device, epoch=now.epoch, until_ms=until_ms, issued_ms=now_ms)
    return ContactAnswer(
        time=signed_time(keys, said.nonce, now_ms),
        spend_until=Signed.make(SPEND_UNTIL, right.model_dump(), keys.signing),
        state=now.state.value,
        acked_seq=now.acked_seq,
        acked_hash=now.acked_hash,
        granted=now.granted,
        report=owes_report(now, generation),
    )
