"""An operation: one fact from one terminal, or from HQ. Its canonical bytes are the fact (sync.md, Operations)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from loyalty.ledger import Account, Asset, imbalance
from loyalty.ledger import Posting as CorePosting
from protocol import canonical
from protocol.canonical import Ordered, ordered

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Intent = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


BEARERS = frozenset({Asset.LIMIT, Asset.COUPON, Asset.PRINCIPAL, Asset.BONUS})  # what a guest can move too


class Message(BaseModel):
    """Base of everything that crosses the wire: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def later(usual: Any, **how: Any) -> Any:
    """A field that came after the first of its messages: left out where it has its usual value."""
    return Field(default=usual, exclude_if=lambda value: value == usual, **how)


def _ordered(value: Any, validate: ValidatorFunctionWrapHandler) -> dict[str, Any]:
    return value if isinstance(value, Ordered) else ordered(validate(value))


class OperationError(ValueError):
    """Bytes that are not a well-formed operation; the message says what is wrong."""


class Kind(StrEnum):
    """What a fact is. The first group comes from terminals, the second from HQ's own chain."""

    SALE = "sale"
    REFUND = "refund"
    VOID = "void"
    TOP_UP = "top_up"
    PAY_OUT = "pay_out"
    LEASE_RETURN = "lease_return"  # what a lease holds goes back to HQ's pool (sync.md, Leases 5)
    RELEASE = "release"  # rights to refund leave the terminal (Leases 11)
    EXPIRE = "expire"  # at a terminal the leased part, at HQ the pool's part (Leases 13)

    OPENING = "opening"  # what a member had when HQ was founded
    ACTIVATE = "activate"  # pending points after the return window (D13)
    ADJUST = "adjust"  # an entry by hand at HQ
    WRITE_OFF = "write_off"  # a lease that never comes back, signed by two operators (Leases 5)
    MERGE = "merge"  # all that a member has at HQ goes to another: they are one person (sync.md, Conflicts)


class ClockQuality(StrEnum):
    TRUSTED = "trusted"
    HELD = "held"  # carried on from a trusted time
    UNKNOWN = "unknown"


class LotRecord(Message):
    """A lot that this operation created. `points` is its first amount."""

    id: Identifier
    points: Annotated[int, Field(gt=0, lt=2**63)]
    earned_on: IsoDate
    expires_on: IsoDate | None = None


class OperationKey(Message):
    """Which operation: of a device, in an epoch, the number."""

    device: Identifier
    epoch: Annotated[int, Field(ge=1, lt=2**31)]
    seq: Annotated[int, Field(ge=1, lt=2**63)]

    @property
    def name(self) -> str:
        """As people and other messages name it: `s01-1.1.42`."""
        return f"{self.device}.{self.epoch}.{self.seq}"


class PostingRecord(Message):
    account: Account = Field(strict=False)
    asset: Asset = Field(strict=False)
    lot: Identifier
    amount: Int64


class Operation(Message):
    """`key` is (device, epoch, seq). `detail` holds the inputs and result of the act (a sale: basket, quote, tenders).

    Cannot exist unless its postings sum to zero for each asset. Without a member it moves only what a bearer has:
    counted limits, coupons and the value of gift cards.
    """

    v: Literal[1] = 1
    device: Identifier
    epoch: Annotated[int, Field(ge=1, lt=2**31)]
    seq: Annotated[int, Field(ge=1, lt=2**63)]
    kind: Kind = Field(strict=False)
    intent: Intent
    at_ms: Int64
    clock: ClockQuality = Field(strict=False)
    zone: str = Field(max_length=64)
    business_date: IsoDate
    store: Identifier
    member: Identifier | None
    lots: tuple[LotRecord, ...] = Field(default=(), strict=False)
    postings: tuple[PostingRecord, ...] = Field(default=(), strict=False)
    detail: Annotated[dict[str, Any], WrapValidator(_ordered)]

    @model_validator(mode="after")
    def _balanced(self) -> Operation:
        wrong = imbalance(CorePosting(p.account, p.asset, p.lot, p.amount) for p in self.postings)
        if wrong:
            raise ValueError(f"postings do not sum to zero: {wrong}")
        if self.member is None and any(posting.asset not in BEARERS for posting in self.postings):
            raise ValueError("postings of a member's own assets need a member")
        return self

    def encode(self) -> bytes:
        """The bytes that are stored, hashed and sent. Raises CanonicalError if they would not be canonical."""
        if not isinstance(self.detail, Ordered):
            return canonical.encode({**self.model_dump(mode="json", exclude={"detail"}), "detail": self.detail})
        fields = _in_order(self)
        fields["lots"] = [_in_order(lot) for lot in self.lots]
        fields["postings"] = [_in_order(posting) for posting in self.postings]
        return canonical.encode_ordered(fields)

    @classmethod
    def decode(cls, data: bytes) -> Operation:
        """Read an operation from its bytes. Raises OperationError."""
        try:
            fields = canonical.decode(data)
            if isinstance(fields, dict) and type(fields.get("detail")) is dict:
                fields["detail"] = Ordered(fields["detail"])  # as canonical bytes have it
            return cls.model_validate(fields)
        except (canonical.CanonicalError, ValidationError) as error:
            raise OperationError(str(error)) from error


_FIELDS: dict[type[Message], tuple[str, ...]] = {
    model: tuple(sorted(model.model_fields)) for model in (Operation, LotRecord, PostingRecord)
}


def _in_order(message: Message) -> dict[str, Any]:
    """The fields of a message in the order of canonical JSON."""
    values = message.__dict__
    return {name: values[name] for name in _FIELDS[type(message)]}
