"""A bench for issuing cards in this process: the virtual reader, masters in a folder, an HQ that only writes down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cards import certificate as certificates
from cards.certificate import Certificate, IssuedWith
from cards.inspection import Inspection
from drivers.virtual.card_reader import VirtualCardReader
from keystore.file_store import FileStore
from keystore.masters import CARDS
from terminal.commands.card_bench import PUT_IT_ON, CardBench
from terminal.commands.card_hq import Card, Certified, Stock
from terminal.commands.card_work import CardWork, look

UID = "04A1B2C3D4E5F6"
_ISSUER = Ed25519PrivateKey.from_private_bytes(bytes(32))


class WrittenDown:
    """An HQ that agrees to everything, and remembers in which order it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def certify(self, who: str, card: Card, until: str | None) -> Certified:
        self.asked.append(("certify", who, card, until))
        made = Certificate(1, bytes.fromhex(card.uid), b"member 1", IssuedWith.KEY, card.version, 20_000)
        return Certified("m1", certificates.issue(made, bytes(16), _ISSUER))

    def issued(self, who: str, card: Card) -> Stock:
        self.asked.append(("issued", who, card))
        return {card.technology: {"blank": 9, "issued": 1}}

    def retired(self, uid: str, *, blank: bool) -> Stock:
        self.asked.append(("retired", uid, blank))
        return {}


class Hand:
    """Puts the next of its cards on the reader whenever the bench asks for one, and remembers what it was told."""

    def __init__(self, reader: VirtualCardReader, orders: list[dict[str, Any]]) -> None:
        self.told: list[str] = []
        self._reader, self._orders = reader, orders

    def __call__(self, sentence: str) -> None:
        self.told.append(sentence)
        if sentence == PUT_IT_ON and self._orders:
            order = self._orders.pop(0)
            self._reader.tap(order.pop("uid"), **order)


class Bench:
    """`at` opens the reader with what the hand does there; cards keep their memory in `folder` in between.

    An order is `{"fault": …}`, or with `uid` and `card` for another card than the usual one.
    """

    def __init__(self, folder: Path, kind: str = "ntag424") -> None:
        self.store = FileStore(folder / "keys", Random(2).randbytes)
        self.store.make(CARDS, 1)
        self.hq = WrittenDown()
        self._folder, self._kind = folder, kind

    @contextmanager
    def at(self, *orders: dict[str, Any], wait_s: int = 20) -> Iterator[tuple[CardBench, Hand]]:
        with closing(VirtualCardReader("bench", chance=Random(1).randbytes)) as reader:
            hand = Hand(reader, [self._whole(order) for order in orders or ({},)])
            yield CardBench(reader, hand, wait_s), hand

    @contextmanager
    def work(self, *orders: dict[str, Any], wait_s: int = 20) -> Iterator[tuple[CardWork, Hand]]:
        with self.at(*orders, wait_s=wait_s) as (bench, hand):
            yield CardWork(bench, self.store, self.hq, Random(3).randbytes, hand), hand

    def look(self, *, keys: bool = True) -> Inspection:
        with self.at() as (bench, _):
            return look(bench, self.store if keys else None, Random(4).randbytes)

    def _whole(self, order: dict[str, Any]) -> dict[str, Any]:
        uid = order.get("uid", UID)
        return {"uid": uid, "card": self._kind, "memory": str(self._folder / f"{uid}.json")} | order
