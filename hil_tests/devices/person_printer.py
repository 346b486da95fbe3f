"""A receipt printer whose paper and cover a person moves, and whose receipts a person looks at."""

from __future__ import annotations

import io

import pytest
import segno
from PIL import Image

from hil_tests.devices.named import Named
from hil_tests.devices.person import PersonBed
from hil_tests.devices.person_drawer import WAIT
from hil_tests.devices.terminal import Ask, ask_on_terminal

PAPER = {
    "ok": "Put a full roll of paper into the printer and shut it.",
    "low": "Put in a roll that is nearly at its end, where the printer can feel that, and shut it.",
    "out": "Take the paper out of the printer and shut it.",
}
COVER = {"open": "Open the printer's cover.", "shut": "Shut the printer's cover."}
READ = (
    "Receipt {number}: look whether it is whole, with 大红袍 at its left and ¥268.00 at its right, and read its code "
    "with a telephone. Type what the code says, or n if the receipt is not right."
)


class PersonPrinterBed(PersonBed):
    """Receipts are counted from the bed's beginning. How the printer is left is put right at its end."""

    def __init__(self, device: Named, ask: Ask = ask_on_terminal) -> None:
        super().__init__(device, ask)
        self._paper, self._cover = "ok", "shut"
        self._pieces: list[Image.Image] = []
        self.ask("Tear off what hangs at the printer, and clear it away.")

    def paper(self, state: str | int) -> None:
        if isinstance(state, int):
            pytest.skip("nobody can measure out the paper that is left on a roll")
        self.do(PAPER[state])
        self._paper = state

    def cover(self, state: str) -> None:
        self.do(COVER[state])
        self._cover = state

    def pieces(self) -> list[Image.Image]:
        """A picture of each receipt, with the code that the person read; one that is not right is empty."""
        more = self.number("How many receipts came out that you were not asked for yet? 0 is an answer.")
        first = len(self._pieces) + 1
        self._pieces += [drawn(self.do(READ.format(number=number))) for number in range(first, first + more)]
        return self._pieces

    def kicked(self, times: int) -> bool:
        return self.number(WAIT) == times

    def close(self) -> None:
        super().close()
        if self._cover != "shut":
            self.ask(COVER["shut"])
        if self._paper != "ok":
            self.ask(PAPER["ok"])


def drawn(read: str) -> Image.Image:
    """The code that was read from a receipt, as a picture."""
    if read in ("", "n"):
        return Image.new("L", (64, 64), 255)
    png = io.BytesIO()
    segno.make(read, micro=False).save(png, kind="png", scale=4)
    return Image.open(png).convert("L")
