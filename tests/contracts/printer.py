"""What every receipt printer must do."""

from __future__ import annotations

from typing import Protocol

import pytest
import zxingcpp
from PIL import Image

from drivers.base import DeviceStatus, OpensDrawer, PrintEnded, Prints
from drivers.printer.spool import WAITING_MAX
from drivers.receipt import Cell, Columns, Qr, Receipt, Text
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder


class PrinterBed(Bed, Protocol):
    """Hands at the printer: its paper ("ok", "low", "out" or dots that are left), its cover; and eyes."""

    def paper(self, state: str | int) -> None: ...

    def cover(self, state: str) -> None: ...

    def pieces(self) -> list[Image.Image]: ...

    def kicked(self, times: int) -> bool: ...


def printer(bed: PrinterBed) -> Prints:
    assert isinstance(bed.driver, Prints)
    return bed.driver


def receipt(name: str) -> Receipt:
    cells = (Cell("大红袍", share=1), Cell("¥268.00", align="right"))
    return Receipt((Text(name, bold=True, height=2), Columns(cells), Qr(name, size=4)))


def codes(piece: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(piece)]


class PrinterContract(DriverContract):
    def test_a_receipt_is_printed_once_and_told(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        for _ in range(2):
            printer(bed).print("sale-1", receipt("sale-1"))
            ended = told.next(PrintEnded)
            assert (ended.device, ended.job, ended.outcome) == (bed.driver.device, "sale-1", "printed")
        assert [codes(piece) for piece in bed.pieces()] == [["sale-1"]]

    def test_receipts_come_in_their_order(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        jobs = [f"sale-{number}" for number in range(3)]
        for job in jobs:
            printer(bed).print(job, receipt(job))
        assert [told.next(PrintEnded).job for _ in jobs] == jobs
        assert [codes(piece) for piece in bed.pieces()] == [[job] for job in jobs]

    @pytest.mark.parametrize(
        ("move", "code"),
        [(("paper", "out", "ok"), "printer_no_paper"), (("cover", "open", "shut"), "printer_cover_open")],
    )
    def test_receipts_wait_for_paper_and_cover(
        self, bed: PrinterBed, told: Recorder, move: tuple[str, str, str], code: str
    ) -> None:
        told.status("device_ready")
        name, away, back = move
        getattr(bed, name)(away)
        assert told.status(code).state == "failed"
        printer(bed).print("sale-1", receipt("sale-1"))
        getattr(bed, name)(back)
        told.status("device_ready")
        assert told.next(PrintEnded).outcome == "printed"
        assert len(bed.pieces()) == 1

    def test_little_paper_is_told_and_printed_on(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.paper("low")
        assert told.status("printer_paper_low").state == "ready"
        printer(bed).print("sale-1", receipt("sale-1"))
        assert told.next(PrintEnded).outcome == "printed"

    def test_the_drawer_at_its_socket_opens(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        assert isinstance(bed.driver, OpensDrawer)
        bed.driver.open_drawer()
        assert bed.kicked(1)

    def test_the_drawer_opens_without_paper_too(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.paper("out")
        told.status("printer_no_paper")
        assert isinstance(bed.driver, OpensDrawer)
        bed.driver.open_drawer()
        assert bed.kicked(1)

    def test_what_waits_is_bounded_and_given_up_at_the_end(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.paper("out")
        told.status("printer_no_paper")
        jobs = [f"sale-{number}" for number in range(WAITING_MAX + 2)]
        for job in jobs:
            printer(bed).print(job, receipt(job))
        refused = [told.next(PrintEnded) for _ in range(2)]
        bed.driver.close()
        ended = told.all(PrintEnded)
        assert [each.job for each in refused] == jobs[-2:]
        assert sorted(each.job for each in ended) == sorted(jobs)
        assert {each.outcome for each in ended} == {"not_printed"}
        assert bed.pieces() == []


class PrinterReplugContract(ReplugContract, PrinterContract):
    """For a printer whose driver can notice that it went away."""

    def test_a_receipt_that_was_not_begun_waits_for_the_cable(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.unplug()
        told.next(DeviceStatus, state="missing")
        printer(bed).print("sale-1", receipt("sale-1"))
        bed.plug()
        assert told.next(PrintEnded).outcome == "printed"
        assert [codes(piece) for piece in bed.pieces()] == [["sale-1"]]

    def test_a_receipt_that_was_cut_off_is_unknown_and_never_begun_again(self, bed: PrinterBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.paper(40)
        told.status("printer_paper_low")
        printer(bed).print("sale-1", receipt("sale-1"))
        told.status("printer_no_paper")
        bed.unplug()
        told.status("receipt_unsure")
        assert told.next(PrintEnded).outcome == "unknown"
        bed.paper("ok")
        bed.plug()
        printer(bed).print("sale-1", receipt("sale-1"))
        printer(bed).print("sale-2", receipt("sale-2"))
        assert [(ended.job, ended.outcome) for ended in (told.next(PrintEnded), told.next(PrintEnded))] == [
            ("sale-1", "unknown"),
            ("sale-2", "printed"),
        ]
        first, last = bed.pieces()
        assert codes(first) in ([], ["sale-1"])
        assert codes(last) == ["sale-2"]
