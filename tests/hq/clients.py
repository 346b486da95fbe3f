"""A client of a served HQ: urllib3 over TLS with HQ's own authority pinned, as the sync agent does it."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from random import Random
from typing import Any

import urllib3

from hq.headquarters import Headquarters
from protocol.request_signature import SignedBy, key_name, sign_request
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
        self._served, self._device = served, device
        self._random = Random(9)
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
        signature = self.signature(method, path, data) if self._device else {}
        answer = self._pool.request(
            method, self._served.url + path, body=data, headers=signature | named, retries=False
        )
        return Answer(answer.status, json.loads(answer.data) if answer.data[:1] in (b"{", b"[") else answer.data)

    def signature(self, method: str, path: str, data: bytes | None) -> dict[str, str]:
        """The headers of a request that the device signs now."""
        assert self._device is not None
        hq = self._served.headquarters
        return signed(hq, self._device, method, path, data, nonce=self._random.randbytes(16).hex())


def signed(
    hq: Headquarters, device: Device, method: str, path: str, data: bytes | None, *, nonce: str, late_s: int = 0
) -> dict[str, str]:
    """The headers of a request that `device` signed `late_s` seconds ago by HQ's clock."""
    by = SignedBy(key_name(device.name, device.identity.epoch), hq.clock() // 1000 - late_s, nonce)
    return sign_request(device.key, by, hq.keys.trust_key, method, path, data)


def joined(headquarters: Headquarters) -> Device:
    return join(headquarters, "s01", "1")
