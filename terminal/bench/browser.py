"""Headless Chromium for measuring: playwright drives it, and both belong to the tests, not to the appliance."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def available() -> bool:
    """Whether this machine has both parts."""
    return importlib.util.find_spec("playwright") is not None and any(path.exists() for path in PROGRAMS)


@contextmanager
def page_at(address: str) -> Iterator[Any]:
    """A page of 1280 × 800 opened at `address`."""
    from playwright.sync_api import sync_playwright

    program = next(path for path in PROGRAMS if path.exists())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(ARGUMENTS))
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address)
            yield page
        finally:
            browser.close()
