"""The example of a plug-in, held to the contract of its kind on a pseudo-terminal."""

from __future__ import annotations

import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import registry
from tests.contracts.scale import ScaleContract
from tests.drivers.example_plugin import EXAMPLE, points


class PtyScaleBed:
    """The scale's end of the wire."""

    def __init__(self, port: Path) -> None:
        self._port = port
        self._ends: tuple[int, ...] = ()
        self.plug()
        entry = registry.find("scale", "plain", points)
        options = entry.options.model_validate({"port": str(port)})
        self.driver = registry.create("scale", "plain", "counter", options, points)

    def plug(self) -> None:
        self._ends = os.openpty()
        tty.setraw(self._ends[1])
        self._port.unlink(missing_ok=True)
        self._port.symlink_to(os.ttyname(self._ends[1]))

    def unplug(self) -> None:
        self._port.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = ()

    def weigh(self, grams: int) -> None:
        os.write(self._ends[0], b"ST,+%02d.%03dkg\r\n" % divmod(grams, 1000))

    def noise(self) -> None:
        os.write(self._ends[0], b"\xff\x00ST,+0\r\n" + b"9" * 200 + b"\r\n")

    def close(self) -> None:
        self.driver.close()
        self.unplug()


class TestExample(ScaleContract):
    @pytest.fixture
    def bed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PtyScaleBed]:
        monkeypatch.syspath_prepend(str(EXAMPLE))
        bed = PtyScaleBed(tmp_path / "scale")
        yield bed
        bed.close()
