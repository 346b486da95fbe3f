"""Entries: what is written down about a member at a counter, and holds once HQ has taken it.

A card sale gives a member a card, a card return takes one away, a member change puts a phone number or a PIN in place
of the one before. HQ alone can do that, so an entry is asked of it while the member waits, and never kept for later.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from loyalty.assurance import Action
from protocol.card_keys import Uid
from protocol.operation import Identifier, Intent, Message

PhoneNumber = Annotated[str, Field(pattern=r"^\+?[0-9]{6,15}$")]
Pin = Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]
StaffName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,64}$")]


class EntryKind(StrEnum):
    """What is changed, and so which of `card`, `phone` and `pin` an entry has."""

    CARD_SALE = "card_sale"
    CARD_RETURN = "card_return"
    PHONE_CHANGE = "phone_change"
    PIN_CHANGE = "pin_change"


ACTIONS = {  # what each is in the table of proofs
    EntryKind.CARD_SALE: Action.REPLACE_CARD,
    EntryKind.CARD_RETURN: Action.REPLACE_CARD,
    EntryKind.PHONE_CHANGE: Action.CHANGE_PHONE,
    EntryKind.PIN_CHANGE: Action.CHANGE_PIN,
}
_NEEDS = {
    EntryKind.CARD_SALE: {"card"},
    EntryKind.CARD_RETURN: {"card"},
    EntryKind.PHONE_CHANGE: {"phone"},
    EntryKind.PIN_CHANGE: {"pin"},
}


class Entry(Message):
    """`intent` is 128 random bits in hex, made once for this entry: the same again changes nothing more.

    `level` and `pin_given` are what the member proved at the terminal, `staff` who approved it there, None for nobody.
    With `others_lost`, of a card sale alone, every other card and printed number of the member is blocked. `old_pin` is
    of a PIN change alone, the PIN until now: HQ looks at it itself and takes no terminal's word for it.
    """

    intent: Intent
    kind: EntryKind = Field(strict=False)
    member: Identifier
    level: Annotated[str, Field(pattern=r"^P[0-4]$")]
    pin_given: bool
    staff: StaffName | None = None
    card: Uid | None = Field(default=None, repr=False)
    others_lost: bool = False
    phone: PhoneNumber | None = Field(default=None, repr=False)
    pin: Pin | None = Field(default=None, repr=False)
    old_pin: Pin | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        given = {name for name in ("card", "phone", "pin") if getattr(self, name) is not None}
        lost = self.others_lost and self.kind is not EntryKind.CARD_SALE
        old = self.old_pin is not None and self.kind is not EntryKind.PIN_CHANGE
        if given != _NEEDS[self.kind] or lost or old:
            raise ValueError(f"an entry of the kind {self.kind.value} has other fields")
        return self


class EntryVerdict(StrEnum):
    """What became of it. Only DONE has changed anything; it is on HQ's disk when HQ answers."""

    DONE = "done"  # now, or when the same entry came before
    CONFLICT = "conflict"  # the intent was another entry's
    MEMBER_UNKNOWN = "member_unknown"  # no active member
    PROOF_MISSING = "proof_missing"  # HQ's table of proofs asks for more
    CARD_TAKEN = "card_taken"  # it is another member's
    CARD_THEIRS = "card_theirs"  # it is this member's already
    CARD_BLOCKED = "card_blocked"  # lost, stolen, replaced, or on the deny list
    CARD_ENDED = "card_ended"  # the register counts it as begun, issued, spoiled or retired: a bench has it
    CARD_UNFIT = "card_unfit"  # its number is another at every tap
    CARD_NOT_THEIRS = "card_not_theirs"  # nothing of this member's to be taken away
    PHONE_TAKEN = "phone_taken"  # it is another member's
    PIN_UNFIT = "pin_unfit"  # `fault` says why, one of `cards.pin.PinFault`
    PIN_WRONG = "pin_wrong"  # the one until now is another
    PIN_WAIT = "pin_wait"  # after too many wrong ones it was not looked at
    NOT_TAKEN = "not_taken"  # no entry of this terminal is: it is suspended, or HQ is older than entries
    PIN_NOT_HERE = "pin_not_here"  # HQ gives no PINs


class EntryAnswer(Message):
    """`cards` is how many cards and printed numbers lead to the member now, left out unless it is DONE."""

    verdict: EntryVerdict = Field(strict=False)
    cards: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    fault: Identifier | None = None
