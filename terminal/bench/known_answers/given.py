"""The inputs of an entry, taken by name and as what they should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cards.aes import AesKey


class NotTellable(Exception):
    """An entry asks for what nothing here computes from its inputs; the text says what is missing."""


class Given:
    """Inputs by name. What is not there, or is something else, is NotTellable."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._inputs = inputs

    def __contains__(self, name: str) -> bool:
        return name in self._inputs

    def octets(self, name: str, default: bytes | None = None) -> bytes:
        """Bytes written in hex."""
        if default is not None and name not in self:
            return default
        try:
            return bytes.fromhex(self.text(name))
        except ValueError:
            raise NotTellable(f"input {name} is not hex") from None

    def key(self, name: str) -> AesKey:
        """An AES key written in hex. ValueError for another length than 16 bytes."""
        return AesKey(self.octets(name))

    def text(self, name: str) -> str:
        """A text as it stands."""
        value: str = self._of(name, str)
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        if default is not None and name not in self:
            return default
        value: int = self._of(name, int)
        return value

    def byte(self, name: str) -> int:
        """One byte: a number, or two hex digits."""
        if isinstance(self._inputs.get(name), int):
            return self.number(name)
        value = self.octets(name)
        if len(value) != 1:
            raise NotTellable(f"input {name} is not one byte")
        return value[0]

    def rows(self, name: str) -> list[Given]:
        """A list of inputs of their own."""
        rows = self._of(name, list)
        if not all(isinstance(row, dict) for row in rows):
            raise NotTellable(f"input {name} is not a list of objects")
        return [Given(row) for row in rows]

    def _of(self, name: str, kind: type[Any]) -> Any:
        value = self._inputs.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise NotTellable(f"there is no input {name} that is {kind.__name__}")
        return value
