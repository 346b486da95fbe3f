"""The scanner's contract: the virtual twin, a serial port with lines and with SSI, and scanners that type."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from drivers.base import DeviceStatus, Scanned
from drivers.evdev.codes import KEY_KPENTER, KEY_TAB
from drivers.options import HidScannerOptions
from tests.contracts.beds.fifo import PATH, FifoScannerBed
from tests.contracts.beds.pty import PtyScannerBed
from tests.contracts.beds.ssi import SsiScannerBed
from tests.contracts.beds.virtual import VirtualScannerBed
from tests.contracts.recorder import Recorder
from tests.contracts.scanner import TEA, WATER, ScannerContract, ScriptsContract


class TestVirtual(ScriptsContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualScannerBed]:
        bed = VirtualScannerBed(tmp_path)
        yield bed
        bed.close()


@pytest.fixture
def pty_bed(tmp_path: Path) -> Iterator[PtyScannerBed]:
    bed = PtyScannerBed(tmp_path, chars_max=2000)
    yield bed
    bed.close()


class TestPtyAnySuffix(ScriptsContract):
    @pytest.fixture(params=[b"\r", b"\n", b"\r\n"], ids=["CR", "LF", "CRLF"])
    def bed(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[PtyScannerBed]:
        bed = PtyScannerBed(tmp_path, request.param)
        yield bed
        bed.close()


class TestPtyOneSuffix(ScriptsContract):
    @pytest.fixture(params=[(b"\r", "cr"), (b"\n", "lf"), (b"\r\n", "crlf")], ids=["cr", "lf", "crlf"])
    def bed(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[PtyScannerBed]:
        end, suffix = request.param
        bed = PtyScannerBed(tmp_path, end, suffix=suffix)
        yield bed
        bed.close()


class TestSsi(ScriptsContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[SsiScannerBed]:
        with contextlib.closing(SsiScannerBed(tmp_path)) as bed:
            yield bed

    def test_a_code_that_is_sent_again_is_one_scan_and_two_of_one_text_are_two(
        self, bed: SsiScannerBed, told: Recorder
    ) -> None:
        told.status("device_ready")
        bed.scanner.mute = 1
        for _ in range(2):
            assert bed.scanner.scan(WATER)
        assert bed.scanner.scan(TEA)
        told.next(Scanned, text=TEA)
        assert [scanned.text for scanned in told.all(Scanned)] == [WATER, WATER, TEA]

    def test_a_damaged_code_is_sent_again_and_nothing_is_said(self, bed: SsiScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.scanner.damage = 1
        assert bed.scanner.scan(WATER)
        scanned = told.next(Scanned)
        assert (scanned.text, scanned.aim) == (WATER, "]E0")
        assert [status.code for status in told.all(DeviceStatus)] == ["device_ready"]


class TestHidFifo(ScannerContract):
    @pytest.fixture(params=["us", "de", "fr"])
    def bed(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FifoScannerBed]:
        options = HidScannerOptions(input=PATH, layout=request.param)
        with contextlib.closing(FifoScannerBed(tmp_path, options)) as bed:
            yield bed


class TestHidEnds(ScannerContract):
    @pytest.fixture(params=["tab", "timing", "idle"])
    def bed(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FifoScannerBed]:
        tab = HidScannerOptions(input=PATH, end="tab"), KEY_TAB
        timing = HidScannerOptions(tell_by="timing"), KEY_KPENTER
        idle = HidScannerOptions(input=PATH, end="idle"), KEY_TAB
        options, end = {"tab": tab, "timing": timing, "idle": idle}[request.param]
        with contextlib.closing(FifoScannerBed(tmp_path, options, end)) as bed:
            yield bed


class TestSerial:
    """What only a wire can do."""

    @pytest.fixture
    def told(self, pty_bed: PtyScannerBed) -> Recorder:
        told = Recorder()
        pty_bed.driver.start(told)
        told.status("device_ready")
        return told

    def test_a_code_in_pieces_is_one_scan(self, pty_bed: PtyScannerBed, told: Recorder) -> None:
        for piece in (b"6901", b"23456", b"7892", b"\r", b"\n", TEA.encode() + b"\r\n"):
            pty_bed.send(piece)
        told.next(Scanned, text=TEA)
        assert [scanned.text for scanned in told.all(Scanned)] == [WATER, TEA]

    def test_a_code_that_stalls_is_left_out_with_its_rest_and_does_not_stain_the_next(
        self, pty_bed: PtyScannerBed, told: Recorder
    ) -> None:
        pty_bed.send(b"690123")
        told.status("scan_unended")
        pty_bed.send(b"4567892\r")
        told.status("scan_unended")
        pty_bed.scan(TEA)
        assert told.next(Scanned).text == TEA
        assert len(told.all(Scanned)) == 1

    def test_a_flood_without_end_is_bounded_and_said(self, pty_bed: PtyScannerBed, told: Recorder) -> None:
        pty_bed.send(b"7" * 100_000 + b"\r")
        assert "2000" in told.status("scan_too_long").sentence
        pty_bed.scan(TEA)
        assert told.next(Scanned).text == TEA
        assert len(told.all(Scanned)) == 1

    def test_an_aim_identifier_is_beside_the_code(self, pty_bed: PtyScannerBed, told: Recorder) -> None:
        for aim in ("]E0", ""):
            pty_bed.scan(aim + WATER)
            scanned = told.next(Scanned)
            assert (scanned.text, scanned.aim) == (WATER, aim)

    def test_a_port_that_another_program_holds_is_said_until_it_is_free(self, pty_bed: PtyScannerBed) -> None:
        told = Recorder()
        with serial.Serial(str(pty_bed.port), exclusive=True):
            pty_bed.driver.start(told)
            busy = told.next(DeviceStatus)
            assert (busy.state, busy.code, busy.params) == ("failed", "port_busy", {"port": str(pty_bed.port)})
        told.status("device_ready")

    def test_a_port_that_is_no_port_is_refused_with_the_reason(self, pty_bed: PtyScannerBed) -> None:
        pty_bed.unplug()
        pty_bed.port.write_text("a file")
        told = Recorder()
        pty_bed.driver.start(told)
        refused = told.next(DeviceStatus)
        assert refused.code == "port_refused"
        assert os.strerror(errno.ENOTTY) in refused.sentence
