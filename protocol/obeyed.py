"""What a terminal obeys, handed back to a restored HQ: HQ signed it, so HQ can believe it (sync.md, Leases 10)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocol.control import Version
from protocol.operation import Message, later
from protocol.signing import Signed

MOST = 200
Purpose = Annotated[str, Field(pattern=r"^(deny|configuration|programme)$")]


class Held(Message):
    """A signed document at the terminal, by the purpose of its signature and the version in it."""

    purpose: Purpose
    version: Version


class Obeyed(Message):
    """`held` is what the terminal has; `documents` are those that HQ wants, as HQ signed them."""

    held: tuple[Held, ...] = Field(default=(), strict=False, max_length=MOST)
    documents: tuple[Signed, ...] = later((), strict=False, max_length=MOST)


class Wanted(Message):
    """HQ's answer: what of `held` it has forgotten, the newest first."""

    wanted: tuple[Held, ...] = Field(default=(), strict=False, max_length=MOST)
