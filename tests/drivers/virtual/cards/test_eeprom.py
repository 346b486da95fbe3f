"""What a torn write leaves behind."""

from __future__ import annotations

import pytest

from drivers.virtual.cards.eeprom import Eeprom, Pulled

OLD, NEW = b"old words", b"new-words"


def test_a_protected_write_is_whole_or_not_at_all() -> None:
    for done in range(len(NEW) + 1):
        eeprom = Eeprom({"file": OLD})
        eeprom.cut(write=1, after_bytes=done)
        with pytest.raises(Pulled):
            eeprom.program("file", 0, NEW, protected=True)
        assert eeprom["file"] == (NEW if done == len(NEW) else OLD)


def test_a_write_without_protection_leaves_its_first_bytes() -> None:
    eeprom = Eeprom({"file": OLD})
    eeprom.cut(write=1, after_bytes=4)
    with pytest.raises(Pulled):
        eeprom.program("file", 0, NEW, protected=False)
    assert eeprom["file"] == b"new-words"[:4] + b"words"


def test_power_goes_at_the_write_that_was_named_and_comes_back() -> None:
    eeprom = Eeprom({"file": OLD})
    eeprom.cut(write=2, after_bytes=0)
    eeprom.replace("key", b"1")
    with pytest.raises(Pulled):
        eeprom.replace("key", b"2")
    assert eeprom["key"] == b"1"
    eeprom.replace("key", b"3")
    assert eeprom["key"] == b"3"


def test_a_torn_removal_removes_nothing() -> None:
    eeprom = Eeprom({"file": OLD})
    eeprom.cut(write=1, after_bytes=0)
    with pytest.raises(Pulled):
        eeprom.remove("file")
    assert "file" in eeprom
    eeprom.remove("file")
    assert eeprom.names() == []


def test_memory_survives_as_json() -> None:
    eeprom = Eeprom({"b": b"\x01", "a": b"\xff\x00"})
    assert eeprom.to_json() == {"a": "FF00", "b": "01"}
    assert Eeprom.from_json(eeprom.to_json()).to_json() == eeprom.to_json()
