"""A chain's folder: everything wrong is told at once, by file and line, without anybody's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hq.chain import ChainError, read_chain
from tests.hq.tiny_chain import CHAIN, MEMBERS, PROGRAMME, write_tiny_chain


def errors(folder: Path) -> str:
    with pytest.raises(ChainError) as error:
        read_chain(folder)
    return str(error.value)


def test_a_good_folder(chain_folder: Path) -> None:
    chain = read_chain(chain_folder)
    assert [store.id for store in chain.organisation.stores] == ["s01", "s02"]
    assert (len(chain.products), len(chain.members)) == (2, 5)
    assert (chain.members[1].second_store, chain.members[1].points_expires_on) == (None, None)


def test_the_samples_are_a_good_folder() -> None:
    chain = read_chain(Path(__file__).parents[2] / "samples" / "chain")
    assert (len(chain.organisation.stores), len(chain.members), len(chain.products)) == (3, 2000, 300)


def test_an_empty_folder_names_all_that_is_missing(tmp_path: Path) -> None:
    told = errors(tmp_path)
    assert [name for name in ("chain.json", "programme.json", "products.csv", "members.csv") if name not in told] == []


def test_every_wrong_line_is_told_without_its_values(tmp_path: Path) -> None:
    folder = write_tiny_chain(tmp_path)
    (folder / "members.csv").write_text(MEMBERS.replace("13800001234", "call me").replace(",320,", ",-1,"), "utf-8")
    (folder / "products.csv").write_text("gtin,name_zh,name_en,price,category\n123,a,b,x,food\n", "utf-8")
    told = errors(folder)
    assert "members.csv line 2: phone" in told
    assert "members.csv line 3: points" in told
    assert "products.csv line 2: gtin" in told
    assert "products.csv line 2: price" in told
    assert "call me" not in told
    assert "王小雨" not in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("active,s01,s02", "active,s09,s02", "member m1 names store s09"),
        ("zh-CN,gold", "zh-CN,emperor", "member m1 has tier emperor"),
        ("\nm2,", "\nm1,", "m1 comes 2 times"),
        ("04A1B2C3D4E5F7", "04a1b2c3d4e5f6", "members m1, m2 have the same card_uid"),
        ("1000,2026-07-20", "1000,", "member m1 has points without"),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = write_tiny_chain(tmp_path)
    assert old in MEMBERS
    (folder / "members.csv").write_text(MEMBERS.replace(old, new, 1), "utf-8")
    assert told in errors(folder)


@pytest.mark.parametrize(
    ("uid", "told"),
    [
        ("08C0FFEE", "another one at every tap"),
        ("08c0ffee", "another one at every tap"),
        ("04", "the UID of a card has 4, 5, 7, 8 or 10 bytes, not 1"),
        ("04A1B2", "not 3"),
        ("04A1B2C3D4E5", "not 6"),
        ("04A1B2C3D4E5F60102", "not 9"),
        ("04A1B2C3D4E5F6010203AA", "members.csv line 2: card_uid"),
    ],
)
def test_a_card_that_names_nobody_is_not_enrolled(tmp_path: Path, uid: str, told: str) -> None:
    folder = write_tiny_chain(tmp_path)
    (folder / "members.csv").write_text(MEMBERS.replace("04A1B2C3D4E5F6", uid), "utf-8")
    assert told in errors(folder)
    assert uid not in errors(folder) or len(uid) == 2


@pytest.mark.parametrize(
    "uid", ["04C0FFEE", "1108C0FFEE", "08C0FFEE112233", "E00401500B2F3C4D", "08A1B2C3D4E5F6010203", ""]
)
def test_cards_of_every_size_are_enrolled(tmp_path: Path, uid: str) -> None:
    """The control: a longer UID that begins with 08 is the card's own."""
    folder = write_tiny_chain(tmp_path)
    (folder / "members.csv").write_text(MEMBERS.replace("04A1B2C3D4E5F6", uid), "utf-8")
    assert read_chain(folder).members[0].card_uid == uid


def test_a_store_needs_its_region(tmp_path: Path) -> None:
    folder = write_tiny_chain(tmp_path)
    (folder / "chain.json").write_text(json.dumps(CHAIN | {"regions": []}))
    assert "store s01 is in region east" in errors(folder)


def test_a_programme_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = write_tiny_chain(tmp_path)
    (folder / "programme.json").write_text(json.dumps(PROGRAMME | {"format": 9}))
    assert "programme.json" in errors(folder)


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    folder = write_tiny_chain(tmp_path)
    lines = "".join(f"{number},a,b,x,food\n" for number in range(100))
    (folder / "products.csv").write_text("gtin,name_zh,name_en,price,category\n" + lines)
    assert "and 180 more" in errors(folder)


def test_a_product_has_the_languages_that_its_row_names(tmp_path: Path) -> None:
    folder = write_tiny_chain(tmp_path)
    head = "gtin,name_zh,name_zh_tw,name_en,price,category\n"
    lines = "6901234567892,面,麵,Noodles,990,food\n6901234567908,茶,,Tea,2500,drinks\n"
    (folder / "products.csv").write_text(head + lines, "utf-8")
    names = [product.name for product in read_chain(folder).products]
    assert names == [{"zh-CN": "面", "zh-TW": "麵", "en": "Noodles"}, {"zh-CN": "茶", "en": "Tea"}]
