"""The paper of a virtual printer: strips of dots one under the other, until they are cut off."""

from __future__ import annotations

from PIL import Image

HEIGHT_MAX = 16_000  # dots, two metres: a stream without a cut takes no more memory than that
MARGIN = 24


class Paper:
    """`left` is how many dots of paper are left on the roll, None for no end."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self.left: int | None = None
        self._strips: list[Image.Image] = []
        self._height = 0

    @property
    def full(self) -> bool:
        """Whether it is so long that it has to be cut."""
        return self._height >= HEIGHT_MAX

    def put(self, strip: Image.Image) -> None:
        """Add a strip of black (0) on white, cut to the paper's width."""
        if strip.height:
            self._strips.append(strip.crop((0, 0, self.dots, strip.height)) if strip.width != self.dots else strip)
            self._pull(strip.height)

    def feed(self, dots: int) -> None:
        """Pull out empty paper."""
        if dots > 0:
            self.put(Image.new("L", (self.dots, min(dots, HEIGHT_MAX)), 255))

    def cut(self) -> Image.Image | None:
        """The piece that comes off with a margin around it, or None if there is nothing on the paper."""
        strips, self._strips = self._strips, []
        height, self._height = self._height, 0
        if not any(strip.getextrema()[0] == 0 for strip in strips):
            return None
        piece = Image.new("L", (self.dots + 2 * MARGIN, height + 2 * MARGIN), 255)
        top = MARGIN
        for strip in strips:
            piece.paste(strip, (MARGIN, top))
            top += strip.height
        return piece

    def _pull(self, dots: int) -> None:
        self._height += dots
        if self.left is not None:
            self.left = max(0, self.left - dots)
