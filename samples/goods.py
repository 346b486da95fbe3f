"""The sample products: 300 rows with valid GTIN-13 check digits under invented brands."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from samples.vocabulary import sections

IN_HOUSE = frozenset({"bakery"})  # packed in the store: numbers that start with 2
UNITS = {  # grams, litres and metres are the same
    "zh-CN": {"pc": "个", "pcs": "个", "rolls": "卷", "sheets": "张"},
    "zh-TW": {"pc": "入", "pcs": "入", "rolls": "捲", "sheets": "抽"},
}
STICKS = frozenset({"tobacco"})  # pieces of these are counted as 支
UNBRANDED = frozenset({"produce", "tobacco"})  # the name alone says what it is


@dataclass(frozen=True)
class Product:
    """`price` is the shelf price in fen."""

    gtin: str
    name_zh: str
    name_zh_tw: str
    name_en: str
    price: int
    category: str


def check_digit(digits: str) -> str:
    """The GS1 check digit of all digits before it: weights 3, 1, 3 … from the right, up to the next ten."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def fen(yuan: str) -> int:
    """`12.90` yuan are 1290 fen."""
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part)


def make_products(random: Random) -> list[Product]:
    """All goods of the vocabulary in both sizes, by category; brand and number by chance."""
    brands = sections("brands")[""]
    products: list[Product] = []
    for category, goods in sections("goods").items():
        for zh, taiwanese, en, *packs in goods:
            brand = random.choice(brands)
            for pack in packs:
                size, price = pack.rsplit(" ", 1)
                item = f"{len(products) + 1:03}{random.randrange(10)}"
                gtin = _gtin(category, brand[3], item)
                made = ("", "", "") if category in UNBRANDED else (brand[0], brand[1], f"{brand[2]} ")
                names = (
                    f"{made[0]}{zh} {_chinese(size, category, 'zh-CN')}",
                    f"{made[1]}{taiwanese} {_chinese(size, category, 'zh-TW')}",
                    f"{made[2]}{en}, {size}",
                )
                products.append(Product(gtin, *names, fen(price), category))
    return products


def _chinese(size: str, category: str, language: str) -> str:
    amount, unit = size.rsplit(" ", 1)
    if category in STICKS and unit in ("pc", "pcs"):
        return f"{amount} 支"
    return f"{amount} {UNITS[language].get(unit, unit)}"


def _gtin(category: str, prefix: str, item: str) -> str:
    body = f"20000000{item}" if category in IN_HOUSE else prefix + item
    return body + check_digit(body)
