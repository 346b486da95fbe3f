"""HQ over HTTPS: one method for each thing that a terminal asks, with time limits and bounded answers."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import urllib3
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError, SSLError

from protocol.batch import MEDIA_TYPE, Acknowledgement
from protocol.contact import Contact, ContactAnswer
from protocol.feed import Bucket, FeedPage
from protocol.lease import GrantAsk, GrantPage
from protocol.problem import ProblemAnswer
from protocol.signing import Signed
from terminal.identity import Identity
from terminal.sync.failures import Nonsense, Refused, TlsMismatch, Unreachable
from terminal.sync.pinned import pinned_context

log = logging.getLogger(__name__)
CONNECT_S = 3.0
READ_S = 10.0
WHOLE_S = 30.0  # one exchange, however slowly the bytes drip
ANSWER_BYTES_MAX = 8 * 1024 * 1024
PROBLEM_BYTES_MAX = 64 * 1024
RETRY_AFTER_S_MAX = 3600
_CHUNK = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)


class HqClient:
    """Safe to use from several threads. `hq_time_ms` is HQ's time by which its certificate is judged.

    Every method raises Unreachable, TlsMismatch, Nonsense or Refused.
    """

    def __init__(self, identity: Identity, ca_file: Path, hq_time_ms: Callable[[], int | None]) -> None:
        self._base = f"{identity.hq}/v1"
        self._headers = {
            "Authorization": f"Bearer {identity.token}",
            "Stillpoint-Device": identity.device,
            "Accept-Encoding": "identity",
        }
        self._pool = _pool(pinned_context(ca_file, hq_time_ms))
        self._undated = _pool(pinned_context(ca_file, lambda: None))

    def rest(self) -> None:
        """Let go of connections that are idle: a server closes them soon, and then the next question would fail."""
        self._pool.clear()
        self._undated.clear()

    def time(self, nonce: str) -> Signed:
        """HQ's signed time; asked first, so the only thing that trusts a certificate whatever its dates are."""
        status, data, wait_s = self._exchange(self._undated, "GET", f"/time?nonce={nonce}", None, "", READ_S)
        return _read(Signed, status, data, wait_s)

    def contact(self, contact: Contact) -> ContactAnswer:
        return self._post_json("/contact", contact, ContactAnswer)

    def operations(self, batch: bytes) -> Acknowledgement:
        """Send an encoded batch."""
        return self._ask(Acknowledgement, "POST", "/operations", batch, MEDIA_TYPE)

    def feed(self, bucket: Bucket, after: int, generation: int) -> FeedPage:
        return self._ask(FeedPage, "GET", f"/feed/{bucket.value}?after={after}&generation={generation}")

    def grants(self, after: int) -> GrantPage:
        return self._ask(GrantPage, "GET", f"/grants?after={after}")

    def ask(self, wish: GrantAsk) -> GrantPage:
        return self._post_json("/grants/ask", wish, GrantPage)

    def _post_json(self, path: str, message: BaseModel, model: type[Model]) -> Model:
        return self._ask(model, "POST", path, message.model_dump_json().encode(), "application/json")

    def _ask(self, model: type[Model], method: str, path: str, body: bytes | None = None, kind: str = "") -> Model:
        status, data, wait_s = self._exchange(self._pool, method, path, body, kind, READ_S)
        return _read(model, status, data, wait_s)

    def _exchange(
        self, pool: urllib3.PoolManager, method: str, path: str, body: bytes | None, kind: str, read_s: float
    ) -> tuple[int, bytes, int | None]:
        """Status, body and Retry-After of one exchange; nothing is repeated and no redirect is followed."""
        headers = {**self._headers, "Content-Type": kind} if kind else self._headers
        limits = urllib3.Timeout(connect=CONNECT_S, read=read_s)
        until = time.monotonic() + WHOLE_S
        try:
            response = pool.request(
                method,
                self._base + path,
                body=body,
                headers=headers,
                timeout=limits,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                data = _bounded(response, until)
            finally:
                response.release_conn()
        except SSLError as error:
            raise _tls_failure(error) from error
        except (HTTPError, OSError) as error:
            raise Unreachable(f"HQ does not answer: {type(error).__name__}") from error
        return response.status, data, _retry_after(response)


def _pool(context: ssl.SSLContext) -> urllib3.PoolManager:
    return urllib3.PoolManager(num_pools=1, maxsize=2, ssl_context=context)


def _bounded(response: urllib3.BaseHTTPResponse, until: float) -> bytes:
    limit = ANSWER_BYTES_MAX if response.status < 300 else PROBLEM_BYTES_MAX
    parts: list[bytes] = []
    size = 0
    while chunk := response.read(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > limit:
            response.close()
            raise Nonsense(f"HQ's answer has more than {limit} bytes")
        if time.monotonic() > until:
            response.close()
            raise Unreachable(f"HQ's answer took more than {WHOLE_S:.0f} s")
    return b"".join(parts)


def _read(model: type[Model], status: int, data: bytes, retry_after_s: int | None) -> Model:
    if not 200 <= status < 300:
        raise _refused(status, data, retry_after_s)
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80]
        raise Nonsense(f"HQ's answer is no {model.__name__}: {where}: {first['msg'][:100]}") from None


def _refused(status: int, data: bytes, retry_after_s: int | None) -> Refused:
    try:
        problem = ProblemAnswer.model_validate_json(data).error
    except ValidationError:
        return Refused(status, "unknown", f"{len(data)} bytes in another shape", {}, retry_after_s)
    return Refused(status, problem.code[:64], problem.message[:300], problem.params, retry_after_s)


def _retry_after(response: urllib3.BaseHTTPResponse) -> int | None:
    text = response.headers.get("Retry-After", "")
    return min(int(text), RETRY_AFTER_S_MAX) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _tls_failure(error: SSLError) -> Unreachable:
    """A certificate that is not HQ's is one thing, a line that breaks during the handshake another."""
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return TlsMismatch(f"whoever answers is not our HQ: {getattr(cause, 'verify_message', cause)}")
    return Unreachable(f"HQ does not answer: {type(cause).__name__}")
