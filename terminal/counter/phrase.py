"""A sentence as data: a code and its values. The page, the receipt and an API answer say it in their own language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Phrase:
    """`code` is a key of the catalogues; a param ending in `_minor` is money, in `_ms` a UTC time."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        return {"code": self.code, "params": self.params}


class Refusal(Exception):
    """An action that cannot be done, with the sentence that says why; nothing was changed."""

    def __init__(self, code: str, status: int = 409, /, **params: Any) -> None:
        super().__init__(code)
        self.phrase = Phrase(code, params)
        self.status = status
