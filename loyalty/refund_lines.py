"""What the units of a sale's lines are worth at a return: the stored net, its tax and its points base (D02, D05).

The lowest-numbered units left come back first. So what came back of a line depends only on how many units did, and
however a return is divided, its parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from loyalty.basket import Line, LineKind
from loyalty.money import allocate, split_units
from loyalty.programme import Programme
from loyalty.quote import Quote, QuoteLine
from loyalty.refund_sale import Return, SoldSale
from loyalty.sale import Refused, Verdict
from loyalty.tax import TaxMode, tax_of_part


@dataclass(frozen=True)
class LineBack:
    """`quantity` units of a line, from unit `first` on (from 1): their `net`, the `tax` in it or on top, their `base`.

    `amount` is what they give back: the net, and the tax where it came on top.
    """

    no: int
    gtin: str
    first: int
    quantity: int
    net: int
    tax: int
    base: int
    amount: int


@dataclass(frozen=True)
class SoldLine:
    """One line of the sale; each sequence counts up over its units and begins with 0, so the whole is its last."""

    line: Line
    nets: tuple[int, ...]
    taxes: tuple[int, ...]
    bases: tuple[int, ...]
    amounts: tuple[int, ...]

    @property
    def units(self) -> int:
        return len(self.nets) - 1

    @property
    def is_goods(self) -> bool:
        """Whether points could pay it (D04)."""
        return self.line.is_goods

    @property
    def is_returnable(self) -> bool:
        """A gift card is paid out and bottles that were brought in stay; all else may come back."""
        return self.line.kind is not LineKind.GIFT_CARD and self.amounts[-1] >= 0

    def part(self, first: int, last: int) -> LineBack:
        """The units after the first `first` up to number `last`."""
        nets, taxes, bases, amounts = (
            each[last] - each[first] for each in (self.nets, self.taxes, self.bases, self.amounts)
        )
        return LineBack(self.line.no, self.line.gtin, first + 1, last - first, nets, taxes, bases, amounts)


def sold_lines(sale: SoldSale, programme: Programme) -> dict[int, SoldLine]:
    """The lines of the sale by number. `programme` is of the sale's version."""
    lines = {line.no: line for line in sale.basket.lines}
    on_top = has_tax_on_top(programme)
    return {
        each.no: _sold_line(lines[each.no], each, base, on_top)
        for each, base in zip(sale.quote.lines, sale.bases, strict=True)
    }


def has_tax_on_top(programme: Programme) -> bool:
    """Whether prices exclude tax, so that it comes on top of a line's net (D07)."""
    return programme.tax is not None and programme.tax.mode is TaxMode.EXCLUSIVE


def _sold_line(line: Line, quoted: QuoteLine, base: int, on_top: bool) -> SoldLine:
    grosses = split_units(quoted.gross, len(quoted.units))
    nets = _running([gross - off for gross, off in zip(grosses, quoted.units, strict=True)])
    sizes = [abs(net) for net in nets]
    taxes = tuple(tax_of_part(quoted.tax, sizes[-1], 0, size) for size in sizes)
    amounts = tuple(net + tax for net, tax in zip(nets, taxes, strict=True)) if on_top else nets
    bases = _running(allocate(base, [after - before for before, after in pairwise(amounts)]))
    return SoldLine(line, nets, taxes, bases, amounts)


def _running(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(accumulate(values, initial=0))


def lines_refused(request: Sequence[Return], left: Mapping[int, int], lines: Mapping[int, SoldLine]) -> Refused | None:
    """Why these lines cannot come back, or None; `left` is how many units of each line did not yet."""
    if not request:
        return Refused(Verdict.NOTHING_TO_REFUND)
    wanted: dict[int, int] = {}
    for each in request:
        if each.no not in left:
            return Refused(Verdict.LINE_UNKNOWN, {"line": each.no})
        wanted[each.no] = wanted.get(each.no, 0) + each.quantity
        if each.quantity < 1 or wanted[each.no] > left[each.no]:
            return Refused(Verdict.UNITS_NOT_LEFT, {"line": each.no, "asked": wanted[each.no], "left": left[each.no]})
        if not lines[each.no].is_returnable:
            return Refused(Verdict.LINE_NOT_RETURNABLE, {"line": each.no})
    return None


def lines_back(
    request: Sequence[Return], before: Mapping[int, int], lines: Mapping[int, SoldLine]
) -> tuple[LineBack, ...]:
    """The units that come back now, by line number; `before` is how many of each line came back earlier."""
    wanted: dict[int, int] = {}
    for each in request:
        wanted[each.no] = wanted.get(each.no, 0) + each.quantity
    return tuple(
        lines[no].part(before.get(no, 0), before.get(no, 0) + quantity) for no, quantity in sorted(wanted.items())
    )


def order_total(quote: Quote) -> int:
    """What the order cost, in points and money together, before the rounding of cash."""
    return quote.due + quote.use.money
