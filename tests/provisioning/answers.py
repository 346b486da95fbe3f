"""A TLS server that holds HQ's certificate and answers what it is told: the network's, or an attacker's, part."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Respond = Callable[[bytes], bytes]


def http(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@contextmanager
def answering(certificates: Path, respond: Respond) -> Iterator[str]:
    """Serve `respond(request)` with the certificate in HQ's folder `certificates`; yields the address.

    An empty answer closes the connection without a word.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context, respond))
        thread.start()
        address = listener.getsockname()
        try:
            yield f"https://127.0.0.1:{address[1]}"
        finally:
            with suppress(OSError), socket.create_connection(address) as last:
                last.sendall(b"stop")
            thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext, respond: Respond) -> None:
    while True:
        connection, _ = listener.accept()
        connection.settimeout(10)
        with connection:
            if connection.recv(4, socket.MSG_PEEK) == b"stop":
                return
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                answer = respond(_request(secure))
                if answer:
                    secure.sendall(answer)


def _request(secure: ssl.SSLSocket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = secure.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += secure.recv(65536)
    return head + b"\r\n\r\n" + body
