"""A receipt printer behind an FTDI adapter on USB: the line, its flow and its driver are real."""

from __future__ import annotations

import io

from PIL import Image

from drivers.options import EscposOptions
from drivers.printer.escpos import EscposPrinter
from hil_tests.beds.hands import Hands


class UartPrinterBed:
    """The printer's cable, paper and cover are in the hands of the host, and what comes out of it."""

    def __init__(self, hands: Hands, port: str) -> None:
        self._hands = hands
        hands.do("new_printer")
        self.plug()
        self.driver = EscposPrinter("counter", EscposOptions(port=port))

    def paper(self, state: str | int) -> None:
        self._hands.do("printer", call="paper", state=state)

    def cover(self, state: str) -> None:
        self._hands.do("printer", call="cover", state=state)

    def pieces(self) -> list[Image.Image]:
        pictures = self._hands.do("printer", call="pictures")
        return [Image.open(io.BytesIO(bytes.fromhex(picture))).convert("L") for picture in pictures]

    def kicked(self, times: int) -> bool:
        return bool(self._hands.do("printer", call="kicked", times=times))

    def unplug(self) -> None:
        self._hands.do("printer", call="unplug")

    def plug(self) -> None:
        self._hands.do("printer", call="plug")

    def close(self) -> None:
        self.driver.close()
        self.unplug()
