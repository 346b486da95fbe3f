"""How a request names a member."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from protocol.operation import later
from terminal.counter.by_pos import Named
from terminal.web.till_api import INTENT, Body

Uid = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){4,10}$")]
Number = Annotated[str, Field(pattern=r"^[0-9]{18}$")]
_EITHER = ConfigDict(json_schema_extra={"oneOf": [{"required": ["uid"]}, {"required": ["number"]}]})


WITHOUT_PROOF = {"card": {"pin_proof"}}  # what is asked for is the same whatever proof came with it


class Shown(Body):
    """A card as the POS's reader saw it: a UID proves possession of bytes that can be copied, no more (P1). Or the
    number that is printed on it, which proves nothing (P0)."""

    model_config = _EITHER

    uid: Uid | None = later(None, repr=False)
    number: Number | None = later(None, repr=False)

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.uid is None) == (self.number is None):
            raise ValueError("give either uid or number")
        return self

    def named(self) -> Named:
        return Named(self.uid, self.number)


class Card(Shown):
    """With `pin_proof`, the answer of `POST /pin`, the member has also given the PIN. A number needs it."""

    pin_proof: Annotated[str, Field(pattern=INTENT)] | None = later(None, repr=False)

    def named(self) -> Named:
        return Named(self.uid, self.number, self.pin_proof)
