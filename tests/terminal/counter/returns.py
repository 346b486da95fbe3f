"""Sales and returns at a test shop's till, by its use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import Basket, Line, Return, Tender, TenderKind
from loyalty.possession import CHALLENGE, Proof
from protocol.operation import Operation, OperationKey
from terminal.counter.refund import ReturnWish, preview_refund, refund_goods
from terminal.counter.sell import Checkout, quote_for, sell
from terminal.counter.void import void_sale
from tests.terminal.shops import TestShop

PROVEN = Proof("P4", CHALLENGE)  # a card that cannot be copied, so no daily cap is in the way


class Till:
    """A till at work; the newest sale is `sold`."""

    def __init__(self, test: TestShop, member: str | None = None) -> None:
        self.test, self.member = test, member
        self.sold = self.own(1)

    def sell(
        self, *prices: int, tenders: Sequence[tuple[str, int]] = (), category: str = "food", **basket: Any
    ) -> dict[str, Any]:
        """Goods at these prices, one line each; without tenders paid by card."""
        lines = tuple(Line(no, f"{10_000_000 + no}", 1, price, category) for no, price in enumerate(prices, 1))
        return self.sell_basket(Basket(lines, **basket), tenders)

    def sell_basket(self, basket: Basket, tenders: Sequence[tuple[str, int]] = ()) -> dict[str, Any]:
        shop = self.test.shop
        row = shop.member(self.member) if self.member else None
        due = quote_for(shop, basket, row, PROVEN).due
        paid = tuple(Tender(TenderKind(kind), amount) for kind, amount in tenders)
        paid = paid or ((Tender(TenderKind.CARD, due),) if due else ())
        intent = self._intent()
        receipt = sell(shop, Checkout(intent, basket, row, paid, PROVEN), {"intent": intent})
        self.sold = self.own(receipt["seq"])
        return receipt

    def own(self, seq: int) -> OperationKey:
        """An operation of this till."""
        identity = self.test.shop.identity
        return OperationKey(device=identity.device, epoch=identity.epoch, seq=seq)

    def wish(self, *lines: tuple[int, int]) -> ReturnWish:
        return ReturnWish(self.sold, tuple(Return(*line) for line in lines))

    def preview(self, *lines: tuple[int, int]) -> dict[str, Any]:
        return preview_refund(self.test.shop, self.wish(*lines))

    def refund(self, *lines: tuple[int, int]) -> dict[str, Any]:
        """What was shown before is what is done."""
        shown, intent = self.preview(*lines), self._intent()
        receipt = refund_goods(self.test.shop, self.wish(*lines), intent, {"intent": intent})
        assert {name: receipt[name] for name in shown} == shown
        return receipt

    def void(self) -> dict[str, Any]:
        intent = self._intent()
        return void_sale(self.test.shop, self.sold, intent, {"intent": intent})

    def _intent(self) -> str:
        """Each till makes its own."""
        who = self.test.shop.identity.device.encode().hex()[-8:]
        return f"{who}{self.test.shop.ledger.next_seq():024x}"

    def newest(self) -> Operation:
        operation = self.test.shop.ledger.operation(self.test.shop.ledger.head().seq)
        assert operation is not None
        return operation


def moved(operation: Operation, asset: str = "points") -> list[tuple[str, str, int]]:
    return [(p.account.value, p.lot, p.amount) for p in operation.postings if p.asset == asset]
