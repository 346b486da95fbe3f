"""HQ as a terminal asks it: one method for each question, each answer checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from protocol.batch import MEDIA_TYPE, Acknowledgement
from protocol.contact import Contact, ContactAnswer
from protocol.feed import Bucket, FeedPage
from protocol.lease import GrantAsk, GrantPage
from protocol.problem import ProblemAnswer
from protocol.signing import Signed
from terminal.identity import Identity
from terminal.sync.failures import Nonsense, Refused
from terminal.sync.transport import Answer, Transport

RETRY_AFTER_S_MAX = 3600

Model = TypeVar("Model", bound=BaseModel)


class HqClient:
    """Safe to use from several threads. Every method raises Unreachable, TlsMismatch, Nonsense or Refused."""

    def __init__(self, identity: Identity, transport: Transport) -> None:
        self._headers = {"Authorization": f"Bearer {identity.token}", "Stillpoint-Device": identity.device}
        self._transport = transport

    def rest(self) -> None:
        """Let go of idle connections."""
        self._transport.rest()

    def time(self, nonce: str) -> Signed:
        """HQ's signed time; asked first, so the only thing that trusts a certificate whatever its dates are."""
        return _read(Signed, self._transport.exchange("GET", f"/v1/time?nonce={nonce}", {}, None, dated=False))

    def contact(self, contact: Contact) -> ContactAnswer:
        return self._post_json("/v1/contact", contact, ContactAnswer)

    def operations(self, batch: bytes) -> Acknowledgement:
        """Send an encoded batch."""
        return self._ask(Acknowledgement, "POST", "/v1/operations", batch, MEDIA_TYPE)

    def feed(self, bucket: Bucket, after: int, generation: int) -> FeedPage:
        return self._ask(FeedPage, "GET", f"/v1/feed/{bucket.value}?after={after}&generation={generation}")

    def grants(self, after: int) -> GrantPage:
        return self._ask(GrantPage, "GET", f"/v1/grants?after={after}")

    def ask(self, wish: GrantAsk) -> GrantPage:
        return self._post_json("/v1/grants/ask", wish, GrantPage)

    def _post_json(self, target: str, message: BaseModel, model: type[Model]) -> Model:
        return self._ask(model, "POST", target, message.model_dump_json().encode(), "application/json")

    def _ask(self, model: type[Model], method: str, target: str, body: bytes | None = None, kind: str = "") -> Model:
        headers = {**self._headers, "Content-Type": kind} if kind else self._headers
        return _read(model, self._transport.exchange(method, target, headers, body, dated=True))


def _read(model: type[Model], answer: Answer) -> Model:
    if not 200 <= answer.status < 300:
        raise _refused(answer)
    try:
        return model.model_validate_json(answer.data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80]
        raise Nonsense(f"HQ's answer is no {model.__name__}: {where}: {first['msg'][:100]}") from None


def _refused(answer: Answer) -> Refused:
    wait_s = _retry_after(answer.headers)
    try:
        problem = ProblemAnswer.model_validate_json(answer.data).error
    except ValidationError:
        return Refused(answer.status, "unknown", f"{len(answer.data)} bytes in another shape", {}, wait_s)
    return Refused(answer.status, problem.code[:64], problem.message[:300], problem.params, wait_s)


def _retry_after(headers: Mapping[str, str]) -> int | None:
    text = headers.get("retry-after", "")
    return min(int(text), RETRY_AFTER_S_MAX) if text.isascii() and text.isdigit() and len(text) < 10 else None
