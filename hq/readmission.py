"""A terminal that a restored HQ has forgotten comes back by what HQ once signed for it (sync.md, Leases 10)."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select

from hq import schema, terminals
from hq.keys import Keys
from hq.problems import Code, Refusal
from hq.schema import terminal
from hq.terminals import State
from protocol import chain
from protocol.canonical import CanonicalError
from protocol.enrolment import ADMISSION, Admission
from protocol.signing import SignatureError, Signed

CLAIM = "readmitted"


def read_admission(signed: Signed, keys: Keys) -> Admission:
    """Raises Refusal ADMISSION unless HQ itself signed it."""
    try:
        return Admission.model_validate(signed.open(ADMISSION, keys.trust_key))
    except (SignatureError, CanonicalError, ValidationError):
        raise Refusal(Code.ADMISSION) from None


def readmit(connection: Connection, admitted: Admission) -> None:
    """Know the device again; one that is known stays what it is. Raises Refusal ADMISSION for another key or store.

    It is active unless a newer epoch of the same device is known; whether it was suspended meanwhile, HQ cannot know.
    """
    known = terminals.find(connection, terminal.c.device == admitted.device, locked=True)
    same = next((one for one in known if one.epoch == admitted.epoch), None)
    if same is not None:
        if same.public_key != admitted.public_key:
            raise Refusal(Code.ADMISSION)
        return
    if connection.scalar(select(schema.store.c.id).where(schema.store.c.id == admitted.store)) is None:
        raise Refusal(Code.ADMISSION)
    newest = all(one.epoch < admitted.epoch for one in known)
    for older in known if newest else ():
        if older.state in (State.ACTIVE, State.ENROLLED):
            terminals.change(connection, older, state=State.RETIRED.value)
    state = State.ACTIVE if newest else State.RETIRED
    acked_hash = chain.genesis(admitted.device, admitted.epoch).hex()
    row = {**admitted.model_dump(), "state": state.value, "claim": CLAIM, "acked_hash": acked_hash}
    connection.execute(insert(terminal).values(**row))
