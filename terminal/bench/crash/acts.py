"""What a terminal does all day: sales and the notes around them."""

from __future__ import annotations

from loyalty.ledger import Account, Asset
from protocol.lease import GrantLot
from protocol.operation import Kind, LotRecord
from terminal.bench.crash.made import DIGEST, LATER, MEMBERS, SPEND_UNTIL_MS, TODAY, Till, moved
from terminal.errors import LeaseShort


def first_contact(till: Till) -> None:
    till.ledger.note_spend_until(SPEND_UNTIL_MS)


def grant(till: Till) -> None:
    """Points from HQ."""
    number = till.ledger.grants_applied() + 1
    lot = GrantLot(lot=f"hq.{number}", points=till.chance.randint(50, 500), earned_on=TODAY, expires_on=LATER)
    till.grant(MEMBERS[number % len(MEMBERS)], lots=(lot,))


def sale(till: Till, text: str = "") -> None:
    """A member earns points and spends some."""
    member, earned, wanted = till.member(), till.chance.randint(0, 60), till.chance.randint(0, 80)
    made, lot = [], till.name
    for held in till.ledger.lease(member):
        part = min(held.points, wanted)
        wanted -= part
        made += moved(Asset.POINTS, held.id, part, Account.LEASE, Account.REDEEMED) if part else []
    born = (LotRecord(id=lot, points=earned, earned_on=TODAY, expires_on=LATER),) if earned else ()
    made += moved(Asset.POINTS, lot, earned, Account.ISSUED, Account.LEASE) if earned else []
    till.append(Kind.SALE, member, made, born, text=text)


def long_sale(till: Till) -> None:
    """Many pages at once."""
    sale(till, "x" * till.chance.randint(9_000, 50_000))


def guest(till: Till) -> None:
    till.append(Kind.SALE, None, [])


def beyond(till: Till) -> None:
    """A sale that the lease refuses leaves nothing."""
    held = till.ledger.lease(MEMBERS[0])[:1]
    if held:
        made = moved(Asset.POINTS, held[0].id, held[0].points + 1, Account.LEASE, Account.REDEEMED)
        try:
            till.append(Kind.SALE, MEMBERS[0], made)
        except LeaseShort:
            return
        raise AssertionError("a sale beyond the lease was taken")


def begin_intent(till: Till) -> None:
    till.ledger.begin_intent(f"{till.chance.getrandbits(120):032x}", DIGEST)


def acknowledge(till: Till) -> None:
    """HQ's position moves on, and sometimes back."""
    seq = till.chance.randint(0, till.ledger.head().seq)
    till.ledger.acknowledge(seq, till.ledger._hash_at(seq) or b"")


def acknowledge_all(till: Till) -> None:
    till.ledger.acknowledge(till.ledger.head().seq, till.ledger.head().hash)


def note(till: Till) -> None:
    till.ledger.note("basket", {"lines": [till.chance.randint(1, 9)] * till.chance.randint(1, 400)})


def spend_until(till: Till) -> None:
    till.ledger.note_spend_until(SPEND_UNTIL_MS + till.chance.randint(1, 48) * 3600 * 1000)


def checkpoint(till: Till) -> None:
    till.ledger.checkpoint()


def restart(till: Till) -> None:
    till.restart()


ACTS = {
    "sale": (sale, 30),
    "guest": (guest, 4),
    "long_sale": (long_sale, 2),
    "beyond": (beyond, 3),
    "grant": (grant, 6),
    "begin_intent": (begin_intent, 5),
    "acknowledge": (acknowledge, 8),
    "note": (note, 6),
    "spend_until": (spend_until, 4),
    "checkpoint": (checkpoint, 6),
    "restart": (restart, 3),
}
