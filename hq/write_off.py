"""Writing off a terminal that never comes back, signed by two operators (sync.md, Leases 5 and 12).

What it held goes back to the members, and its rights to refund come to HQ. Until then it all counts as spent. If the
terminal has spent it all the same and reports one day, that is booked too, flagged, and the chain's loss: at most what
`bound` says. The loss is no part of any member's account, so every sum stays zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from hq import operators, schema, terminals
from hq.account_rows import load
from hq.accounts import VALUE, Account
from hq.chunks import chunks
from hq.columns import total
from hq.judgement import Rules
from hq.own_chain import Act, perform
from hq.problems import HqError
from hq.refund_rights import RefundRights, load_rights, save_rights
from hq.shared_rights import load_shared
from hq.terminals import State, Terminal
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset, Posting
from protocol import canonical
from protocol.movements import WriteOffDetail
from protocol.operation import Kind, Operation, OperationError

_LIVING = (State.ACTIVE, State.SUSPENDED)


@dataclass(frozen=True)
class Bound:
    """The most that a lost or cloned disk can cost: what it held, and what could be refunded with it once more."""

    points: int
    value_minor: int
    coupons: int
    limits: int
    sales: int
    refundable_minor: int

    def json(self) -> dict[str, int]:
        return asdict(self)


def bound(connection: Connection, device: str, epoch: int) -> Bound:
    """As HQ knows it now. Raises HqError for a terminal that HQ does not know."""
    who = _known(connection, device, epoch)
    held: Mapping[Asset, int] = _held(connection, who.holder)
    sales, money = _refundable(connection, who)
    return Bound(
        points=held.get(Asset.POINTS, 0),
        value_minor=sum(held.get(asset, 0) for asset in VALUE),
        coupons=held.get(Asset.COUPON, 0),
        limits=held.get(Asset.LIMIT, 0),
        sales=sales,
        refundable_minor=money,
    )


def signed_bytes(device: str, epoch: int) -> bytes:
    """What an operator signs."""
    return b"stillpoint/write-off\0" + canonical.encode([device, epoch])


def write_off(
    connection: Connection, device: str, epoch: int, signatures: Sequence[tuple[str, str]], rules: Rules
) -> Bound:
    """Give back what the terminal held; `signatures` are names and signatures in hex. Raises HqError.

    The terminal is locked and retired first: from then on it is given nothing.
    """
    who = _known(connection, device, epoch)
    if who.state in _LIVING:
        raise HqError(f"{device} epoch {epoch} is {who.state.value}: revoke or replace it before it is written off")
    signers = _signers(connection, device, epoch, signatures)
    before = bound(connection, device, epoch)
    detail = WriteOffDetail(
        device=device, epoch=epoch, operators=tuple(signers), signatures=tuple(s for _, s in signatures)
    ).model_dump(mode="json")
    members = _members(connection, who.holder)
    acts = []
    for some in chunks(members):
        acts += [_act(account, who.holder, detail) for account in load(connection, some).values()]
    shared = _shared_postings(connection, who.holder)
    perform(connection, [*acts, Act(Kind.WRITE_OFF, None, shared, detail=detail)], rules)
    _release(connection, who)
    generation = int(
        connection.scalar(select(schema.setting.c.value).where(schema.setting.c.name == "generation")) or 1
    )
    terminals.change(connection, who, state=State.RETIRED.value, generation_reported=generation)
    return before


def _known(connection: Connection, device: str, epoch: int) -> Terminal:
    table = schema.terminal.c
    found = terminals.find(connection, table.device == device, table.epoch == epoch)
    if not found:
        raise HqError(f"HQ knows no terminal {device} with epoch {epoch}")
    return found[0]


def _signers(connection: Connection, device: str, epoch: int, signatures: Sequence[tuple[str, str]]) -> list[str]:
    """Two different operators. Raises HqError."""
    names = [name for name, _ in signatures]
    if len(set(names)) < 2:
        raise HqError("a write-off needs two different operators: --by NAME --by NAME")
    data = signed_bytes(device, epoch)
    wrong = [name for name, signature in signatures if not operators.verify(connection, name, signature, data)]
    if wrong:
        raise HqError(f"{', '.join(wrong)} has not signed this write-off")
    return names


def _members(connection: Connection, holder: str) -> list[str]:
    table = schema.holding.c
    query = select(table.member).where(table.holder == holder).distinct().order_by(table.member)
    return list(connection.scalars(query))


def _act(account: Account, holder: str, detail: dict[str, object]) -> Act:
    held = [(asset, lot, n) for (who, asset, lot), n in sorted(account.holdings.items()) if who == holder and n]
    return Act(Kind.WRITE_OFF, account.member, _back(held), detail=detail)


def _back(held: Sequence[tuple[Asset, str, int]]) -> tuple[Posting, ...]:
    moves = ((asset, lot, ((Role.LEASE, -n), (Role.POOL, n))) for asset, lot, n in held)
    return tuple(Posting(role, asset, lot, amount) for asset, lot, sides in moves for role, amount in sides)


def _shared_postings(connection: Connection, holder: str) -> tuple[Posting, ...]:
    table = schema.bearer_holding.c
    rows = connection.execute(select(table.asset, table.lot).where(table.holder == holder))
    rights = [(Asset(asset), lot) for asset, lot in rows]
    shared = load_shared(connection, rights)
    return _back([(asset, lot, n) for asset, lot in sorted(rights) if (n := shared.amount(holder, asset, lot))])


def _held(connection: Connection, holder: str) -> dict[Asset, int]:
    found: dict[Asset, int] = defaultdict(int)
    for table in (schema.holding.c, schema.bearer_holding.c):
        query = select(table.asset, total(table.amount)).where(table.holder == holder).group_by(table.asset)
        for asset, amount in connection.execute(query):
            found[Asset(asset)] += amount
    return found


def _release(connection: Connection, who: Terminal) -> None:
    """The right to refund everything that HQ has of it comes to HQ, and so do the rights that were granted to it."""
    table = schema.refund_right.c
    granted = select(table.device, table.epoch, table.seq).where(table.holder == who.holder, table.moved == 1)
    keys = [(device, epoch, seq) for device, epoch, seq in connection.execute(granted)]
    rights: RefundRights = load_rights(connection, keys, (who.device, who.epoch))
    rights.release_through(who.device, who.epoch, who.acked_seq)
    for key in keys:
        rights.move(key, "pool")
    save_rights(connection, rights)


def _refundable(connection: Connection, who: Terminal) -> tuple[int, int]:
    """How many of its own sales could be refunded there, and what was paid for them."""
    table = schema.operation.c
    mine = (table.device == who.device) & (table.epoch == who.epoch) & (table.seq > who.released_through)
    query = select(table.data).where(mine, table.kind == Kind.SALE.value)
    sales, money = 0, 0
    for data in connection.scalars(query):
        try:
            quote = Operation.decode(data).detail.get("quote", {})
        except OperationError:
            continue
        sales += 1
        money += max(0, int(quote.get("net", 0)) if isinstance(quote, dict) else 0)
    return sales, money
