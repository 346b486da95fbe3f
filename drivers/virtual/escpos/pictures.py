"""Keeping the pictures of receipts in a folder."""

from __future__ import annotations

import itertools
import logging
from pathlib import Path

from PIL import Image

log = logging.getLogger(__name__)


class Pictures:
    """receipt-000001.png and so on, the newest `most` of them. Without a folder only the newest is held."""

    def __init__(self, folder: Path | None, most: int) -> None:
        self._folder, self._most = folder, most
        self.last: Image.Image | None = None

    def add(self, picture: Image.Image) -> Path | None:
        """Keep `picture`; where it is, if it could be written. A full disk costs a picture, not the printer."""
        self.last = picture
        if self._folder is None:
            return None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._next(self._folder)
            picture.convert("1").save(path)
        except OSError as error:
            log.warning("a receipt's picture could not be kept in %s: %s", self._folder, error)
            return None
        return path

    def _next(self, folder: Path) -> Path:
        there = sorted(folder.glob("receipt-*.png"))
        for old in there[: max(0, len(there) - self._most + 1)]:
            old.unlink(missing_ok=True)
        newest = there[-1].stem.removeprefix("receipt-") if there else "0"
        number = int(newest) + 1 if newest.isdecimal() else 1
        return next(
            path for count in itertools.count(number) if not (path := folder / f"receipt-{count:06d}.png").exists()
        )
