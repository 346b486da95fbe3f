"""A played PC/SC service: readers that come and go and cards faster than vpcd can show them. The driver is real."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from drivers.card_reader.pcsc import PcscCardReader
from drivers.card_reader.presence import COUNT_SHIFT, PRESENT
from drivers.card_reader.scard import PcscError
from drivers.card_reader.uid import GET_UID
from drivers.options import PcscOptions

NAME = "Played Reader 00"
REMOVED = 0x80100069
GONE = 0x8010001E
UNSUPPORTED = 0x8010001F


class PlayedPcsc:
    """Answers as libpcsclite does, with the count of events in a state's high word. `error` fails every call.

    `answer` is the card's, for all but its UID, and for that too if it `tells_uid` not; `read_errors` are what the
    next commands meet. If it `dies_reading` it is gone at the next command, and back without a reader. `said` is what
    the connections were asked, `attributes` what each reader tells of itself.
    """

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._count = 0
        self.names = [NAME]
        self.plugged = True
        self.uid: bytes | None = None
        self.tells_uid, self.atr = True, b"\x3b"
        self.error: int | None = None
        self.read_errors: list[int] = []
        self.dies_reading = False
        self.answer: Callable[[bytes], bytes] = lambda apdu: b"\x6d\x00"
        self.said: list[str] = []
        self.connected = False
        self.attributes: dict[str, dict[int, bytes]] = {}

    def __call__(self) -> PlayedPcsc:
        self.fail()
        return self

    def __enter__(self) -> PlayedPcsc:
        return self

    def __exit__(self, *_: object) -> None:
        """All connections end."""
        if self.connected:
            self.connected = False
            self.said.append("release")

    def readers(self) -> list[str]:
        self.fail()
        return list(self.names) if self.plugged else []

    def changes(self, states: Mapping[str, int], limit_ms: int) -> list[tuple[str, int, bytes]]:
        with self._news:
            self._news.wait_for(lambda: self._differs(states), limit_ms / 1000)
            self.fail()
            return [(name, self._state(), self.atr) for name, state in states.items() if state != self._state()]

    def connect(self, reader: str, direct: bool = False) -> PlayedConnection:
        self.fail()
        self.said.append("direct" if direct else "connect")
        self.connected = True
        return PlayedConnection(self, reader)

    def present(self, *uids: bytes | None) -> None:
        """Show cards one after another faster than anybody can look; None is no card. The last one stays."""
        with self._news:
            for uid in uids:
                self.uid = uid
                self._count += 1
            self._news.notify_all()

    def set(self, plugged: bool, error: int | None = None, names: list[str] | None = None) -> None:
        """Pull or put the reader's cable; with `error` every call fails with it until the next `set`."""
        with self._news:
            self.plugged, self.error, self.names = plugged, error, names or self.names
            self._news.notify_all()

    def fail(self) -> None:
        if self.error is not None:
            raise PcscError(self.error)

    def _state(self) -> int:
        return self._count << COUNT_SHIFT | (PRESENT if self.uid is not None else 0x10)

    def _differs(self, states: Mapping[str, int]) -> bool:
        listed = self.names if self.plugged else []
        gone = states.keys() - set(listed)
        return self.error is not None or bool(gone) or not states or any(s != self._state() for s in states.values())


class PlayedConnection:
    """A connection to the card that lies there when it is asked."""

    t0 = False

    def __init__(self, pcsc: PlayedPcsc, reader: str) -> None:
        self._pcsc, self._reader = pcsc, reader

    def transmit(self, apdu: bytes) -> bytes:
        pcsc = self._pcsc
        pcsc.fail()
        if pcsc.dies_reading:
            pcsc.plugged = pcsc.dies_reading = False
            raise PcscError(GONE)
        if pcsc.read_errors:
            raise PcscError(pcsc.read_errors.pop(0))
        uid = pcsc.uid
        if uid is None:
            raise PcscError(REMOVED)
        return uid + b"\x90\x00" if apdu == GET_UID and pcsc.tells_uid else pcsc.answer(apdu)

    def begin(self) -> None:
        self._pcsc.said.append("begin")

    def end(self) -> None:
        self._pcsc.said.append("end")

    def reset(self) -> None:
        if self._pcsc.uid is None:
            raise PcscError(REMOVED)
        self._pcsc.said.append("reset")

    def escape(self, command: bytes) -> bytes:
        self._pcsc.said.append(f"{self._reader} {command.hex()}")
        return b""

    def attribute(self, number: int) -> bytes:
        known = self._pcsc.attributes.get(self._reader, {})
        if number not in known:
            raise PcscError(UNSUPPORTED)
        return known[number]


class PlayedBed:
    """A reader whose cable can be pulled without pcscd going away."""

    def __init__(self, **options: Any) -> None:
        self.pcsc = PlayedPcsc()
        self.driver = PcscCardReader("counter", PcscOptions(**options), self.pcsc)

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
