"""A member code that was scanned: believed with the issuer's public key, taken once, and for how much it counts."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cards.member_code import CodeFault, Issuer, MemberCodeError, verify
from loyalty.possession import Evidence, Token
from protocol.control import CodeIssuers
from protocol.directory import ref_key
from protocol.operation import ClockQuality
from terminal.clock import ClockReading
from terminal.store.codes_used import CodesUsed, CodeUse

_SECOND_MS = 1000


@dataclass(frozen=True)
class TakenCode:
    """`card` is the key under which the directory knows the member reference; `evidence` is for `possession`."""

    card: str
    evidence: Evidence


def take_code(
    text: str, told: CodeIssuers, lookup_key: bytes, used: CodesUsed, clock: ClockReading, surely_ms: int
) -> TakenCode:
    """Take a code; that it was taken is on the disk when this returns, so it is taken here once.

    `told` is what HQ's configuration says. Where the clock is not trusted the code's time is not judged, and it counts
    as P1. Raises MemberCodeError, and StorageFull: then it was not taken.
    """
    trusted = clock.quality is ClockQuality.TRUSTED
    tenant = bytes.fromhex(told.tenant)
    code = verify(text, tenant, issuers_of(told), clock.utc_ms // _SECOND_MS if trusted else None)
    use = used.use(code.digest, code.good_until_s, surely_ms // _SECOND_MS)
    if use is CodeUse.AGAIN:
        raise MemberCodeError(CodeFault.USED, "this code was taken here before: show a fresh one")
    if use is CodeUse.FORGOTTEN:
        raise MemberCodeError(CodeFault.EXPIRED, "this code is older than others that were taken: show a fresh one")
    return TakenCode(ref_key(lookup_key, code.member_ref), Evidence(Token.CODE, trusted_clock=trusted))


def issuers_of(told: CodeIssuers) -> list[Issuer]:
    """The keys that HQ told, for codes and for certificates."""
    tenant = bytes.fromhex(told.tenant)
    return [
        Issuer(tenant, key.kid, Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))) for key in told.keys
    ]
