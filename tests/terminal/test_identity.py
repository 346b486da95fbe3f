"""The identity of a terminal: what is missing, open to others or damaged has its sentence, and secrets stay secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from terminal.errors import ConfigError
from terminal.identity import Identity, load_identity

FIELDS: dict[str, Any] = {
    "device": "d-1",
    "epoch": 2,
    "store": "s01",
    "lane": "1",
    "hq": "https://hq.example:8443",
    "trust_key": "11" * 32,
    "lookup_key": "22" * 32,
    "private_key": "44" * 32,
}


def write(folder: Path, text: str, mode: int = 0o600) -> None:
    path = folder / "identity.json"
    path.write_text(text, "utf-8")
    path.chmod(mode)


def test_an_identity_is_read_whole(tmp_path: Path) -> None:
    write(tmp_path, json.dumps({**FIELDS, "a_field_of_a_later_release": 1}))
    assert load_identity(tmp_path) == Identity(**FIELDS)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    write(tmp_path, json.dumps(FIELDS))
    shown = repr(load_identity(tmp_path))
    assert "d-1" in shown
    for secret in ("lookup_key", "private_key"):
        assert FIELDS[secret] not in shown


def test_before_enrolment(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="stillpoint enrol"):
        load_identity(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_keys_that_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    write(tmp_path, json.dumps(FIELDS), mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_identity(tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("lookup_key", "zz"), ("epoch", 0), ("epoch", "1"), ("hq", "http://hq"), ("private_key", "44" * 31)],
)
def test_a_damaged_field_is_named_and_not_shown(tmp_path: Path, field: str, value: object) -> None:
    write(tmp_path, json.dumps({**FIELDS, field: value}))
    with pytest.raises(ConfigError, match=f"damaged in {field}: enrol") as caught:
        load_identity(tmp_path)
    assert "44" * 31 not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_no_identity_at_all(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError, match="damaged"):
        load_identity(tmp_path)


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text(json.dumps(FIELDS))
    (tmp_path / "identity.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_identity(tmp_path)


def test_a_file_of_before_requests_were_signed_is_read(tmp_path: Path) -> None:
    write(tmp_path, json.dumps({**FIELDS, "token": "33" * 32}))
    assert "33" * 8 not in repr(load_identity(tmp_path))
