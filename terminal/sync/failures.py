"""What can go wrong on the way to HQ. `code` names the sentence on the screen; None: plain offline."""

from __future__ import annotations

from typing import Any

from terminal.errors import SyncError


class Unreachable(SyncError):
    """No answer from HQ: the line, or HQ, is down."""

    code: str | None = None


class TlsMismatch(Unreachable):
    """Somebody answered who cannot show a certificate of our HQ."""

    code = "tls_mismatch"


class Nonsense(Unreachable):
    """An answer that HQ would not give: not in our shape, too large, or with a wrong signature."""

    code = "hq_wrong"


class LinkDown(SyncError):
    """The terminal service is not there, or did not answer: nothing can be handed over to it now."""


class Refused(SyncError):
    """HQ said no, in the shape of `protocol.problem`. `retry_after_s` is what it asked us to wait."""

    def __init__(self, status: int, code: str, message: str, params: dict[str, Any], retry_after_s: int | None) -> None:
        super().__init__(f"HQ refused ({status} {code}): {message}")
        self.status, self.code, self.params, self.retry_after_s = status, code, params, retry_after_s


class Quarantined(SyncError):
    """HQ found that this terminal's history has forked: nothing more is sent until a person has looked."""


def is_of_one_answer(error: Nonsense | Refused) -> bool:
    """Whether HQ may well answer the next question: it is neither too busy nor doubts who asks."""
    return isinstance(error, Nonsense) or (error.status not in (401, 429, 503) and error.retry_after_s is None)


def sentence_code(error: Exception) -> str | None:
    """The sentence that the screen shows for a round that failed; None: plain offline, all scans are saved."""
    if isinstance(error, Refused):
        if error.status == 429 or error.status >= 500:
            return None
        return "not_authenticated" if error.status == 401 else "hq_refused"
    return error.code if isinstance(error, Unreachable) else None
