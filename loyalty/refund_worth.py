"""What is worth what has come back of an order: the stored net, or what was paid less what the rest costs (D05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from loyalty.basket import Basket, Line
from loyalty.money import allocate
from loyalty.pricing import price
from loyalty.programme import Programme
from loyalty.quote import Quote
from loyalty.refund_lines import SoldLine, has_tax_on_top, order_total
from loyalty.refund_policy import Threshold
from loyalty.refund_sale import SoldSale


@dataclass(frozen=True)
class Rest:
    """What stays with the member: its lines, with the units that stay, and the points base of each (D04)."""

    lines: tuple[Line, ...]
    bases: tuple[int, ...]


@dataclass(frozen=True)
class Worth:
    """All that has come back: its `value` in points and money together, of which `goods` could be paid by points.

    Both are sums over all returns of the order, this one included.
    """

    value: int
    goods: int
    rest: Rest


def worth(
    sale: SoldSale, units: Mapping[int, int], lines: Mapping[int, SoldLine], programme: Programme, threshold: Threshold
) -> Worth:
    """What is worth what came back in all: `units` by line number. `programme` is of the sale's version."""
    staying = _staying(sale, units, lines)
    if threshold is Threshold.TEST_AGAIN:
        return _tested(sale, staying, lines, programme)
    value = sum(lines[no].amounts[count] for no, count in units.items())
    goods = sum(lines[no].amounts[count] for no, count in units.items() if lines[no].is_goods)
    bases = tuple(lines[each.no].bases[-1] - lines[each.no].bases[units.get(each.no, 0)] for each in staying)
    return Worth(min(value, order_total(sale.quote)), goods, Rest(staying, bases))


def _staying(sale: SoldSale, units: Mapping[int, int], lines: Mapping[int, SoldLine]) -> tuple[Line, ...]:
    """The lines with the units that stay; a weighed line stays or goes as a whole."""
    staying = []
    for line in sorted(sale.basket.lines, key=lambda each: each.no):
        left = lines[line.no].units - units.get(line.no, 0)
        if left:
            staying.append(line if line.grams is not None else replace(line, quantity=left))
    return tuple(staying)


def _tested(sale: SoldSale, staying: tuple[Line, ...], lines: Mapping[int, SoldLine], programme: Programme) -> Worth:
    """The rest is priced as if it alone had been bought, at that moment, with the choices made then."""
    rest = _priced(sale, staying, programme)
    on_top = has_tax_on_top(programme)
    goods = [each.net + (each.tax if on_top else 0) if lines[each.no].is_goods else 0 for each in rest.lines]
    whole = sum(each.amounts[-1] for each in lines.values() if each.is_goods)
    back = whole - sum(goods)
    return Worth(order_total(sale.quote) - rest.due, back, Rest(staying, _bases(lines, goods, back, whole)))


def _priced(sale: SoldSale, staying: tuple[Line, ...], programme: Programme) -> Quote:
    basket = Basket(staying, sale.basket.removed, 0, sale.basket.coupons)
    return price(basket, sale.member, programme, sale.at, sale.state)


def _bases(lines: Mapping[int, SoldLine], goods: list[int], back: int, whole: int) -> tuple[int, ...]:
    """What did not earn, such as the part paid with points, stays with the rest in proportion, divided as in D01."""
    idle = sum(each.amounts[-1] - each.bases[-1] for each in lines.values() if each.is_goods)
    kept = idle - idle * min(max(back, 0), whole) // whole if whole else 0
    shares = allocate(min(kept, sum(goods)), goods)
    return tuple(amount - share for amount, share in zip(goods, shares, strict=True))
