"""Many rows in one statement do what one row in one statement does, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from hq.bulk import delete_all, insert_all, one_of, portions, update_all, upsert_all
from hq.headquarters import Headquarters
from hq.schema import evidence, limit_use, setting

ODD = ["", "'", '"', "\\", "{a,b}", "NULL", "\\N", "a\tb\nc", "\u2028", "王小雨", "😀", "%s", "?"]


def values(hq: Headquarters) -> dict[str, str]:
    with hq.database.reading() as connection:
        rows = connection.execute(select(setting.c.name, setting.c.value).where(setting.c.name.like("t.%")))
        return dict(rows.all())


def test_every_text_comes_back_as_it_was(hq: Headquarters) -> None:
    rows = [{"name": f"t.{n}", "value": text} for n, text in enumerate(ODD)]
    with hq.database.transaction() as connection:
        insert_all(connection, setting, rows)
        assert dict(connection.execute(select(setting.c.name, setting.c.value)).all()).items() >= {
            (row["name"], row["value"]) for row in rows
        }
        update_all(connection, setting, [{"name": f"t.{n}", "value": text} for n, text in enumerate(reversed(ODD))])
    with hq.database.transaction() as connection:
        upsert_all(connection, setting, [*rows[:2], {"name": "t.new", "value": "new"}])
        delete_all(connection, setting, [{"name": f"t.{n}"} for n in range(2, len(ODD))])
    assert values(hq) == {"t.0": ODD[0], "t.1": ODD[1], "t.new": "new"}


def test_bytes_come_back_as_they_were(hq: Headquarters) -> None:
    data = bytes(range(256))
    row = {"device": "d", "epoch": 1, "digest": "x", "data": data, "received_ms": 2**62}
    with hq.database.transaction() as connection:
        insert_all(connection, evidence, [row])
        assert dict(connection.execute(select(evidence)).mappings().one()) == row


def test_numbers_and_keys_of_more_than_one_column(hq: Headquarters) -> None:
    rows = [{"member": "m1", "limit_key": f"k{n}", "used": n - 2**62} for n in range(3)]
    with hq.database.transaction() as connection:
        upsert_all(connection, limit_use, rows)
        upsert_all(connection, limit_use, [{**rows[1], "used": 7}])
        delete_all(connection, limit_use, [{"member": "m1", "limit_key": "k0"}, {"member": "m2", "limit_key": "k2"}])
        found = connection.execute(select(limit_use).order_by(limit_use.c.limit_key)).all()
    assert [tuple(row) for row in found] == [("m1", "k1", 7), ("m1", "k2", 2 - 2**62)]


def test_a_key_that_is_there_is_an_error_and_nothing_is_kept(hq: Headquarters) -> None:
    with pytest.raises(IntegrityError), hq.database.transaction() as connection:
        insert_all(connection, setting, [{"name": "t.a", "value": "1"}, {"name": "zone", "value": "2"}])
    assert values(hq) == {}


def test_a_text_that_is_too_long_is_not_cut(hq: Headquarters) -> None:
    """SQLite has no lengths; PostgreSQL must refuse, by COPY and by JSON."""
    for put in (insert_all, upsert_all):
        try:
            with hq.database.transaction() as connection:
                put(connection, setting, [{"name": "t." + "x" * 80, "value": put.__name__}])
        except DBAPIError:
            assert hq.database.dialect == "postgresql"
    assert all(len(name) == 82 for name in values(hq))
    assert (values(hq) == {}) == (hq.database.dialect == "postgresql")


def test_no_rows_are_no_statement(hq: Headquarters) -> None:
    with hq.database.reading() as connection:
        for put in (insert_all, upsert_all, update_all, delete_all):
            put(connection, setting, [])
        assert [list(part) for part in portions(connection, [])] == []


def test_any_number_of_values_is_looked_for(hq: Headquarters) -> None:
    names = [f"t.{n:04}" for n in range(1000)]
    with hq.database.transaction() as connection:
        insert_all(connection, setting, [{"name": name, "value": ""} for name in names])
        found = [
            name
            for some in portions(connection, names)
            for name in connection.scalars(select(setting.c.name).where(one_of(connection, setting.c.name, some)))
        ]
    assert sorted(found) == names
