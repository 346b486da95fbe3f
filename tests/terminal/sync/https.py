"""A small HTTPS server that answers as it is told, for what a real HQ never says."""

from __future__ import annotations

import itertools
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hq.certificates import CA, SERVER, SERVER_KEY, make_certificates
from terminal.identity import Identity
from terminal.sync.hq_client import HqClient
from terminal.sync.hq_clock import HqClock
from terminal.sync.transport import HttpsTransport

NOW_MS = 1_795_147_200_000
_NONCES = itertools.count(1)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Say:
    """An answer; `cut` closes the line after so many bytes of the body."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


Answer = Callable[[Asked], Say]


@dataclass
class Served:
    """`answer` may be replaced at any time; `asked` is everything that was asked."""

    host: str
    port: int
    ca_file: Path
    answer: Answer
    asked: list[Asked] = field(default_factory=list)

    def identity(self, **more: str) -> Identity:
        fields = {"device": "d-1", "epoch": 1, "store": "s01", "lane": "1", "hq": f"https://{self.host}:{self.port}"}
        keys = {"trust_key": "11" * 32, "lookup_key": "22" * 32, "private_key": "44" * 32}
        return Identity.model_validate({**fields, **keys, **more})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, self.path, dict(self.headers.items()), body)
        self.served.asked.append(asked)
        say = self.served.answer(asked)
        self.send_response(say.status)
        for name, value in say.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(say.body)))
        self.end_headers()
        self.wfile.write(say.body[: say.cut])
        self.close_connection = say.cut is not None

    do_GET = do_POST = _take

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    context: ssl.SSLContext

    def get_request(self) -> tuple[ssl.SSLSocket, Any]:
        connection, address = super().get_request()
        connection.settimeout(10)
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def serve(folder: Path, answer: Answer, certificates_ms: int = NOW_MS, host: str = "127.0.0.1") -> Iterator[Served]:
    """Serve with a fresh authority whose certificates are dated around `certificates_ms`."""
    folder.mkdir(exist_ok=True)
    make_certificates(folder, (), certificates_ms)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / SERVER, folder / SERVER_KEY)
    handler = type("Handler", (_Handler,), {})
    server = _Server((host, 0), handler)
    server.context = context
    served = Served(host, server.server_address[1], folder / CA, answer)
    handler.served = served
    thread = threading.Thread(target=server.serve_forever, name="https", kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def https_client(
    identity: Identity, ca_file: Path, now_ms: Callable[[], int | None], clock: HqClock | None = None
) -> HqClient:
    """The client that the agent uses. `now_ms` judges certificates; without a `clock` it signs at NOW_MS."""
    if clock is None:
        clock = HqClock(lambda: 0)
        clock.answered(NOW_MS, 0)
    return HqClient(identity, HttpsTransport(identity.hq, ca_file, now_ms), clock, lambda: f"{next(_NONCES):032x}")
