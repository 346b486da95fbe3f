"""Links of cards (SUN) and member codes at a till that asks HQ about them, and counters that were seen without it.

No UID is kept of what is told here: HQ makes the card's directory key of it, and a report names that key alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from protocol.operation import Int64, Message

MOST_SEEN = 50  # in one report: it has at most 8 KiB
CardKeyHex = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Counter = Annotated[int, Field(ge=0, lt=2**24)]
TimeMs = Annotated[int, Field(ge=0, lt=2**53)]


class LinkAsk(Message):
    """What a link says that was shown at the asking terminal: UID, counter and code, as the card wrote them."""

    uid: Annotated[str, Field(pattern=r"^[0-9A-F]{14}$", repr=False)]
    counter: Counter
    code: Annotated[str, Field(pattern=r"^[0-9A-F]{16}$", repr=False)]


class LinkVerdict(StrEnum):
    """What HQ found. Only after FRESH is the counter taken: it is on HQ's disk when HQ answers."""

    FRESH = "fresh"
    REPEATED = "repeated"  # this link came before
    BACKWARDS = "backwards"  # a later one came before
    BAD_CODE = "bad_code"  # the card's key did not make it
    UNKNOWN = "unknown"  # no card of which HQ could judge a link


class LinkAnswer(Message):
    """`card` is the card's key in the directory, `member` whose it is; both are left out of UNKNOWN and BAD_CODE."""

    verdict: LinkVerdict = Field(strict=False)
    card: CardKeyHex | None = None
    member: str | None = None


class CodeAsk(Message):
    """A member code (`M1:`) that was shown at the asking terminal."""

    code: Annotated[str, Field(pattern=r"^M1:[0-9A-Z $%*+./:-]{1,253}$", repr=False)]


class CodeVerdict(StrEnum):
    """What became of it. After TAKEN it is good nowhere else."""

    TAKEN = "taken"
    AGAIN = "again"  # it was taken before, here or elsewhere
    REFUSED = "refused"  # not good now, as HQ's clock and keys say; `fault` is why
    UNKNOWN = "unknown"  # it leads to no member any more


class CodeAnswer(Message):
    """`fault` is one of `cards.member_code.CodeFault`."""

    verdict: CodeVerdict = Field(strict=False)
    member: str | None = None
    fault: str | None = None


class LinkSeen(Message):
    """A link that was good, judged at the terminal itself. `until_ms` is null where its clock could not say."""

    card: CardKeyHex
    counter: Counter
    from_ms: TimeMs
    until_ms: TimeMs | None


class LinksSeen(Message):
    """What a terminal saw without HQ. The same report again changes nothing."""

    seen: tuple[LinkSeen, ...] = Field(strict=False, min_length=1, max_length=MOST_SEEN)


class AppCodeAsk(Message):
    """The app's server asks for a code of a member."""

    member: Annotated[str, Field(min_length=1, max_length=64)]


class AppCode(Message):
    """A code to be shown as a QR code, and the last moment at which a till with a right clock takes it."""

    code: str = Field(repr=False)
    good_until_ms: Int64
