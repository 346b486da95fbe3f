"""HQ's listeners: lines send what there is to send at once."""

from __future__ import annotations

import socket

from hq.server import listen


def test_a_line_does_not_hold_an_answer_back() -> None:
    """With Nagle's algorithm the body of an answer waits until its head is acknowledged, which takes 40 ms."""
    with listen("127.0.0.1:0") as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
