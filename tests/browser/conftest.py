"""One fixture server and one Chromium for the screen tests of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from terminal.bench.browser import ARGUMENTS, PROGRAMS
from tests.browser.fixture_server import Stage
from tests.browser.screen import Screen

Opener = Callable[..., Screen]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage().serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((path for path in PROGRAMS if path.exists()), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(program), args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Where all pages of a module are opened, so that scripts and styles are fetched once."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def opened(stage: Stage, context: BrowserContext) -> Iterator[Opener]:
    """`opened(path, size)` opens a page of the fixture server; all are closed after the test and must be faultless."""
    stage.forget()
    screens: list[Screen] = []

    def opener(path: str = "/", size: tuple[int, int] = (1280, 800)) -> Screen:
        screen = Screen(_page(context, stage.address, size), stage)
        screens.append(screen)
        screen.page.goto(stage.address + path)
        return screen

    yield opener
    faults = [fault for screen in screens for fault in screen.faults]
    for screen in screens:
        screen.page.close()
    stage.forget()
    assert faults == []


@pytest.fixture
def counter(opened: Opener) -> Screen:
    """The counter with a member and four lines."""
    screen = opened("/counter")
    screen.show("counter_member")
    return screen


def _page(context: BrowserContext, origin: str, size: tuple[int, int]) -> Page:
    """A page that knows nothing of those before it."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "cookies,local_storage"})
    session.detach()
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    return page
