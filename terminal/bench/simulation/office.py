"""What people at HQ do in the world: states of terminals and members, write-offs, coupons, goods that come and go."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from random import Random

from sqlalchemy import Connection, update

from hq import control, feed, operators, schema, write_off
from hq.changes import note_members
from hq.feed import Row
from hq.headquarters import Headquarters
from hq.own_acts import issue_coupon
from hq.own_chain import perform
from hq.problems import HqError
from hq.terminals import State
from protocol.directory import ProductRow
from protocol.feed import Bucket, RowKind
from protocol.sale_records import CouponRecord
from terminal.bench.simulation.chain import COUPON, NAMES
from terminal.bench.simulation.leased import Leased
from terminal.bench.simulation.reference import PURSES

PASSPHRASES = {"ada": "correct horse", "bo": "battery staple"}
_LIVING = frozenset({State.ACTIVE, State.SUSPENDED, State.REVOKED})


def hire(hq: Headquarters, chance: Random) -> None:
    """Two operators, who can sign a write-off."""
    with hq.database.transaction() as connection:
        for name, passphrase in PASSPHRASES.items():
            operators.add(connection, hq.state, name, passphrase, chance.randbytes)


def set_terminal_state(hq: Headquarters, device: str, state: State) -> None:
    """Suspend or revoke a terminal, or let it go on."""
    with suppress(HqError):  # it is in another state meanwhile
        control.set_state(hq, device, state, _LIVING - {state})


def set_member_state(hq: Headquarters, member: str, state: str) -> None:
    """Block a member, or lift it."""
    with hq.database.transaction() as connection:
        connection.execute(update(schema.member).where(schema.member.c.id == member).values(state=state))
        note_members(connection, [member])


def held_by(hq: Headquarters, holder: str) -> Leased:
    """What lies at a terminal, as HQ knows it."""
    with hq.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT member, asset, lot, amount FROM holding WHERE holder = ?", (holder,))
        own = [tuple(row) for row in rows]
        rows = connection.exec_driver_sql("SELECT asset, lot, amount FROM bearer_holding WHERE holder = ?", (holder,))
        borne = [("", *row) for row in rows]
    purses, rights = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for member, asset, lot, amount in own + borne:
        if asset in PURSES:
            purses[member, PURSES[asset]] += amount
        else:
            rights[asset, lot] += amount
    return Leased(purses, rights)


def write_off_lost(hq: Headquarters, device: str, epoch: int) -> int | None:
    """Write off a terminal that never comes back: how much of the members' came back to HQ. None: HQ refused."""
    data = write_off.signed_bytes(device, epoch)
    signed = [(name, operators.unlock(hq.state, name, word).sign(data).hex()) for name, word in PASSPHRASES.items()]
    with suppress(HqError), hq.database.transaction() as connection:
        bound = write_off.write_off(connection, device, epoch, signed, hq.rules())
        return bound.points + bound.value_minor
    return None


def give_coupon(hq: Headquarters, member: str, code: str) -> None:
    """A coupon for a member, to be asked for wherever it is shown."""
    coupon = CouponRecord(code=code, rule=COUPON, holder=member, starts_on=None, expires_on=None)
    with hq.database.transaction() as connection:
        perform(connection, [issue_coupon(member, coupon, "a present")], hq.rules())


def change_goods(hq: Headquarters, gtin: str) -> None:
    """Goods come into the catalogue and are taken out again, and HQ forgets that they were there."""
    body = ProductRow(gtin=gtin, name=NAMES, price=100, category="food").model_dump(mode="json")
    with hq.database.transaction() as connection:
        _publish(connection, Row(RowKind.PRODUCT, gtin, body), hq)
        _publish(connection, Row(RowKind.PRODUCT, gtin, None), hq)
        feed.forget_tombstones(connection, hq.clock() + 1)


def _publish(connection: Connection, row: Row, hq: Headquarters) -> None:
    feed.publish(connection, Bucket.CATALOGUE, [row], hq.clock())
