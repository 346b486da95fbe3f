"""The device's side of enrolment: a claim becomes an identity, in steps that survive a power cut between any two.

NEW → KEYED → SENT → ENROLLED → ACTIVE. Each step ends with its stage on disk, and may be done again: HQ answers the
same to the same claim and key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from protocol import signing
from protocol.contact import TIME, SignedTime
from protocol.enrolment import (
    CLAIM,
    Claim,
    ClaimError,
    EnrolAnswer,
    EnrolRequest,
    Hello,
    hello_bytes,
    proof,
    read_claim,
)
from protocol.signing import SignatureError, Signed
from provisioning.failures import EnrolError, Failure
from provisioning.hq_door import HqDoor
from provisioning.identity import Identity, load_identity, save_identity
from provisioning.state import Progress, Stage, load_progress, save_progress

CLOCK_TOLERANCE_MS = 24 * 3600 * 1000
HOUR_MS = 3600 * 1000
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True)
class Session:
    """One attempt: a claim as it was read, HQ's door pinned to it, and HQ's time as it was signed."""

    signed_claim: Signed
    claim: Claim
    folder: Path
    serial: str
    door: HqDoor
    time: Signed
    random_bytes: RandomBytes


def enrol(claim_text: str, state_dir: Path, serial: str, now_ms: int, random_bytes: RandomBytes) -> Identity:
    """Make this device the terminal that the claim is for, or finish what a power cut interrupted.

    `serial` names the hardware, `now_ms` is the device's clock. A device that has this identity already keeps it.
    Raises EnrolError with a code of `Failure`, and StateError if the folder cannot be used.
    """
    try:
        signed, claim = read_claim(claim_text)
    except ClaimError as error:
        raise EnrolError(Failure.P01, what=str(error)) from None
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    progress = load_progress(state_dir)
    there = _already(state_dir, claim, progress)
    if there is not None:
        return there
    door = HqDoor(claim.hq)
    try:
        door.pin(claim.ca_pin)
        time = _time(door, now_ms, random_bytes)
        session = Session(signed, claim, state_dir, serial, door, time, random_bytes)
        return _finish(session, progress if progress.claim == claim.id else Progress(stage=Stage.NEW))
    finally:
        door.close()


def _already(folder: Path, claim: Claim, progress: Progress) -> Identity | None:
    """The identity that this claim has given. Raises EnrolError P05 if another claim has given one."""
    identity = load_identity(folder)
    if identity is None:
        return None
    if progress.claim != claim.id:
        claimed, here = f"{claim.store} lane {claim.lane}", f"{identity.store} lane {identity.lane}"
        raise EnrolError(Failure.P05, claimed=claimed, here=here)
    return identity if progress.stage is Stage.ACTIVE else None


def _time(door: HqDoor, now_ms: int, random_bytes: RandomBytes) -> Signed:
    """HQ's time under our nonce; who signed it can be checked only when HQ's answer brings the trust key."""
    nonce = random_bytes(16).hex()
    signed = door.time(nonce)
    try:
        said = SignedTime.model_validate_json(signed.payload)
    except ValidationError:
        raise EnrolError(Failure.P11, hq="HQ") from None
    if said.nonce != nonce:
        raise EnrolError(Failure.P11, hq="HQ")
    if abs(said.utc_ms - now_ms) > CLOCK_TOLERANCE_MS:
        raise EnrolError(Failure.P12, hours=abs(said.utc_ms - now_ms) // HOUR_MS)
    return signed


def _finish(session: Session, progress: Progress) -> Identity:
    while progress.stage is not Stage.ACTIVE:
        progress = advance(session, progress)
    identity = load_identity(session.folder)
    assert identity is not None, "ACTIVE is written after the identity"
    return identity


def advance(session: Session, progress: Progress) -> Progress:
    """Take one step and put its stage on disk."""
    after = _STEPS[progress.stage](session, progress)
    save_progress(session.folder, after)
    return after


def _make_key(session: Session, progress: Progress) -> Progress:
    claim, key = session.claim, signing.private_from_hex(session.random_bytes(32).hex())
    private = signing.private_hex(key)
    return Progress(stage=Stage.KEYED, claim=claim.id, store=claim.store, lane=claim.lane, private_key=private)


def _announce(session: Session, progress: Progress) -> Progress:
    return progress.model_copy(update={"stage": Stage.SENT})


def _ask(session: Session, progress: Progress) -> Progress:
    claim = session.claim
    public = signing.public_hex(signing.private_from_hex(progress.private_key))
    nonce = session.random_bytes(16).hex()
    proved = proof(claim.secret, public, session.serial, nonce, claim.ca_pin, claim.store, claim.lane)
    request = EnrolRequest(claim=claim.id, public_key=public, serial=session.serial, nonce=nonce, proof=proved)
    answer = session.door.enrol(request)
    _trust(session, answer)
    return progress.model_copy(update={"stage": Stage.ENROLLED, "answer": answer})


def _trust(session: Session, answer: EnrolAnswer) -> None:
    """The claim and the time must come from the HQ whose key this is, and the place must be the one claimed."""
    claim = session.claim
    try:
        session.signed_claim.open(CLAIM, answer.trust_key)
    except SignatureError:
        raise EnrolError(Failure.P01, what="its signature is not HQ's") from None
    try:
        session.time.open(TIME, answer.trust_key)
    except SignatureError:
        raise EnrolError(Failure.P11, hq=claim.hq) from None
    if (answer.store, answer.lane) != (claim.store, claim.lane):
        here = f"{answer.store} lane {answer.lane}"
        raise EnrolError(Failure.P05, claimed=f"{claim.store} lane {claim.lane}", here=here)


def _greet(session: Session, progress: Progress) -> Progress:
    """Say hello with the new key; then write who we are. The key leaves the progress file."""
    answer, key = progress.answer, signing.private_from_hex(progress.private_key)
    assert answer is not None, "ENROLLED is written with the answer"
    signature = key.sign(hello_bytes(answer.device, session.claim.id)).hex()
    session.door.hello(Hello(device=answer.device, signature=signature))
    identity = Identity(**answer.model_dump(), hq=session.claim.hq, private_key=progress.private_key)
    save_identity(session.folder, identity, session.door.ca_pem)
    return Progress(stage=Stage.ACTIVE, claim=progress.claim, store=progress.store, lane=progress.lane)


_STEPS: dict[Stage, Callable[[Session, Progress], Progress]] = {
    Stage.NEW: _make_key,
    Stage.KEYED: _announce,
    Stage.SENT: _ask,
    Stage.ENROLLED: _greet,
}
