"""The pages need nothing but the terminal: no outside address, and vendored modules exactly as their table says."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import kiosk_ui
import terminal.bench

BENCH_PAGE = Path(terminal.bench.__file__).with_name("page")
VENDOR = kiosk_ui.FOLDER / "vendor"
PAGES = [kiosk_ui.FOLDER / "member.html", kiosk_ui.FOLDER / "counter.html", BENCH_PAGE / "index.html"]
SOURCES = {".html", ".css", ".js", ".json", ".svg"}

_ADDRESS = re.compile(r"(?:\b(?:https?|wss?|ftp):|[\"'(\s=])//[^\s\"'`)]*", re.IGNORECASE)
_NAMESPACE = re.compile(r"https?://www\.w3\.org/(?:2000/svg|1999/xhtml|1998/Math/MathML|1999/xlink|XML/1998/namespace)")
_COMMENT = re.compile(r"^\s*(?://|/?\*).*$", re.MULTILINE)
_IMPORT_MAP = re.compile(r"<script type=\"importmap\">(.*?)</script>", re.DOTALL)
_ROW = re.compile(r"^\| (\S+\.js) \|.*`([0-9a-f]{64})` \|$", re.MULTILINE)


def outside_addresses(text: str) -> list[str]:
    """Addresses in `text` but for the names of XML's vocabularies, which nobody fetches."""
    return _ADDRESS.findall(_NAMESPACE.sub("", _COMMENT.sub("", text)))


def sources() -> list[Path]:
    folders = (kiosk_ui.FOLDER, BENCH_PAGE)
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in SOURCES]


def test_no_source_names_an_outside_address() -> None:
    found = {path.name: outside_addresses(path.read_text("utf-8")) for path in sources()}
    assert len(found) > 40
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize(
    "text",
    [
        'import x from "https://esm.sh/preact";',
        "@import url(//fonts.example/css);",
        '<script src="//cdn.example/x.js">',
        "new WebSocket('wss://x')",
    ],
)
def test_an_outside_address_would_be_found(text: str) -> None:
    assert len(outside_addresses(text)) == 1


def test_vendored_modules_are_what_their_table_says() -> None:
    table = dict(_ROW.findall((VENDOR / "README.md").read_text("utf-8")))
    here = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}
    assert table == here


def test_every_licence_is_there() -> None:
    named = set(re.findall(r"LICENSE-[\w-]+\.txt", (VENDOR / "README.md").read_text("utf-8")))
    assert named == {path.name for path in VENDOR.glob("LICENSE-*.txt")} != set()


def test_all_pages_share_one_import_map_whose_modules_exist() -> None:
    maps = [_IMPORT_MAP.findall(page.read_text("utf-8")) for page in PAGES]
    assert [len(found) for found in maps] == [1, 1, 1]
    imports = [json.loads(found[0])["imports"] for found in maps]
    assert imports[0] == imports[1] == imports[2]
    assert all((kiosk_ui.FOLDER / path.removeprefix("/ui/")).is_file() for path in imports[0].values())


def test_every_file_that_a_page_names_exists() -> None:
    for page in PAGES[:2]:
        paths = re.findall(r"(?:href|src)=\"/ui/([^\"]+)\"", page.read_text("utf-8"))
        assert len(paths) >= 5
        assert [path for path in paths if not (kiosk_ui.FOLDER / path).is_file()] == []
