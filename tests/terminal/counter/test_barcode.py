"""Goods and coupons by their codes at a till, and the sentence for every other code."""

import json
from pathlib import Path

import pytest

from loyalty.checks import MAX_GRAMS
from protocol.control import Configuration, ShopCodes, WeightCodeRule
from protocol.directory import ProductRow
from protocol.feed import Bucket, RowKind
from terminal.codes.code import Product
from terminal.codes.gtin import with_check_digit
from terminal.codes.reading import read_code
from terminal.counter.barcode import Piece, is_coupon, read_coupon, read_goods, refuse_foreign
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.shown_codes import configure
from tests.terminal.shops import RICE, TestShop

APPLE, CHEESE, LOOSE = with_check_digit("210004200000"), with_check_digit("220004300000"), "99521234543216"
CODES = ShopCodes(
    weight_codes=(WeightCodeRule(pattern="21IIIIIWWWWWC"), WeightCodeRule(pattern="22IIIIIPPPPPC", step=10)),
)
VISA, BOTH = "4111111111111111", "4000000000006"


def goods(gtin: str, price: int) -> ProductRow:
    return ProductRow(gtin=gtin, name={"zh-CN": "品", "en": "Item"}, price=price, category="food")


@pytest.fixture
def shop(test: TestShop) -> TestShop:
    """A shop that weighs: apples by weight, cheese by price, and what a supplier weighed."""
    rows = (goods(APPLE, 1999), goods(CHEESE, 8800), goods(LOOSE, 3000))
    test.tell(Bucket.CATALOGUE, *((RowKind.PRODUCT, row.gtin, row.model_dump(mode="json")) for row in rows))
    configure(test, Configuration(version=1, codes=CODES))
    return test


@pytest.mark.parametrize(
    ("text", "gtin", "unit_price", "grams"),
    [
        (RICE, RICE, 10000, None),
        (with_check_digit("210004201234"), APPLE, 1999, 1234),
        (with_check_digit("220004300123"), CHEESE, 1230, None),
        (f"01{LOOSE}3103000350", LOOSE, 3000, 350),
        (f"01{LOOSE}39221999", LOOSE, 1999, None),
        (f"01{LOOSE}39231995", LOOSE, 200, None),
        (f"01{LOOSE}39205", LOOSE, 500, None),
    ],
)
def test_goods(shop: TestShop, text: str, gtin: str, unit_price: int, grams: int | None) -> None:
    found = read_goods(shop.shop, text)
    assert (found.product.gtin, found.unit_price, found.grams) == (gtin, unit_price, grams)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (APPLE, "weight_missing"),
        (CHEESE, "weight_missing"),
        (f"01{LOOSE}10A", "weight_missing"),
        (f"01{LOOSE}3100{MAX_GRAMS // 1000 + 1:06d}", "weight_invalid"),
        (f"01{LOOSE}3920" + "9" * 15, "amount_invalid"),
        ("6901234567885", "barcode_unknown"),
        ("6901234567891", "barcode_bad_check_digit"),
        ("https://pay.example/1", "barcode_foreign"),
        ("", "barcode_foreign"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "barcode_foreign"),
        (VISA, "code_of_bank_card"),
        (f";{VISA}=99121010000000000000?", "code_of_bank_card"),
        (BOTH, "code_of_bank_card"),
        ("134567890123456789", "code_of_payment"),
        ("s01-1-1-000123", "code_of_receipt"),
        ("SP1:abc", "code_of_claim"),
        ("https://card.example/t?e=EF963FF7828658A599F3041510671E88&c=94EED9EE65337086", "code_of_card"),
        (with_check_digit("991234567890"), "coupon_unknown"),
    ],
)
def test_others_have_their_sentence(shop: TestShop, text: str, code: str) -> None:
    assert refused_by(lambda: read_goods(shop.shop, text)).phrase.code == code


@pytest.mark.parametrize("text", [VISA, f";{VISA}=99121010000000000000?", BOTH, "134567890123456789"])
def test_what_may_not_be_kept_is_in_no_sentence(shop: TestShop, text: str) -> None:
    for work in (lambda: read_goods(shop.shop, text), lambda: read_coupon(text)):
        assert refused_by(work).phrase.params == {}


def test_a_product_that_a_bank_card_could_be_is_goods(shop: TestShop) -> None:
    row = goods(BOTH, 700)
    shop.tell(Bucket.CATALOGUE, (RowKind.PRODUCT, BOTH, row.model_dump(mode="json")))
    assert read_goods(shop.shop, BOTH) == Piece(row, 700)


def test_without_patterns_a_shops_own_number_is_a_product_number(test: TestShop) -> None:
    code = with_check_digit("210004201234")
    assert refused_by(lambda: read_goods(test.shop, code)).phrase.params == {"code": code}


def test_coupons() -> None:
    assert read_coupon(" K7Q2 ") == "K7Q2"
    assert is_coupon("K7Q2")
    for text, code in (("K 7", "coupon_unknown"), (VISA, "code_of_bank_card"), ("28" + "7" * 16, "code_of_payment")):
        assert not is_coupon(text)
        assert refused_by(lambda told=text: read_coupon(told)).phrase.code == code


def test_where_a_bank_card_may_not_stand_it_is_refused() -> None:
    refuse_foreign("gift-card-7")
    assert refused_by(lambda: refuse_foreign(VISA)).phrase.code == "code_of_bank_card"


def test_every_product_of_the_sample_chain_passes() -> None:
    rows = (Path(__file__).parents[3] / "samples/chain/products.csv").read_text("utf-8").splitlines()[1:]
    assert len(rows) == 300
    for row in rows:
        code = row.split(",")[0]
        found = read_code(code)
        assert isinstance(found, Product), json.dumps(row, ensure_ascii=False)
        assert found.gtin == code
