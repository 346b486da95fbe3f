"""What a terminal obeys beside the programme: the deny list and its configuration; versions never go back."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from cards.weight_pattern import CHARACTERS, check_pattern
from protocol.assurance import AssuranceTable
from protocol.enrolment import Hex32
from protocol.operation import Identifier, Message, later
from protocol.pins import PinRules

DENY = "deny"  # purposes of signed documents
CONFIGURATION = "configuration"
CURRENT = "current"  # the key of both in the feed
GENERATION_STEP = 1000  # an HQ restored from a backup goes on above every version it may have given (Leases 10)
Version = Annotated[int, Field(ge=1, lt=2**53)]


class DenyList(Message):
    """Signed by HQ with purpose `deny`: refused at once, whatever else is known of them.

    `cards` are keys of cards (`card_key`), `members` their ids, `devices` are `device:epoch`.
    """

    version: Version
    cards: tuple[Identifier, ...] = Field(default=(), strict=False)
    members: tuple[Identifier, ...] = Field(default=(), strict=False)
    devices: tuple[Identifier, ...] = Field(default=(), strict=False)


class CodeIssuer(Message):
    """The public half (Ed25519) of the key that signs member codes and card certificates as number `kid`."""

    kid: Annotated[int, Field(ge=0, le=255)]
    public_key: Hex32


class CodeIssuers(Message):
    """Whose member codes and card certificates are good here; `tenant` is what stands for the chain in them."""

    tenant: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    keys: tuple[CodeIssuer, ...] = Field(strict=False, max_length=255)


class WeightCodeRule(Message):
    """A pattern of the codes that scales print (`cards.weight_pattern`). `step` is what 1 of its digits is: so many
    grams, or so many minor units."""

    pattern: Annotated[str, Field(min_length=CHARACTERS, max_length=CHARACTERS), AfterValidator(check_pattern)]
    step: Annotated[int, Field(ge=1, le=10_000)] = later(1)


class ShopCodes(Message):
    """What the chain prints itself: codes of its scales, and how its member numbers (GSRN) begin."""

    weight_codes: tuple[WeightCodeRule, ...] = later((), strict=False, max_length=50)
    member_prefixes: tuple[Annotated[str, Field(pattern=r"^[0-9]{4,16}$")], ...] = later(
        (), strict=False, max_length=50
    )


class Configuration(Message):
    """Signed by HQ with purpose `configuration`; what is None stays as the terminal's own file says.

    `interval_s` lies between two rounds of the sync agent. Without `issuers` no member code is taken. `assurance` says
    which proof each action needs; None is `loyalty.assurance.USUAL`. `codes` are the chain's own; None is none.
    Without `pins` no member has a PIN.
    """

    version: Version
    interval_s: Annotated[int, Field(ge=5, le=24 * 3600)] | None = later(None)
    issuers: CodeIssuers | None = later(None)
    assurance: AssuranceTable | None = later(None)
    codes: ShopCodes | None = later(None)
    pins: PinRules | None = later(None)


def next_version(newest: int | None, generation: int) -> int:
    """The version after `newest` (None: there was none) at an HQ of this generation."""
    return max(newest or 0, (generation - 1) * GENERATION_STEP) + 1
