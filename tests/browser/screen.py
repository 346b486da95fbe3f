"""A page under test: shows recorded views and waits until they are painted, presses keys, collects faults."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.fixture_server import Stage
from tests.browser.recorded_views import recorded

MEASURES = Path(__file__).with_name("measures.js").read_text("utf-8")
PAINTED = "(tap) => document.body.dataset.paintedTap === tap"
SLOW_MS = 60  # between the keys of a hand
_taps = count(1)


class Screen:
    """`faults` gathers what must never happen: errors, and requests that leave the terminal."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self.stage = stage
        self.faults: list[str] = []
        page.on("request", lambda request: self._note_request(request.url))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", lambda message: self._note_console(message.type, message.text))

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.stage.address + "/", self.stage.address.replace("http", "ws") + "/")):
            self.faults.append(f"a request left the terminal: {url}")

    def _note_console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "409 (Conflict)" not in text:
            self.faults.append(f"{kind}: {text}")

    def show(self, name: str, language: str = "zh-CN", **changes: Any) -> dict[str, Any]:
        """Send the recorded view and wait until it is painted. `changes` replace parts of its screen."""
        view = recorded(name, language)
        (view.get("member_screen") or view["counter"]).update(changes)
        self.send(view)
        return view

    def send(self, view: dict[str, Any]) -> None:
        tap = f"tap {next(_taps)}"
        self.stage.show({**view, "tap": {"id": tap, "at_ns": 0}})
        self.page.wait_for_function(PAINTED, arg=tap)

    def measure(self, call: str) -> list[str]:
        """A measure of measures.js, such as `cut()`: the faults it found."""
        found: list[str] = self.page.evaluate(f"({MEASURES}).{call}")
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def by_hand(self, keys: str) -> None:
        """Keys as slowly as a hand presses them."""
        self.page.keyboard.type(keys, delay=SLOW_MS)

    def by_scanner(self, code: str) -> None:
        """All keys within one task of the page, as fast as a scanner is; each line ends with Enter."""
        keys = ["Enter" if character == "\n" else character for character in f"{code}\n"]
        self.page.evaluate(
            """(keys) => keys.forEach((key) => (document.activeElement ?? document.body).dispatchEvent(
              new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))""",
            keys,
        )

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def text(self, selector: str) -> str:
        """The words of the first match, as they are read: without doubled spaces."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def wait_for(self, selector: str) -> None:
        self.page.wait_for_selector(selector)
