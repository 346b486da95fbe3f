"""A line that is cut at the worst moment is a line that is down: no other error, and nothing stays open."""

from __future__ import annotations

import gc
import socket
import ssl
import warnings
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from terminal.sync.pinned import PinnedContext, pinned_context
from tests.terminal.sync.https import NOW_MS, Say, Served, serve


class CutAtOnce(weakref.WeakSet[ssl.SSLSocket]):
    """As if another thread had cut the line right after its handshake."""

    def add(self, item: ssl.SSLSocket) -> None:
        super().add(item)
        socket.socket.shutdown(item, socket.SHUT_RDWR)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path / "hq", lambda _: Say(b"{}")) as served, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        yield served


def wrap(context: PinnedContext, served: Served) -> ssl.SSLSocket:
    place = urlsplit(served.identity().hq)
    plain = socket.create_connection((place.hostname or "", place.port or 0), timeout=5)
    return context.wrap_socket(plain, server_hostname=place.hostname)


def down(line: ssl.SSLSocket) -> bool:
    """Whether who reads meets the line's end or its error, as OpenSSL likes; a line that is up is silent."""
    line.settimeout(0.05)
    try:
        return line.read(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_who_reads_from_a_line_that_is_cut_reads_its_end(served: Served) -> None:
    context = pinned_context(served.ca_file, lambda: NOW_MS)
    with closing(wrap(context, served)) as line:
        assert not down(line)
        context.cut()
        assert down(line)
        with pytest.raises(OSError, match=r"EOF|pipe|reset"):
            line.sendall(b"GET")
        context.cut()
    context.cut()
    del line
    gc.collect()
    assert list(context.wrapped) == []


def test_a_line_whose_tls_is_taken_away_is_no_line_that_is_down(served: Served) -> None:
    """The control: what the standard library's own way does to who reads."""
    with closing(wrap(pinned_context(served.ca_file, lambda: NOW_MS), served)) as line:
        line.shutdown(socket.SHUT_RDWR)
        with pytest.raises(ValueError, match="unwrapped"):
            line.read(1)


@pytest.mark.parametrize("cut", [True, False])
def test_a_cut_right_after_the_handshake_is_found_by_the_first_who_reads(served: Served, cut: bool) -> None:
    context = pinned_context(served.ca_file, lambda: NOW_MS)
    if cut:
        context.wrapped = CutAtOnce()
    with closing(wrap(context, served)) as line:
        assert down(line) == cut
