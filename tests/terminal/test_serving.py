"""The socket of the terminal's web."""

from __future__ import annotations

import socket

import pytest

from terminal.errors import ConfigError
from terminal.serving import bound_to


def test_its_lines_send_at_once() -> None:
    with bound_to("127.0.0.1:0") as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()):
            line, _ = listener.accept()
            with line:
                assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_an_address_that_is_taken_is_named_with_the_way_out() -> None:
    with bound_to("127.0.0.1:0") as listener:
        port = listener.getsockname()[1]
        listener.listen()
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}.*choose a free port"):
            bound_to(f"127.0.0.1:{port}")
