"""The `detail` of operations that move leases and rights, and move no goods (sync.md, Leases 5, 11 and 13)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocol.operation import Identifier, IsoDate, Message, OperationKey, later

Number = Annotated[int, Field(ge=1, lt=2**63)]


class LeaseReturnDetail(Message):
    """The postings say what goes back: out of the lease, into the pool. `recall` is the grant number that asked."""

    recall: Number | None = later(None)


class ReleaseDetail(Message):
    """Rights to refund that leave this terminal: of every own sale up to number `through`, and of these `sales`.

    A sale made elsewhere, whose right was granted here, is named in `sales`. `recall` is as in a return.
    """

    through: Number | None = later(None)
    sales: tuple[OperationKey, ...] = later((), strict=False)
    recall: Number | None = later(None)


class ExpireDetail(Message):
    """Lots whose last good day was before `day` (ISO, the programme's zone) end: the part that lies here (D18)."""

    day: IsoDate


class WriteOffDetail(Message):
    """What a lost terminal held counts as gone. Two operators signed it, each with a name and a signature in hex."""

    device: Identifier
    epoch: Number
    operators: tuple[Identifier, ...] = Field(strict=False)
    signatures: tuple[str, ...] = Field(strict=False)


class MergeDetail(Message):
    """The operation's member is `stays` now. The postings say what left that account; all of it is the other's.

    `operator` signed the two ids and `why`, the signature in hex.
    """

    stays: Identifier
    why: Annotated[str, Field(min_length=1, max_length=400)]
    operator: Identifier
    signature: str
