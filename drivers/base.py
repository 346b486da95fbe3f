"""What a driver tells, and what a driver is.

What names a card or a person, and what somebody typed or showed, is not in the repr of an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import Field

from drivers.receipt import Receipt

State = Literal["ready", "missing", "failed", "closed"]
Pattern = Literal["ok", "busy", "refused", "off"]
Tune = Literal["ok", "refused", "attention"]
Outcome = Literal["printed", "not_printed", "unknown"]

UID_BYTES_MAX = 10
ATR_BYTES_MAX = 33
APDU_BYTES_MAX = 65_544  # ISO/IEC 7816-3: an extended command with 65,535 bytes of data
TEXT_CHARS_MAX = 4096

Name = Annotated[str, Field(min_length=1, max_length=64)]
Hex = Annotated[str, Field(pattern=r"^([0-9A-F]{2})*$")]
Value = Annotated[str, Field(max_length=500)] | int
Job = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
# The kinds that are built in; a plug-in may bring another.
KINDS: tuple[Kind, ...] = ("card_reader", "scanner", "keypad", "printer", "drawer", "light", "buzzer", "button")


@dataclass(frozen=True, slots=True)
class CardTapped:
    """A card came to the reader. `uid` and `atr` are upper-case hex; `at_ns` is `time.monotonic_ns()` at the reader.

    `technology` is "uid", "random_uid" for a card that shows another number at each tap, or "contact" for a card with
    contacts that tells no number: its `uid` is empty. `card` counts the taps of
    a reader that exchanges APDUs, from 1, and names the card to it; 0 is a card that can only be seen.
    """

    device: Name
    uid: Annotated[Hex, Field(max_length=2 * UID_BYTES_MAX)] = field(repr=False)
    technology: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
    at_ns: int
    atr: Annotated[Hex, Field(max_length=2 * ATR_BYTES_MAX)] = ""
    card: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card left the reader."""

    device: Name
    at_ns: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """One code without its suffix. `aim` is its AIM identifier (ISO/IEC 15424), such as "]C1", if the scanner tells it.

    A scanner that was told to leave the identifier in the text leaves it there, and `aim` is empty.
    """

    device: Name
    text: Annotated[str, Field(min_length=1, max_length=TEXT_CHARS_MAX)] = field(repr=False)
    at_ns: int
    aim: Annotated[str, Field(pattern=r"^(\][A-Za-z][0-9A-Za-z])?$")] = ""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key of a keypad: a digit, "enter", "back" or "clear"."""

    device: Name
    key: Annotated[str, Field(pattern=r"^([0-9]|enter|back|clear)$")] = field(repr=False)
    at_ns: int


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button was pressed, once for each press."""

    device: Name
    at_ns: int


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """What became of a print job. "unknown": it was under way when the printer was lost; it is not printed again."""

    device: Name
    job: Job
    outcome: Outcome
    at_ns: int


@dataclass(frozen=True, slots=True)
class Noted:
    """What a device of a kind that is not built in has to tell, such as a weight."""

    kind: Kind
    device: Name
    values: Annotated[Mapping[Annotated[str, Field(max_length=64)], Value], Field(min_length=1, max_length=16)]
    at_ns: int


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device is. `code` and `params` choose the words of the screen; `sentence` is the same in English."""

    kind: Kind
    device: Name
    state: State
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
    params: Annotated[Mapping[str, Value], Field(max_length=16)] = field(default_factory=dict)
    sentence: Annotated[str, Field(max_length=1000)] = ""


Act = CardTapped | CardRemoved | Scanned | KeyPressed | ButtonPressed | PrintEnded | Noted
Event = Act | DeviceStatus
Emit = Callable[[Event], None]


class Driver(Protocol):
    """A device that is held. `start` returns at once; `emit` is called from the driver's own thread.

    A driver opens its device again by itself and tells each change as a DeviceStatus; it never raises into `emit`'s
    owner. `beat_ns` is the monotonic time of its last sign of life: one that stands still is hung in a call.
    """

    kind: Kind
    device: str

    @property
    def beat_ns(self) -> int: ...

    def start(self, emit: Emit) -> None: ...

    def close(self) -> None:
        """Let go of the device and return soon, also when the device does not answer."""


@runtime_checkable
class Revives(Protocol):
    """A driver whose thread can be replaced by a new one when it hangs in a call, or died."""

    @property
    def alive(self) -> bool:
        """Whether its thread lives."""

    @property
    def left_behind(self) -> int:
        """How many threads hang in a call that was given up."""

    def revive(self) -> None:
        """Leave the thread behind, begin with a new one and return at once."""


@runtime_checkable
class ShowsPatterns(Protocol):
    """A driver that is a light."""

    def show(self, pattern: Pattern) -> None:
        """Ask for `pattern` and return at once."""


@runtime_checkable
class ExchangesApdus(Protocol):
    """A card reader through which one can speak with the card that was tapped last."""

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        """Send one command APDU to `card` (of CardTapped) and give its answer, status word included.

        May be called from any thread, one call at a time. Raises CardGone when that card is no longer there, CardMute
        when it does not answer within `limit_s`, DeviceLost when the reader goes away meanwhile.
        """


@runtime_checkable
class Prints(Protocol):
    """A printer of receipts."""

    def print(self, job: str, receipt: Receipt) -> None:
        """Take a receipt and return at once; PrintEnded tells what became of it.

        A job whose name was used before is not printed again; PrintEnded is told again if it has ended.
        """


@runtime_checkable
class OpensDrawer(Protocol):
    """A cash drawer, or a printer with one at its socket."""

    def open_drawer(self) -> None:
        """Ask for the drawer to spring open and return at once. What cannot be done now is not done later."""


@runtime_checkable
class HasDrawerSocket(OpensDrawer, Protocol):
    """A printer with a socket for a drawer."""

    @property
    def reachable(self) -> bool:
        """Whether the printer is there, and the drawer can be opened."""


@runtime_checkable
class LeansOnDevices(Protocol):
    """A driver whose device hangs on another one, such as a drawer at a printer."""

    def lean_on(self, drivers: Sequence[Driver]) -> None:
        """Meet the drivers of all devices, itself among them; called once, when all are made."""


@runtime_checkable
class Sounds(Protocol):
    """A buzzer."""

    def sound(self, tune: Tune) -> None:
        """Ask for `tune` and return at once; the newest one wins."""
