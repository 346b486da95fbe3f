"""Connections of clients to readers and cards: sharing, transactions, and commands with their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from drivers.virtual.cards.card import Card, Mute
from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.pcsclite import wire
from drivers.virtual.pcsclite.reader import NO_CARD, SHARING, SUCCESS, T1, UNAVAILABLE, Connection, Reader
from drivers.virtual.pcsclite.wire import Ask, Call

EXCLUSIVE_SHARE, DIRECT_SHARE = 1, 3
LEAVE_CARD = 0
BAD_HANDLE = 0x80100003
SMALL_BUFFER = 0x80100008
UNKNOWN_READER = 0x80100009
NOT_TRANSACTED = 0x80100016
NOT_SUPPORTED = 0x8010001F
SERIAL_NUMBER, CHANNEL, FRIENDLY_NAME, ATR = 0x0001_0103, 0x0002_0110, 0x7FFF_0003, 0x0009_0303


class Client(Protocol):
    """A client's end: `context` is 0 before it has one; `waiting` while it wants to hear of the next event."""

    context: int
    waiting: bool

    def send(self, data: bytes, delay_ms: int = 0) -> None: ...


class Connections:
    """All of them, by handle. `changed` is called when a reader's state did.

    Who connects to a reader while somebody has a transaction there is answered when it ends, as by pcscd.
    """

    def __init__(
        self, readers: list[Reader], wallet: Wallet, numbers: Iterator[int], changed: Callable[[], None]
    ) -> None:
        self._readers = readers
        self._wallet = wallet
        self._numbers = numbers
        self._wake = changed
        self._open: dict[int, Connection] = {}
        self._stuck: list[tuple[Connection, Client, bytes]] = []
        self._queue: list[tuple[Client, Call]] = []
        self.calls: Mapping[Ask, Callable[[Client, Call], None]] = {
            Ask.CONNECT: self.connect,
            Ask.RECONNECT: self.reconnect,
            Ask.DISCONNECT: self.disconnect,
            Ask.BEGIN: self.begin,
            Ask.END: self.end,
            Ask.TRANSMIT: self.transmit,
            Ask.CONTROL: self.control,
            Ask.STATUS: self.status,
            Ask.ATTRIBUTE: self.attribute,
        }

    def connect(self, client: Client, call: Call) -> None:
        context, name, share, wanted, _, _, _ = wire.CONNECT.unpack(call.body)
        there = {each.name.encode(): each for each in self._readers if each.plugged}
        reader = there.get(name.rstrip(b"\0"))
        direct, exclusive = share == DIRECT_SHARE, share == EXCLUSIVE_SHARE
        handle, result = 0, SUCCESS
        if reader is not None and reader.holder is not None:
            self._queue.append((client, call))
            return
        if reader is None:
            result = UNKNOWN_READER
        elif reader.card is None and not direct:
            result = NO_CARD
        elif not reader.admits(exclusive):
            result = SHARING
        else:
            handle = next(self._numbers)
            seen = reader.insertions, reader.resets
            connection = Connection(handle, client, reader, direct, exclusive, seen)
            reader.connections.append(connection)
            self._open[handle] = connection
            self._wake()
        protocol = 0 if handle == 0 or direct else T1
        client.send(wire.CONNECT.pack(context, name, share, wanted, handle, protocol, result))

    def reconnect(self, client: Client, call: Call) -> None:
        handle, share, wanted, first, _, _ = wire.RECONNECT.unpack(call.body)
        connection, result = self._open.get(handle), SUCCESS
        if connection is None:
            result = BAD_HANDLE
        elif not connection.reader.plugged:
            result = UNAVAILABLE
        elif connection.reader.card is None:
            result = NO_CARD
        elif connection.reader.busy_for(connection):
            result = SHARING
        else:
            if first != LEAVE_CARD:
                connection.reader.reset()
            connection.seen = connection.reader.insertions, connection.reader.resets
        client.send(wire.RECONNECT.pack(handle, share, wanted, first, T1, result))

    def disconnect(self, client: Client, call: Call) -> None:
        handle, after, _ = wire.DISCONNECT.unpack(call.body)
        connection = self._open.pop(handle, None)
        if connection is not None:
            if after != LEAVE_CARD and connection.trouble == SUCCESS:
                connection.reader.reset()
            connection.reader.let_go(connection)
            self._wake()
            self.admit()
        client.send(wire.DISCONNECT.pack(handle, after, SUCCESS if connection else BAD_HANDLE))

    def begin(self, client: Client, call: Call) -> None:
        handle, _ = wire.BEGIN.unpack(call.body)
        result = self._usable(handle)
        if result == SUCCESS:
            connection = self._open[handle]
            connection.reader.holder = connection
        client.send(wire.BEGIN.pack(handle, result))

    def end(self, client: Client, call: Call) -> None:
        handle, after, _ = wire.DISCONNECT.unpack(call.body)
        result = self._usable(handle)
        if result == SUCCESS:
            reader = self._open[handle].reader
            reader.holder = None
            if after != LEAVE_CARD:
                reader.reset()
        client.send(wire.DISCONNECT.pack(handle, after, result))
        self.admit()

    def transmit(self, client: Client, call: Call) -> None:
        """The card's answer, as late as the card is slow; none while it is mute."""
        fields = list(wire.TRANSMIT.unpack(call.body))
        result = self._usable(fields[0])
        if result != SUCCESS:
            client.send(_transmitted(fields, b"", result))
            return
        connection = self._open[fields[0]]
        card = connection.reader.card
        if card is None:
            client.send(_transmitted(fields, b"", NO_CARD))
            return
        try:
            answer = self._asked(card, call.following)
        except Mute:
            self._stuck.append((connection, client, _transmitted(fields, b"", NOT_TRANSACTED)))
        except Pulled:
            client.send(_transmitted(fields, b"", NOT_TRANSACTED))
            connection.reader.remove()
            self._wake()
        else:
            client.send(_transmitted(fields, answer, SUCCESS), card.delay_ms)

    def _asked(self, card: Card, command: bytes) -> bytes:
        try:
            return card.answer(command)
        finally:
            self._wallet.keep()

    def control(self, client: Client, call: Call) -> None:
        """Every command of the reader's maker is remembered and answered by nothing."""
        fields = list(wire.CONTROL.unpack(call.body))
        connection = self._open.get(fields[0])
        result = BAD_HANDLE if connection is None else SUCCESS if connection.reader.plugged else UNAVAILABLE
        if connection is not None and result == SUCCESS:
            connection.reader.escapes.append(call.following)
        client.send(wire.CONTROL.pack(*fields[:4], 0, result))

    def status(self, client: Client, call: Call) -> None:
        handle, _ = wire.BEGIN.unpack(call.body)
        client.send(wire.BEGIN.pack(handle, self._usable(handle)))

    def attribute(self, client: Client, call: Call) -> None:
        handle, number, _, room, _ = wire.ATTRIBUTE.unpack(call.body)
        connection = self._open.get(handle)
        value, result = b"", BAD_HANDLE
        if connection is not None:
            found = _attributes(connection.reader).get(number)
            value, result = found or b"", SUCCESS if found else NOT_SUPPORTED
            if len(value) > min(room, wire.ATTRIBUTE_BYTES):
                result = SMALL_BUFFER
        client.send(wire.ATTRIBUTE.pack(handle, number, value, len(value), result))

    def _usable(self, handle: int) -> int:
        connection = self._open.get(handle)
        if connection is None:
            return BAD_HANDLE
        return connection.trouble or (SHARING if connection.reader.busy_for(connection) else SUCCESS)

    def unstick(self, reader: Reader) -> None:
        """Who waits for a mute card hears that it is gone."""
        for connection, client, answer in [each for each in self._stuck if each[0].reader is reader]:
            self._stuck.remove((connection, client, answer))
            client.send(answer)

    def admit(self) -> None:
        """Answer those who waited for the end of a transaction; who must wait on waits on."""
        queue, self._queue = self._queue, []
        for client, call in queue:
            self.connect(client, call)

    def forget(self, client: Client) -> None:
        """A client's connections end. A card in the middle of a transaction is started anew, as by pcscd."""
        self._queue = [each for each in self._queue if each[0] is not client]
        self._stuck = [each for each in self._stuck if each[1] is not client]
        for handle, connection in list(self._open.items()):
            if connection.client is client:
                if connection.reader.holder is connection and connection.trouble == SUCCESS:
                    connection.reader.reset()
                connection.reader.let_go(self._open.pop(handle))
        self.admit()


def _transmitted(fields: list[int], answer: bytes, result: int) -> bytes:
    return wire.TRANSMIT.pack(*fields[:6], len(answer), result) + answer


def _attributes(reader: Reader) -> dict[int, bytes]:
    """Text ends with a zero, as the CCID driver gives it."""
    texts = {SERIAL_NUMBER: reader.serial, FRIENDLY_NAME: reader.name}
    told = {number: text.encode() + b"\0" for number, text in texts.items() if text}
    if reader.card is not None:
        told[ATR] = reader.card.atr
    return told | {CHANNEL: reader.channel.to_bytes(4, "little")}
