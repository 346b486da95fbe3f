"""A twin of a reader: the card in it, and who is connected to it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from drivers.virtual.cards.card import Card
from drivers.virtual.pcsclite import wire

ABSENT, PRESENT, POWERED, NEGOTIABLE = 0x02, 0x04, 0x10, 0x20
EXCLUSIVE = -1
T1 = 0x02
EVENTS_MAX = 0xFFFF
SUCCESS = 0
NO_CARD = 0x8010000C
SHARING = 0x8010000B
RESET_CARD = 0x80100068
REMOVED = 0x80100069
UNAVAILABLE = 0x80100017


@dataclass
class Connection:
    """One handle of a client. `seen` is the insertion and the reset that it knows of."""

    handle: int
    client: object
    reader: Reader
    direct: bool
    exclusive: bool
    seen: tuple[int, int]

    @property
    def trouble(self) -> int:
        """The result that every call has until the client connects again, or SUCCESS."""
        if not self.reader.plugged:
            return UNAVAILABLE
        if self.direct:
            return SUCCESS
        if self.reader.card is None or self.seen[0] != self.reader.insertions:
            return REMOVED
        return SUCCESS if self.seen[1] == self.reader.resets else RESET_CARD


@dataclass
class Reader:
    """`name` as PC/SC shows it. `insertions` and `resets` count, so that an old handle is known for one."""

    name: str
    serial: str = ""
    channel: int = 0
    plugged: bool = True
    card: Card | None = None
    events: int = 0
    unsure: bool = False  # plugged in, and not looked at yet: what is found then is no event
    insertions: int = 0
    resets: int = 0
    connections: list[Connection] = field(default_factory=list)
    holder: Connection | None = None  # whose transaction it is
    escapes: list[bytes] = field(default_factory=list)

    def insert(self, card: Card) -> None:
        """Put a card in, in place of another one if there is one."""
        if self.card is not None:
            self.remove()
        self.card = card
        self.insertions += 1
        self._moved()

    def remove(self) -> None:
        """Take the card out, if there is one."""
        if self.card is not None:
            self.card.power_off()
            self.card = None
            self._moved()

    def plug(self, plugged: bool) -> None:
        """Pull the cable or put it in: the reader comes back without a card, and its count goes on."""
        if not plugged:
            self.remove()
            self.connections.clear()
            self.holder = None
        self.plugged = plugged

    def reset(self) -> None:
        """Start the card anew."""
        if self.card is not None:
            self.card.power_off()
            self.resets += 1

    def admits(self, exclusive: bool) -> bool:
        """Whether one more may connect."""
        return not any(other.exclusive for other in self.connections) and not (exclusive and self.connections)

    def busy_for(self, connection: Connection) -> bool:
        """Whether somebody else has a transaction going."""
        return self.holder is not None and self.holder is not connection

    def let_go(self, connection: Connection) -> None:
        """End a connection and its transaction."""
        if self.holder is connection:
            self.holder = None
        if connection in self.connections:
            self.connections.remove(connection)

    def state(self) -> bytes:
        """As the client library keeps it."""
        if not self.plugged:
            return bytes(wire.STATE.size)
        atr = b"" if self.card is None else self.card.atr
        state = 0 if self.unsure else ABSENT if self.card is None else PRESENT | POWERED | NEGOTIABLE
        exclusive = any(connection.exclusive for connection in self.connections)
        sharing = EXCLUSIVE if exclusive else len(self.connections)
        protocol = 0 if self.card is None else T1
        return wire.STATE.pack(self.name.encode(), self.events, state, sharing, atr, len(atr), protocol)

    def _moved(self) -> None:
        if not self.unsure:
            self.events = (self.events + 1) & EVENTS_MAX


def readers_of(arguments: list[str]) -> list[Reader]:
    """Readers by their names, "NAME" or "NAME=SERIAL". Raises ValueError."""
    counted = itertools.count()
    readers = []
    for argument in arguments:
        name, _, serial = argument.partition("=")
        if not 0 < len(name.encode()) < wire.NAME_BYTES:
            raise ValueError(f"a reader's name has 1 to {wire.NAME_BYTES - 1} bytes")
        readers.append(Reader(name, serial, 0x0020_0000 | next(counted)))
    if not 0 < len(readers) <= wire.READERS_MAX or len({reader.name for reader in readers}) < len(readers):
        raise ValueError(f"there are 1 to {wire.READERS_MAX} readers, each with its own name")
    return readers
