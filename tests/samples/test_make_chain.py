"""The sample chain is what its seed gives, and it is fit for the demo."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from loyalty import Basket, Line, MemberFacts, Moment, Quote, TillState, price, read_programme

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
NOON = Moment(1_795_147_200_000)  # 2026-11-20 12:00 in Shanghai
FILES = ["chain/chain.json", "chain/members.csv", "chain/products.csv", "chain/programme.json", "cards.json"]


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / "chain" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text("utf-8"))


def gtin_is_valid(gtin: str) -> bool:
    return len(gtin) == 13 and sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(gtin)) % 10 == 0


def test_the_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "samples.make_chain", "--out", str(tmp_path)], cwd=ROOT, check=True)
    changed = [name for name in FILES if (tmp_path / name).read_bytes() != (SAMPLES / name).read_bytes()]
    assert changed == [], "run: python -m samples.make_chain"


def test_the_check_digit_test_refuses_a_wrong_digit() -> None:
    assert gtin_is_valid("4006381333931")
    assert not gtin_is_valid("4006381333932")
    assert not gtin_is_valid("400638133393")


def test_300_products_have_valid_and_unique_numbers() -> None:
    products = rows("products.csv")
    gtins = [product["gtin"] for product in products]
    assert len(gtins) == len(set(gtins)) == 300
    assert [gtin for gtin in gtins if not gtin_is_valid(gtin)] == []
    assert {gtin[:2] for gtin in gtins} == {"69", "20"}
    assert len({product["name_zh"] for product in products}) == 300


def test_products_have_prices_and_categories() -> None:
    products = rows("products.csv")
    assert all(100 <= int(product["price"]) <= 100_000 for product in products)
    assert set(Counter(product["category"] for product in products).values()) == {20}


def test_2000_members_have_their_own_card_and_phone() -> None:
    members = rows("members.csv")
    assert len(members) == 2000
    for column in ("id", "phone", "card_uid"):
        assert len({member[column] for member in members}) == 2000, column
    assert all(len(member["card_uid"]) == 14 and member["card_uid"].startswith("04") for member in members)
    assert all(member["phone"].startswith("120") and len(member["phone"]) == 11 for member in members)


def test_members_are_as_mixed_as_a_real_crowd() -> None:
    members = rows("members.csv")
    tiers = Counter(member["tier"] for member in members)
    assert tiers["regular"] > tiers["silver"] > tiers["gold"] > tiers["diamond"] > 20
    assert Counter(member["language"] for member in members)["en"] > 40
    assert 10 < sum(member["state"] == "blocked" for member in members) < 100
    assert 20 < sum(member["card_state"] == "blocked" for member in members) < 120
    assert any(member["birthday"].endswith("-02-29") for member in members)
    assert any("·" in member["name"] for member in members)


def test_some_members_were_not_seen_for_90_days() -> None:
    seen = [date.fromisoformat(member["last_seen"]) for member in rows("members.csv")]
    unseen = sum(day < max(seen) - timedelta(days=90) for day in seen)
    assert 200 < unseen < 500


def test_points_are_one_lot_that_is_still_good() -> None:
    members = rows("members.csv")
    newest = max(member["last_seen"] for member in members)
    for member in members:
        lot = (member["points_earned_on"], member["points_expires_on"])
        if int(member["points"]) == 0:
            assert lot == ("", ""), member["id"]
        else:
            assert lot[0] <= member["last_seen"] <= newest < lot[1] < "2029", member["id"]


def test_stores_and_tiers_of_members_exist() -> None:
    chain, programme, members = document("chain/chain.json"), document("chain/programme.json"), rows("members.csv")
    regions = {region["id"] for region in chain["regions"]}
    stores = {store["id"] for store in chain["stores"]}
    assert (len(regions), stores) == (2, {"s01", "s02", "s03"})
    assert {store["region"] for store in chain["stores"]} == regions
    assert {member["home_store"] for member in members} == stores
    assert {member["second_store"] for member in members} == {*stores, ""}
    assert not any(member["home_store"] == member["second_store"] for member in members)
    assert {member["tier"] for member in members} == {tier["id"] for tier in programme["tiers"]}


def test_the_programme_shows_many_kinds_of_offer() -> None:
    offers = document("chain/programme.json")["offers"]
    steps = [offer for offer in offers if offer["kind"] == "spend_and_save"]
    assert {offer["kind"] for offer in offers} == {
        "member_price",
        "tier_percent",
        "spend_and_save",
        "special_price",
        "nth_unit",
        "bundle",
        "stamp_card",
        "category_percent",
        "percent_off",
    }
    assert any(offer.get("birthday") for offer in offers)
    assert any(offer.get("hours") for offer in offers)
    assert {offer["members_only"] for offer in steps} == {True, False}
    assert len({offer["id"] for offer in offers}) == len({offer["priority"] for offer in offers}) == len(offers)


def test_member_prices_are_below_the_shelf_price() -> None:
    shelf = {product["gtin"]: int(product["price"]) for product in rows("products.csv")}
    tables = {offer["id"]: offer["prices"] for offer in document("chain/programme.json")["offers"] if "prices" in offer}
    assert {name: len(prices) for name, prices in tables.items()} == {"member-price": 30, "fresh": 4}
    assert all(0 < price < shelf[gtin] for prices in tables.values() for gtin, price in prices.items())


def priced(*goods: tuple[str, int], at: Moment = NOON, member: MemberFacts | None = None, **state: Any) -> Quote:
    """A basket of sample goods (the start of an English name, quantity) under the sample programme."""
    shelf = {product["name_en"]: product for product in rows("products.csv")}
    found = [(next(row for name, row in shelf.items() if wanted in name), count) for wanted, count in goods]
    lines = tuple(
        Line(no, row["gtin"], count, int(row["price"]), row["category"]) for no, (row, count) in enumerate(found, 1)
    )
    programme = read_programme(document("chain/programme.json"))
    return price(Basket(lines), member, programme, at, TillState(store="s01", **state))


def applied(quote: Quote) -> list[str]:
    assert quote.proven
    return [reason.offer for reason in quote.reasons]


def test_each_offer_can_be_seen_at_the_demo() -> None:
    evening = Moment(NOON.utc_ms + 8 * 3600 * 1000)
    birthday = MemberFacts("m0001", "regular", birthday="1991-11-21")
    assert applied(priced(("cherry tomatoes", 1))) == ["fresh"]
    assert applied(priced(("Plain yoghurt", 2))) == ["dairy-second"]
    assert applied(priced(("shampoo", 1), ("Kitchen paper", 1))) == ["care-rates"]
    assert applied(priced(("Baguette", 1))) == []
    assert applied(priced(("Baguette", 1), at=evening)) == ["evening-bread"]
    assert applied(priced(("Potatoes", 1), member=birthday)) == ["birthday"]
    assert applied(priced(("Jasmine tea", 1), member=birthday, stamps={"tea-card": 5}))[:1] == ["tea-card"]


def test_breakfast_and_the_second_milk_share_the_milk_as_is_best_d26() -> None:
    """Bread 8.80 and milk 4.50 are 3.40 cheaper together; the second milk saves 2.25."""
    assert applied(priced(("Fresh milk", 2), ("Baguette", 1))) == ["breakfast"]
    quote = priced(("Fresh milk", 4), ("Baguette", 1))
    assert sorted(applied(quote)) == ["breakfast", "dairy-second"]
    assert quote.saved == 340 + 225


def test_the_loyalty_core_reads_the_programme() -> None:
    programme = read_programme(document("chain/programme.json"))
    assert (programme.id, programme.version) == ("stillpoint-sample", 3)


def test_the_bench_has_a_card_for_each_case() -> None:
    members = {member["id"]: member for member in rows("members.csv")}
    cards = document("cards.json")
    known = [members[card["member"]] for card in cards if card["member"]]
    assert {member["tier"] for member in known} == {"regular", "silver", "gold", "diamond"}
    for column, value in (("language", "en"), ("card_state", "blocked"), ("state", "blocked"), ("home_store", "s03")):
        assert any(member[column] == value for member in known), (column, value)
    assert all(members[card["member"]]["card_uid"] == card["uid"] for card in cards if card["member"])
    (unknown,) = [card["uid"] for card in cards if card["member"] is None]
    assert unknown not in {member["card_uid"] for member in members.values()}
