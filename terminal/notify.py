"""Words to the service manager (sd_notify). Without NOTIFY_SOCKET nobody listens, and nothing is said."""

from __future__ import annotations

import os
import socket


def notify(state: str, address: str | None = None) -> bool:
    """Send `state`, such as "READY=1", to `address` or to NOTIFY_SOCKET. Returns whether it was sent; never raises."""
    target = address or os.environ.get("NOTIFY_SOCKET", "")
    if not target:
        return False
    if target.startswith("@"):
        target = "\0" + target[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.connect(target)
            sender.send(state.encode())
    except OSError:
        return False
    return True
