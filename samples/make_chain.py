"""Write the sample chain: `python -m samples.make_chain [--out FOLDER]`. The same seed gives the same bytes."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from samples.chain import CHAIN, make_programme
from samples.goods import Product, make_products
from samples.people import Member, make_members, new_uid

SEED = 20_261_120
HERE = Path(__file__).parent
CARDS = [  # member, note in Chinese, in that of Taiwan, in English
    ("m0002", "普通会员", "一般會員", "Regular"),
    ("m0003", "银卡会员", "銀卡會員", "Silver"),
    ("m0001", "金卡会员", "金卡會員", "Gold"),
    ("m0004", "钻石会员，积分很多", "鑽石會員，點數很多", "Diamond, many points"),
    ("m0005", "英语会员，金卡", "使用英文的金卡會員", "English speaker, gold"),
    ("m0008", "外店会员（西山店）", "其他門市的會員（西山門市）", "Traveller: home store is West Hill"),
    ("m0009", "生日在 2 月 29 日", "2 月 29 日生日", "Born on 29 February"),
    ("m0010", "超过 90 天没来过", "超過 90 天沒有來店", "Not seen for more than 90 days"),
    ("m0006", "卡已挂失", "卡片已掛失", "Blocked card"),
    ("m0007", "会员已停用", "會員已停權", "Blocked member"),
    (None, "不认识的卡", "沒有登錄的卡片", "Unknown card"),
]


def write_chain(out: Path, seed: int = SEED) -> None:
    """Write `chain/*` and `cards.json` under `out`. Each part has its own stream of chance, so one can change alone."""
    products = make_products(Random(f"{seed} products"))
    members = list(make_members(Random(f"{seed} members")))
    chain = out / "chain"
    chain.mkdir(parents=True, exist_ok=True)
    _write_json(chain / "chain.json", CHAIN)
    _write_json(chain / "programme.json", make_programme(products, Random(f"{seed} programme")))
    _write_rows(chain / "products.csv", products)
    _write_rows(chain / "members.csv", members)
    _write_json(out / "cards.json", _cards(members, Random(f"{seed} cards")))


def _cards(members: list[Member], random: Random) -> list[dict[str, str | None]]:
    uids = {member.id: member.card_uid for member in members}
    unknown = new_uid(random, set(uids.values()))
    return [
        {
            "uid": uids[member] if member else unknown,
            "member": member,
            "note_zh": zh,
            "note_zh_tw": taiwanese,
            "note_en": en,
        }
        for member, zh, taiwanese, en in CARDS
    ]


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")


def _write_rows(path: Path, rows: Sequence[Product] | Sequence[Member]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(rows[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def main() -> None:
    """Regenerate the data files beside this module, or under --out."""
    parser = argparse.ArgumentParser(description="Write the sample chain from its seed.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: this one)")
    write_chain(parser.parse_args().out)


if __name__ == "__main__":
    main()
