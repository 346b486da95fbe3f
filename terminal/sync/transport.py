"""How one request gets to HQ and its answer back: over HTTPS with our authority alone, bounded in time and size."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import urllib3
from urllib3.exceptions import HTTPError, SSLError

from terminal.sync.failures import Nonsense, TlsMismatch, Unreachable
from terminal.sync.pinned import pinned_context

CONNECT_S = 10.0  # a thousand terminals come at once after an outage, and HQ greets them one by one
READ_S = 20.0
WHOLE_S = 60.0  # one exchange, however slowly the bytes drip
ANSWER_BYTES_MAX = 8 * 1024 * 1024
PROBLEM_BYTES_MAX = 64 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """Names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""


class Transport(Protocol):
    """Safe to use from several threads. Nothing is repeated and no redirect is followed."""

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        """Ask `target` (`/v1/…`). Unless `dated`, the certificate's dates are not judged; `wait_s` is what HQ may take
        longer than usual. Raises Unreachable, TlsMismatch or Nonsense."""
        ...

    def rest(self) -> None:
        """Let go of connections that are idle: a server closes them soon, and then the next question would fail."""
        ...


class HttpsTransport:
    """HQ at `base` (`https://host:port`). `hq_time_ms` is HQ's time by which its certificate is judged."""

    def __init__(self, base: str, ca_file: Path, hq_time_ms: Callable[[], int | None]) -> None:
        self._base = base
        self._contexts = pinned_context(ca_file, hq_time_ms), pinned_context(ca_file, lambda: None)
        self._dated, self._undated = (_pool(context) for context in self._contexts)

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, dated: bool, wait_s: float = 0
    ) -> Answer:
        pool = self._dated if dated else self._undated
        until = time.monotonic() + WHOLE_S + wait_s
        try:
            response = pool.request(
                method,
                self._base + target,
                body=body,
                headers={"Accept-Encoding": "identity", **headers},
                timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S + wait_s),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                data = _bounded(response, until)
            finally:
                response.release_conn()
                if not dated:
                    pool.clear()  # asked once in a long while: a line left open costs HQ memory for nothing
        except SSLError as error:
            raise _tls_failure(error) from error
        except (HTTPError, OSError) as error:
            raise Unreachable(f"HQ does not answer: {type(error).__name__}") from error
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, data)

    def rest(self) -> None:
        self._dated.clear()
        self._undated.clear()

    def cut(self) -> None:
        """Break every line; whoever waits on one gets Unreachable."""
        for context in self._contexts:
            context.cut()


def _pool(context: ssl.SSLContext) -> urllib3.PoolManager:
    return urllib3.PoolManager(num_pools=1, maxsize=3, ssl_context=context)


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
            raise Unreachable("HQ's answer took too long")
    return b"".join(parts)


def _tls_failure(error: SSLError) -> Unreachable:
    """A certificate that is not HQ's is one thing, a line that breaks during the handshake another."""
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return TlsMismatch(f"whoever answers is not our HQ: {getattr(cause, 'verify_message', cause)}")
    return Unreachable(f"HQ does not answer: {type(cause).__name__}")
