"""From a sale to paper, drawer and buzzer, over the real socket and virtual devices; and what may go wrong there."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp

from terminal.config import load
from terminal.counter.consumer import Busy
from terminal.counter.paper import Slip
from terminal.counter.phrase import Refusal
from terminal.counter_devices import CounterDevices
from terminal.devices.hub import DeviceHub
from terminal.errors import ConfigError
from tests.terminal.counter.desks import Ids, many_products
from tests.terminal.devices.hosting import LIMIT_S
from tests.terminal.paper.slips import Tray
from tests.terminal.printing_till import printing_till
from tests.terminal.shops import TestShop, empty_shop, open_shop

ROOT = Path(__file__).parents[2]
SLIP = Slip("job", {"kind": "poem", "number": "n-1"}, "en", "Asia/Shanghai", "CNY")


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def test_a_cash_sale_is_printed_opens_the_drawer_and_sounds(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            drawer, buzzer = await till.listen("drawer"), await till.listen("buzzer")
            assert await asyncio.to_thread(drawer.news) == {"drawer": "shut"}
            receipt = await till.sell()
            assert await asyncio.to_thread(drawer.news) == {"drawer": "open"}
            assert await asyncio.to_thread(buzzer.news) == {"sound": "ok"}
            (picture,) = await till.printed()
            (code,) = zxingcpp.read_barcodes(picture)
            assert code.text == receipt["number"]

    asyncio.run(scenario())


def test_without_paper_the_sale_stands_and_the_receipt_waits_for_the_roll(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            await till.order("printer", paper="out")
            await till.until(lambda view: "printer_no_paper" in str(view["status"]["devices"]))
            receipt = await till.sell()
            assert test.shop.ledger.answer(receipt["intent"]) == receipt
            with pytest.raises(Refusal) as refused:
                await till.desk(lambda desk: desk.paper.again(desk.shop))
            assert refused.value.phrase.code == "paper_waiting"
            assert till.pictures() == []
            await till.order("printer", paper="ok")
            assert len(await till.printed()) == 1

    asyncio.run(scenario())


def test_a_receipt_that_waited_too_long_is_asked_for_again_and_is_no_copy(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test, keep_s=1) as till:
            await till.order("printer", cover="open")
            await till.until(lambda view: "printer_cover_open" in str(view["status"]["devices"]))
            buzzer = await till.listen("buzzer")
            number = (await till.sell())["number"]
            paper = await till.fate("not_printed")
            assert paper["trouble"] == {"code": "paper_not_printed", "params": {"number": number}}
            assert [await asyncio.to_thread(buzzer.news) for _ in "ab"] == [{"sound": "ok"}, {"sound": "attention"}]
            await till.order("printer", cover="shut")
            await till.until(lambda view: "printer_cover_open" not in str(view["status"]["devices"]))
            await till.again(1)
            first, copy = await till.again(2)
            assert copy.height > first.height  # by the word that marks a copy

    asyncio.run(scenario())


def test_a_devices_process_that_is_away_leaves_the_sale_and_says_so(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            till.host.stop()
            await till.until(lambda view: "device_away" in str(view["status"]["devices"]))
            receipt = await till.sell()
            assert test.shop.ledger.answer(receipt["intent"]) == receipt
            assert (await till.fate("not_printed"))["trouble"]["code"] == "paper_not_printed"

    asyncio.run(scenario())


def test_a_devices_process_that_ends_with_a_receipt_in_it_leaves_it_unknown(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            await till.order("printer", paper_dots=200)
            await till.sell()
            await till.until(lambda view: "printer_no_paper" in str(view["status"]["devices"]))
            till.host.stop()
            assert (await till.fate("unknown"))["trouble"]["code"] == "paper_unknown"

    asyncio.run(scenario())


def test_the_longest_basket_is_printed_on_several_sheets(test: TestShop) -> None:
    codes = many_products(test, 100)

    async def scenario() -> None:
        async with printing_till(test) as till:
            for code in codes:
                await till.desk(lambda desk, code=code: desk.scan(code))
            await till.desk(lambda desk: desk.card("04A1A1A1A1A1A1", "uid", desk.tap))
            due = await till.desk(lambda desk: desk.quote().due)
            await till.desk(lambda desk: desk.pay(desk.till.intent, [("card", due)]))
            assert len(await till.printed()) > 1

    asyncio.run(scenario())


def test_a_scan_that_does_nothing_is_heard(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            buzzer = await till.listen("buzzer")
            await till.order("scanner", scan="6900000000007")
            assert await asyncio.to_thread(buzzer.news) == {"sound": "refused"}

    asyncio.run(scenario())


def test_a_button_does_what_terminal_toml_says(test: TestShop) -> None:
    button = f'[button.counter]\ndriver = "virtual"\ncontrol = "{test.folder}/button"\naction = "print_again"\n'

    async def scenario() -> None:
        async with printing_till(test, button) as till:
            await till.sell()
            await till.printed()
            await till.order("button", press=True)
            assert len(await till.printed(2)) == 2

    asyncio.run(scenario())


def test_a_button_calls_somebody_if_nothing_else_is_said(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            buzzer = await till.listen("buzzer")
            await till.order("button", press=True)
            assert await asyncio.to_thread(buzzer.news) == {"sound": "attention"}
            await till.until(lambda view: (view["counter"]["notice"] or {}).get("code") == "staff_called")

    asyncio.run(scenario())


def test_a_receipt_that_cannot_be_written_is_told_as_not_printed(test: TestShop) -> None:
    async def scenario() -> None:
        async with printing_till(test) as till:
            await till.sell()
            await till.printed()
            await till.desk(lambda desk: desk.paper.booked(desk.shop, {"kind": "poem", "number": "n-1"}))
            await till.fate("not_printed")

    asyncio.run(scenario())


def test_a_till_that_is_too_busy_to_hear_of_a_print_is_told_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        heard: list[str] = []
        again = asyncio.Event()

        def told(job: str, outcome: str) -> None:
            heard.append(f"{job} {outcome}")
            if len(heard) == 1:
                raise Busy("256 events already wait")
            again.set()

        counter = CounterDevices(lambda: DeviceHub(tmp_path / "socket", print), "counter", (), told)
        counter.print(SLIP)
        async with asyncio.timeout(LIMIT_S):
            await again.wait()
        assert heard == ["job not_printed"] * 2

    asyncio.run(scenario())


def test_killed_between_commit_and_print_the_sale_stands_and_its_paper_is_asked_for(tmp_path: Path) -> None:
    """The till dies in the very call that would print."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.terminal.dying_till", str(tmp_path)], cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL
    with empty_shop(tmp_path) as test:
        tray = Tray()
        desk = tray.desk(test, Ids())
        receipt = test.shop.ledger.newest_receipt()
        assert receipt is not None
        assert (desk.till.phase, desk.till.receipt) == ("paid", receipt)
        assert tray.slips == []
        view = tray.paper.view()
        assert view is not None
        assert view["trouble"] == {"code": "paper_unknown", "params": {"number": receipt["number"]}}
        tray.paper.again(test.shop)
        assert (tray.newest.copy, tray.newest.receipt) == (True, receipt)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[receipts]\nprinter = "kitchen"', "[receipts] printer = 'kitchen': there is no such printer"),
        ("[receipts]\nprint_sale = true", "did you mean 'print_sales'?"),
        ('[button.a]\ndriver = "gpio"\npin = 5\naction = "sing"', "[button.a] action = 'sing': it must be one of"),
    ],
)
def test_mistakes_in_the_configuration_are_said(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "terminal.toml"
    path.write_text(f'[terminal]\nstate = "s"\nrun = "r"\n{text}\n')
    with pytest.raises(ConfigError) as error:
        load(path)
    assert problem in str(error.value)


def test_the_first_printer_prints_unless_another_is_named(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    base = '[terminal]\nstate = "s"\nrun = "r"\n'
    path.write_text(base)
    assert load(path).printer is None
    printers = "".join(f'[printer.{name}]\ndriver = "escpos"\nport = "/dev/ttyS0"\n' for name in ("bar", "till"))
    path.write_text(base + printers)
    assert load(path).printer == "bar"
    path.write_text(base + '[receipts]\nprinter = "till"\n' + printers)
    assert load(path).printer == "till"
