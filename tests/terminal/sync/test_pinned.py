"""A line that is cut at the worst moment is a line that is down: no other error, and nothing stays open."""

from __future__ import annotations

import gc
import socket
import ssl
import warnings
import weakref
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from terminal.sync.pinned import PinnedContext, pinned_context
from tests.terminal.sync.https import NOW_MS, Say, serve


class CutAtOnce(weakref.WeakSet[ssl.SSLSocket]):
    """As if another thread had cut the line right after its handshake."""

    def add(self, item: ssl.SSLSocket) -> None:
        super().add(item)
        item.shutdown(socket.SHUT_RDWR)


def wrap(context: PinnedContext, base: str) -> ssl.SSLSocket:
    place = urlsplit(base)
    plain = socket.create_connection((place.hostname or "", place.port or 0), timeout=5)
    return context.wrap_socket(plain, server_hostname=place.hostname)


@pytest.mark.parametrize("cut", [True, False])
def test_a_cut_after_the_handshake_is_a_line_that_is_down(tmp_path: Path, cut: bool) -> None:
    with serve(tmp_path / "hq", lambda _: Say(b"{}")) as served, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        context = pinned_context(served.ca_file, lambda: NOW_MS)
        if not cut:
            wrap(context, served.identity().hq).close()
            return
        context.wrapped = CutAtOnce()
        with pytest.raises(ConnectionAbortedError, match="cut"):
            wrap(context, served.identity().hq)
        gc.collect()
        assert list(context.wrapped) == []
