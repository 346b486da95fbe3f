"""The till as the sync agent sees it; `terminal.sync.link.Link` is the one that speaks over the socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from protocol.feed import Bucket
from protocol.lease import GrantPage


class Till(Protocol):
    """Takes what HQ said; each act is durable when it returns. Every method raises LinkDown when the till is away."""

    def acknowledge(self, seq: int, digest: str) -> None:
        """HQ holds everything up to `seq`. Raises ChainDiverged if the ledger's own hash is another."""
        ...

    def apply_grants(self, page: GrantPage) -> int:
        """How many of the grants were new."""
        ...

    def met(self, utc_ms: int, spend_until_ms: int) -> None: ...

    def changed(self, bucket: Bucket) -> None: ...

    def state(self, online: bool, code: str | None) -> None: ...

    def describe(self) -> Mapping[str, Any]:
        """What HQ shall be told of the terminal: `clock`, `devices`."""
        ...
