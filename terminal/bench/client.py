"""The bench's own HTTP questions: small, with a time limit."""

from __future__ import annotations

import json
from typing import Any

import urllib3

TIMEOUT = urllib3.Timeout(connect=2.0, read=20.0)


class Client:
    """Asks one address; with `token` as a POS does. Answers are (status, JSON)."""

    def __init__(self, base: str, token: str | None = None) -> None:
        self._base = base.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def get(self, path: str) -> Any:
        """The JSON at `path`, or None when it cannot be had."""
        try:
            response = self._pool.request("GET", self._base + path, headers=self._headers)
            return json.loads(response.data) if response.status == 200 else None
        except (urllib3.exceptions.HTTPError, ValueError):
            return None

    def post(self, path: str, body: object) -> tuple[int, Any]:
        """Raises urllib3.exceptions.HTTPError when nobody answers."""
        response = self._pool.request("POST", self._base + path, json=body, headers=self._headers)
        return response.status, json.loads(response.data or b"null")

    def close(self) -> None:
        self._pool.clear()
