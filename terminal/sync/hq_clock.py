"""HQ's time, fetched first and carried on by monotonic time (sync.md, Identity and trust)."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from protocol.canonical import CanonicalError
from protocol.contact import TIME, SignedTime
from protocol.signing import SignatureError, Signed
from terminal.sync.failures import Nonsense


class HqClock:
    """HQ's time, carried on by the machine's monotonic time from the last signed answer. `monotonic` is in ms."""

    def __init__(self, monotonic: Callable[[], int]) -> None:
        self._monotonic = monotonic
        self._ahead_ms: int | None = None

    def now_ms(self) -> int | None:
        """HQ's time now, None before it was asked the first time."""
        return None if self._ahead_ms is None else self._monotonic() + self._ahead_ms

    def asked(self) -> int:
        return self._monotonic()

    def answered(self, utc_ms: int, asked_ms: int) -> None:
        """HQ said `utc_ms` half-way between the question and now."""
        self._ahead_ms = utc_ms - (asked_ms + self._monotonic()) // 2


def read_time(signed: Signed, nonce: str, trust_key: str) -> int:
    """HQ's time (UTC ms). Raises Nonsense unless HQ signed it for this very question."""
    try:
        said = SignedTime.model_validate(signed.open(TIME, trust_key))
    except (SignatureError, CanonicalError, ValidationError) as error:
        raise Nonsense("HQ's time is not signed by HQ") from error
    if said.nonce != nonce:
        raise Nonsense("HQ's time answers another question: somebody plays back an old answer")
    return said.utc_ms
