"""Enrolment at HQ: a claim's proof binds a device, its signed hello consumes the claim (appliance.md, Provisioning).

Everything is idempotent on (claim, public key): a device that lost the answer asks again and gets the same one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from hq import terminals
from hq.claims import ClaimRow, ClaimState, change_claim, find_claim
from hq.keys import Keys
from hq.problems import Code, Refusal
from hq.schema import terminal
from hq.terminals import State, Terminal
from protocol import chain, signing
from protocol.enrolment import ADMISSION, Admission, EnrolAnswer, EnrolRequest, Hello, hello_bytes, proof
from protocol.signing import Signed

EPOCHS_A_GENERATION = 1000  # an HQ restored from a backup gives no epoch again that it has forgotten
_FOR_GOOD = frozenset({State.QUARANTINED, State.REVOKED})  # a newer device does not make it better


@dataclass(frozen=True)
class Registrar:
    """What enrolment needs of HQ: its keys, the pin of its authority, and its generation."""

    keys: Keys
    ca_pin: str
    generation: int

    def enrol(self, connection: Connection, request: EnrolRequest, now_ms: int) -> EnrolAnswer | Refusal:
        """The device's identity, or why not. The caller must commit either: a wrong proof is counted.

        Before the hello another device with a right proof takes the claim over; after it none does.
        """
        claim = find_claim(connection, request.claim)
        refusal = self._refuse(connection, claim, request, now_ms)
        if refusal or claim is None:
            return refusal or Refusal(Code.CLAIM_UNKNOWN)
        if claim.public_key != request.public_key:
            claim = self._bind(connection, claim, request, now_ms)
        return self._answer(connection, claim)

    def hello(self, connection: Connection, hello: Hello) -> None:
        """Make the device a terminal and consume its claim. Raises Refusal."""
        known = terminals.find(connection, terminal.c.device == hello.device, locked=True)
        speaker = next((one for one in known if _spoke(hello, one)), None)
        if speaker is None:
            raise Refusal(Code.CLAIM_USED)
        if speaker.state is State.ENROLLED:
            for other in known:
                if other is not speaker and other.state not in _FOR_GOOD:
                    terminals.change(connection, other, state=State.RETIRED.value)
            terminals.change(connection, speaker, state=State.ACTIVE.value)
            change_claim(connection, speaker.claim, state=ClaimState.USED.value)

    def _refuse(
        self, connection: Connection, claim: ClaimRow | None, request: EnrolRequest, now_ms: int
    ) -> Refusal | None:
        if claim is None:
            return Refusal(Code.CLAIM_UNKNOWN)
        if claim.tries_left <= 0:
            return Refusal(Code.CLAIM_PROOF, tries_left=0)
        if not self._proves(claim, request):
            change_claim(connection, claim.id, tries_left=claim.tries_left - 1)
            return Refusal(Code.CLAIM_PROOF, tries_left=claim.tries_left - 1)
        if claim.public_key == request.public_key:
            return None
        if claim.state is ClaimState.USED:
            return Refusal(Code.CLAIM_USED)
        return Refusal(Code.CLAIM_EXPIRED) if now_ms >= claim.expires_ms else None

    def _proves(self, claim: ClaimRow, request: EnrolRequest) -> bool:
        right = proof(
            claim.secret, request.public_key, request.serial, request.nonce, self.ca_pin, claim.store, claim.lane
        )
        return hmac.compare_digest(right, request.proof)

    def _bind(self, connection: Connection, claim: ClaimRow, request: EnrolRequest, now_ms: int) -> ClaimRow:
        """Give the claim to this device; a device that took it before and never said hello is forgotten."""
        device = f"{claim.store}-{claim.lane}"
        unheard = (terminal.c.device == device) & (terminal.c.state == State.ENROLLED.value)
        connection.execute(delete(terminal).where(unheard))
        newest = connection.scalar(select(func.max(terminal.c.epoch)).where(terminal.c.device == device))
        epoch = max(newest or 0, (self.generation - 1) * EPOCHS_A_GENERATION) + 1
        connection.execute(
            insert(terminal).values(
                device=device,
                epoch=epoch,
                store=claim.store,
                lane=claim.lane,
                serial=request.serial,
                state=State.ENROLLED.value,
                public_key=request.public_key,
                claim=claim.id,
                enrolled_ms=now_ms,
                acked_hash=chain.genesis(device, epoch).hex(),
            )
        )
        bound = {"state": ClaimState.BOUND, "public_key": request.public_key, "device": device, "epoch": epoch}
        change_claim(connection, claim.id, **bound)
        return ClaimRow(**{**claim.__dict__, **bound})

    def _answer(self, connection: Connection, claim: ClaimRow) -> EnrolAnswer:
        assert claim.device is not None
        assert claim.epoch is not None
        mine = (terminal.c.device == claim.device) & (terminal.c.epoch == claim.epoch)
        fields = [terminal.c[name] for name in Admission.model_fields]
        admitted = Admission(**connection.execute(select(*fields).where(mine)).mappings().one())
        return EnrolAnswer(
            device=claim.device,
            epoch=claim.epoch,
            store=claim.store,
            lane=claim.lane,
            trust_key=self.keys.trust_key,
            lookup_key=self.keys.lookup.hex(),
            admission=Signed.make(ADMISSION, admitted.model_dump(), self.keys.signing),
        )


def _spoke(hello: Hello, who: Terminal) -> bool:
    try:
        signing.verify(who.public_key, hello.signature, hello_bytes(who.device, who.claim))
    except signing.SignatureError:
        return False
    return True
