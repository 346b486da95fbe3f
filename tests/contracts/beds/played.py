"""A played PC/SC service: readers that come and go and cards faster than vpcd can show them. The driver is real."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from drivers.card_reader.pcsc import PcscCardReader
from drivers.card_reader.presence import COUNT_SHIFT, PRESENT
from drivers.card_reader.scard import PcscError
from drivers.options import PcscOptions

NAME = "Played Reader 00"


class PlayedPcsc:
    """Answers as libpcsclite does, with the count of events in a state's high word. `error` fails every call."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._count = 0
        self.plugged = True
        self.uid: bytes | None = None
        self.error: int | None = None
        self.read_errors: list[int] = []

    def __call__(self) -> PlayedPcsc:
        self._fail()
        return self

    def __enter__(self) -> PlayedPcsc:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to let go."""

    def readers(self) -> list[str]:
        self._fail()
        return [NAME] if self.plugged else []

    def changes(self, states: Mapping[str, int], limit_ms: int) -> list[tuple[str, int, bytes]]:
        with self._news:
            self._news.wait_for(lambda: self._differs(states), limit_ms / 1000)
            self._fail()
            return [(name, self._state(), b"\x3b") for name, state in states.items() if state != self._state()]

    def read_uid(self, reader: str) -> bytes | None:
        if self.read_errors:
            raise PcscError(self.read_errors.pop(0))
        if self.uid is None:
            raise PcscError(0x80100069)
        return self.uid

    def present(self, *uids: bytes | None) -> None:
        """Show cards one after another faster than anybody can look; None is no card. The last one stays."""
        with self._news:
            for uid in uids:
                self.uid = uid
                self._count += 1
            self._news.notify_all()

    def set(self, plugged: bool, error: int | None = None) -> None:
        """Pull or put the reader's cable; with `error` every call fails with it until the next `set`."""
        with self._news:
            self.plugged, self.error = plugged, error
            self._news.notify_all()

    def _state(self) -> int:
        return self._count << COUNT_SHIFT | (PRESENT if self.uid is not None else 0x10)

    def _differs(self, states: Mapping[str, int]) -> bool:
        listed = [NAME] if self.plugged else []
        return self.error is not None or listed != list(states) or any(s != self._state() for s in states.values())

    def _fail(self) -> None:
        if self.error is not None:
            raise PcscError(self.error)


class PlayedBed:
    """A reader whose cable can be pulled without pcscd going away."""

    def __init__(self) -> None:
        self.pcsc = PlayedPcsc()
        self.driver = PcscCardReader("counter", PcscOptions(), self.pcsc)

    def tap(self, uid: str) -> None:
        self.pcsc.present(bytes.fromhex(uid))

    def remove(self) -> None:
        self.pcsc.present(None)

    def unplug(self) -> None:
        self.pcsc.set(plugged=False)

    def plug(self) -> None:
        self.pcsc.set(plugged=True)

    def close(self) -> None:
        self.driver.close()
