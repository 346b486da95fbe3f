"""Every way in which HQ refuses a request: a stable code, an HTTP status and a sentence."""

from __future__ import annotations

from enum import Enum
from typing import Any

from protocol.problem import Problem, ProblemAnswer


class HqError(Exception):
    """What goes wrong at HQ through the world's fault: a bad request, a bad folder, a full disk."""


class Code(Enum):
    """Code of the answer, HTTP status, sentence; `{…}` are filled from the params."""

    MESSAGE_INVALID = (422, "The message is not valid: {what}.")
    BODY_TOO_LARGE = (413, "The message is larger than the {limit} bytes that are allowed here.")
    NOT_FOUND = (404, "There is nothing at this address.")
    METHOD_NOT_ALLOWED = (405, "This address does not take such a request.")
    NOT_AUTHENTICATED = (401, "The request is not signed by the terminal that it names.")
    DEVICE_UNKNOWN = (401, "HQ does not know this terminal: enrol it again.")
    CLOCK_SKEW = (401, "The request was signed at another time: ask HQ for its time, and sign again.")
    REPLAYED = (401, "This request came before; it is good once.")
    APP_UNKNOWN = (401, "This is no token of an app, or it was revoked.")
    NOT_ACTIVE = (403, "This terminal is {state}: HQ keeps what it sends and gives it nothing more.")
    REVOKED = (403, "HQ does not believe this terminal's key any more: enrol it again, or find out why.")
    ADMISSION = (403, "This is no proof that HQ has enrolled this terminal.")
    QUARANTINED = (403, "This terminal's history has forked: HQ keeps what it sends apart, and a person must look.")
    NOT_YOURS = (403, "The message speaks for {named}, and {sender} sent it.")
    BATCH_MALFORMED = (422, "The batch cannot be read: {what}.")
    BATCH_SIGNATURE = (422, "The batch was not signed by this terminal's key.")
    REPORT_FIRST = (409, "HQ was restored: it takes operations when it knows the grants above number {granted}.")
    CHAIN_MISMATCH = (422, "The batch does not continue the chain at HQ; its end has another hash than it says.")
    GAP = (409, "The batch starts too late: HQ expects operation {expected_seq}.")
    GENERATION = (410, "The cursor is from another time of HQ: start again from 0.")
    NO_SNAPSHOT = (404, "HQ has no such snapshot: take the newest, or the feed's pages.")
    CLAIM_UNKNOWN = (404, "HQ does not know this claim.")
    CLAIM_PROOF = (403, "The claim's proof is wrong; {tries_left} tries are left.")
    CLAIM_EXPIRED = (410, "The claim has expired: ask HQ for a new one.")
    CLAIM_USED = (409, "Another device has used this claim: ask HQ for a new one.")
    MEMBER_UNKNOWN = (404, "HQ has no active member with this id.")
    KEY_STORE = (503, "HQ cannot use its key store of cards just now: its log says why.")
    NO_ISSUER = (503, "HQ has no key yet that signs member codes: `stillpoint-hq issuer` makes one.")
    TOO_MANY = (429, "HQ has much to do: ask again in {wait_s} s.")
    STORAGE = (503, "HQ cannot write just now: try again later.")
    INTERNAL = (500, "HQ made a mistake and has noted it; the terminal loses nothing by trying again.")

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def sentence(self) -> str:
        return self.value[1]


class Refusal(HqError):
    """A request that HQ refuses, with the values of its sentence."""

    def __init__(self, code: Code, **params: Any) -> None:
        super().__init__(code.sentence.format_map(params))
        self.code, self.params = code, params

    def answer(self) -> dict[str, Any]:
        """The body of the answer, in the one error shape."""
        problem = Problem(code=self.code.name.lower(), message=str(self), params=self.params)
        return ProblemAnswer(error=problem).model_dump()
