"""Whatever happens in whatever order: leases are disjoint, nothing is below zero, and every sum holds (D22)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hq import sizing, terminals
from hq.accounts import POOL
from hq.accounts import Account as HqAccount
from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from hq.leases import ask, page
from loyalty.ledger import Account, Asset
from protocol.lease import GrantAsk
from protocol.operation import Kind
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import balance, broken, held
from tests.hq.tiny_chain import NOW_MS, TODAY, write_tiny_chain
from tests.protocol.examples import posting

MEMBERS = ("m1", "m2")


@dataclass
class Shop:
    """A device with what it believes it may spend: exactly what it was granted and earned, less what it spent."""

    device: Device
    sent: int = 0
    grants: int = 0
    lots: dict[tuple[str, str], int] = field(default_factory=dict)

    def earn(self, member: str, points: int) -> None:
        self.device.sell(member, earn=points)
        lot = f"{self.device.name}.{self.device.identity.epoch}.{len(self.device.operations)}"
        self.lots[member, lot] = points

    def spend(self, member: str, points: int) -> None:
        """As much of `points` as the lease allows."""
        use = []
        for (who, lot), there in self.lots.items():
            part = min(there, points) if who == member else 0
            if part:
                use.append((lot, part))
                points -= part
        if use:
            self.device.sell(member, use=use)
        self._take(member, use)

    def leave(self, member: str, points: int, kind: Kind, into: Account, recall: int | None = None) -> None:
        """Up to `points` go back to HQ, or end; a recall is answered also when nothing is left."""
        moved = []
        for (who, lot), there in self.lots.items():
            part = min(there, points) if who == member else 0
            points -= part
            moved += [(lot, part)] if part else []
        if moved or recall:
            sides = ((Account.LEASE, -1), (into, 1))
            postings = tuple(posting(side, lot, sign * part) for lot, part in moved for side, sign in sides)
            detail = {"recall": recall} if recall else {"day": TODAY} if kind is Kind.EXPIRE else {}
            self.device.sell(member, kind=kind, lots=(), postings=postings, detail=detail)
        self._take(member, moved)

    def _take(self, member: str, parts: list[tuple[str, int]]) -> None:
        for lot, part in parts:
            self.lots[member, lot] -= part


@dataclass
class World:
    hq: Headquarters
    shops: list[Shop]

    def push(self, shop: Shop, again: int = 0) -> None:
        first, last = max(1, shop.sent + 1 - again), len(shop.device.operations)
        if last < first:
            return
        told = outcomes(acknowledged(self.hq, shop.device.batch(first, last)))
        assert not any("lease_exceeded" in reason for reason in told.values()), told
        shop.sent = last

    def pull(self, shop: Shop, wish: GrantAsk | None = None) -> None:
        with self.hq.database.transaction() as connection:
            who = terminals.lock(connection, shop.device.name, shop.device.identity.epoch)
            if wish:
                ask(connection, who, wish, self.hq.rules())
            else:
                sizing.size(connection, who, self.hq.rules())
            found_page = page(connection, who.device, who.epoch, shop.grants)
        for grant in found_page.grants:
            assert grant.number == shop.grants + 1
            shop.grants = grant.number
            member = grant.member or ""
            for lot in grant.lots:
                shop.lots[member, lot.lot] = shop.lots.get((member, lot.lot), 0) + lot.points
            for recall in grant.recalls:
                shop.leave(member, recall.amount, Kind.LEASE_RETURN, Account.POOL, recall=grant.number)

    def check(self) -> None:
        assert broken(self.hq) == []
        for shop in self.shops:
            if shop.sent == len(shop.device.operations):
                for member in MEMBERS:
                    believed = sum(points for (who, _), points in shop.lots.items() if who == member)
                    granted_later = held(self.hq, member, shop.device.holder)
                    assert believed <= granted_later


@dataclass
class Beginning:
    """An HQ with two enrolled devices, made once; each world begins with a copy of it."""

    state: Path
    devices: list[Device]

    @contextmanager
    def world(self) -> Iterator[World]:
        with TemporaryDirectory() as folder:
            state = Path(folder) / "hq"
            shutil.copytree(self.state, state)
            hq = Headquarters.open(state, lambda: NOW_MS)
            try:
                yield World(hq, [Shop(device.fork(0)) for device in self.devices])
            finally:
                hq.close()


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    folder = tmp_path_factory.mktemp("beginning")
    chain = read_chain(write_tiny_chain(folder / "chain"))
    found(folder / "hq", chain, hosts=(), now_ms=NOW_MS, random=Random(1).randbytes)
    hq = Headquarters.open(folder / "hq", lambda: NOW_MS)
    devices = [join(hq, store, lane) for store, lane in (("s01", "1"), ("s02", "1"), ("s01", "2"))]
    hq.close()
    return Beginning(folder / "hq", devices)


SHOPS, WHO = st.integers(0, 2), st.sampled_from(MEMBERS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), SHOPS, WHO, st.integers(1, 400)),
        st.tuples(st.just("spend"), SHOPS, WHO, st.integers(1, 900)),
        st.tuples(st.just("push"), SHOPS, WHO, st.integers(0, 3)),
        st.tuples(st.just("pull"), SHOPS, WHO, st.just(0)),
        st.tuples(st.just("ask"), SHOPS, WHO, st.integers(1, 700)),
        st.tuples(st.just("return"), SHOPS, WHO, st.integers(1, 700)),
        st.tuples(st.just("expire"), SHOPS, WHO, st.integers(1, 200)),
    ),
    max_size=25,
)


def play(made: World, steps: list[tuple[str, int, str, int]]) -> None:
    for what, at, member, amount in steps:
        shop = made.shops[at]
        if what == "earn":
            shop.earn(member, amount)
        elif what == "spend":
            shop.spend(member, amount)
        elif what == "push":
            made.push(shop, again=amount)
        elif what == "pull":
            made.pull(shop)
        elif what == "return":
            shop.leave(member, amount, Kind.LEASE_RETURN, Account.POOL)
        elif what == "expire":
            shop.leave(member, amount, Kind.EXPIRE, Account.EXPIRED)
        else:
            made.pull(shop, GrantAsk(member=member, points=amount, after=shop.grants))
        made.check()


@settings(derandomize=True, max_examples=40, deadline=None)
@given(steps=STEPS)
def test_shops_never_overspend_and_every_sum_holds_d22(
    beginning: Beginning, steps: list[tuple[str, int, str, int]]
) -> None:
    with beginning.world() as made:
        play(made, steps)
        for shop in made.shops:
            made.push(shop)
            made.pull(shop)
        made.check()
        for member in MEMBERS:
            points, debt = balance(made.hq, member)
            assert (points >= 0, debt) == (True, 0)
            placed = [held(made.hq, member, shop.device.holder) for shop in made.shops]
            assert held(made.hq, member) + sum(placed) == points


def test_without_the_lease_check_two_shops_overspend(beginning: Beginning) -> None:
    """The control: shops that spend the whole balance, each by itself, end in debt and are flagged."""
    with beginning.world() as made:
        for shop in made.shops[:2]:
            shop.device.sell("m1", use=[("open.m1", 1000)])
        told = [outcomes(acknowledged(made.hq, shop.device.batch())) for shop in made.shops[:2]]
        assert all("lease_exceeded" in reasons[1] for reasons in told)
        assert balance(made.hq, "m1") == (-1000, 1000)
        assert broken(made.hq) == []


def test_a_lease_that_is_not_taken_from_the_pool_is_found() -> None:
    """The control: points that are leased and also stay in the pool break the account's sum."""
    account = HqAccount(
        member="m",
        name="",
        phone="",
        birthday=None,
        language="en",
        tier="regular",
        state="active",
        home_store="s01",
        second_store=None,
        last_seen=TODAY,
        balance=100,
        holdings={(POOL, Asset.POINTS, "a"): 100},
    )
    account.check()
    account.holdings["s01-1:1", Asset.POINTS, "a"] = 60
    with pytest.raises(AssertionError):
        account.check()
