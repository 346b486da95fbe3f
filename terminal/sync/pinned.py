"""TLS that believes one authority only, and judges a certificate's dates by HQ's clock instead of this machine's.

A terminal whose clock is a year wrong must still reach HQ (sync.md, Identity and trust). OpenSSL compares dates with
the machine's clock, so that check is off (X509_V_FLAG_NO_CHECK_TIME) and done here with the time that HQ signed.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from terminal.errors import ConfigError

NO_CHECK_TIME = 0x200000
log = logging.getLogger(__name__)


class PinnedContext(ssl.SSLContext):
    """`hq_time_ms` gives HQ's time (UTC ms); None there means that the dates are not to be judged."""

    hq_time_ms: Callable[[], int | None]
    wrapped: weakref.WeakSet[ssl.SSLSocket]
    wrapping: threading.Lock

    def cut(self) -> None:
        """Break every line that is open: whoever reads from one reads its end."""
        with self.wrapping:
            lines = list(self.wrapped)
        for line in lines:
            try:
                # Below TLS: `SSLSocket.shutdown` takes TLS away from under whoever reads, who then gets a ValueError.
                socket.socket.shutdown(line, socket.SHUT_RDWR)
            except OSError as error:
                log.debug("a line was cut already: %s", error)

    def wrap_socket(self, sock: socket.socket, *args: Any, **more: Any) -> ssl.SSLSocket:
        """As always; raises SSLCertVerificationError too if HQ's certificate is out of its dates."""
        wrapped = super().wrap_socket(sock, *args, **more)
        with self.wrapping:
            self.wrapped.add(wrapped)
        try:
            _check_dates(wrapped.getpeercert(), self.hq_time_ms())
        except BaseException:
            wrapped.close()
            raise
        return wrapped


def pinned_context(ca_file: Path, hq_time_ms: Callable[[], int | None]) -> PinnedContext:
    """A client's context that trusts only the authority in `ca_file`. Raises ConfigError if that cannot be read."""
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hq_time_ms = hq_time_ms
    context.wrapped, context.wrapping = weakref.WeakSet(), threading.Lock()
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError((f"{ca_file} cannot be used as HQ's authority: enrol this terminal again",)) from error
    context.verify_flags |= NO_CHECK_TIME
    return context


def _check_dates(certificate: Any, now_ms: int | None) -> None:
    if now_ms is None:
        return
    first, last = (ssl.cert_time_to_seconds(certificate[name]) for name in ("notBefore", "notAfter"))
    if not first <= now_ms // 1000 <= last:
        raise ssl.SSLCertVerificationError(
            f"HQ's certificate is good from {certificate['notBefore']} to {certificate['notAfter']}, not now"
        )
