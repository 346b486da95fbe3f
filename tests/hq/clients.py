"""A client of a served HQ: urllib3 over TLS with HQ's own authority pinned, as the sync agent does it."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from typing import Any

import urllib3

from hq.headquarters import Headquarters
from tests.hq.devices import Device, join
from tests.hq.served import ServedHq


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


class Client:
    """One device, or nobody; use it in a `with` block."""

    def __init__(self, served: ServedHq, device: Device | None = None) -> None:
        self._url = served.url
        self._headers = headers_of(device) if device else {}
        self._pool = urllib3.PoolManager(ssl_context=ssl.create_default_context(cadata=served.ca_pem))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """`body`: bytes as they are, anything else as JSON."""
        return self.ask("POST", path, body, **headers)

    def ask(self, method: str, path: str, body: object, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._pool.request(method, self._url + path, body=data, headers=self._headers | named, retries=False)
        return Answer(answer.status, json.loads(answer.data) if answer.data[:1] in (b"{", b"[") else answer.data)


def headers_of(device: Device) -> dict[str, str]:
    return {"Authorization": f"Bearer {device.identity.token}", "Stillpoint-Device": device.name}


def joined(headquarters: Headquarters) -> Device:
    return join(headquarters, "s01", "1")
