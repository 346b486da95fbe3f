"""What the PC/SC service does for its clients, without their sockets: contexts, connections, transactions, events."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from drivers.virtual.cards.card import Card, Mute
from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.pcsclite import wire
from drivers.virtual.pcsclite.reader import NO_CARD, SHARING, SUCCESS, T1, UNAVAILABLE, Connection, Reader
from drivers.virtual.pcsclite.wire import Ask, Call

EXCLUSIVE_SHARE, DIRECT_SHARE = 1, 3
LEAVE_CARD = 0
CANCELLED = 0x80100002
BAD_HANDLE = 0x80100003
UNKNOWN_READER = 0x80100009
NOT_TRANSACTED = 0x80100016
NOT_SUPPORTED = 0x8010001F
SMALL_BUFFER = 0x80100008
SERIAL_NUMBER, CHANNEL, FRIENDLY_NAME, ATR = 0x0001_0103, 0x0002_0110, 0x7FFF_0003, 0x0009_0303


class Client(Protocol):
    """A client's end: `context` is 0 before it has one; `waiting` while it wants to hear of the next event."""

    context: int
    waiting: bool

    def send(self, data: bytes, delay_ms: int = 0) -> None: ...


class Twin:
    """The service, and the hands at its readers. An order that makes no sense is a ValueError."""

    def __init__(self, readers: list[Reader], wallet: Wallet) -> None:
        self.readers = readers
        self._wallet = wallet
        self._numbers = itertools.count(1)
        self._clients: list[Client] = []
        self._connections: dict[int, Connection] = {}
        self._stuck: list[tuple[Connection, Client, bytes]] = []
        self._reader_events = 0
        self._calls: Mapping[Ask, Callable[[Client, Call], None]] = {
            Ask.VERSION: self._version,
            Ask.ESTABLISH: self._establish,
            Ask.RELEASE: self._release,
            Ask.CONNECT: self._connect,
            Ask.RECONNECT: self._reconnect,
            Ask.DISCONNECT: self._disconnect,
            Ask.BEGIN: self._begin,
            Ask.END: self._end,
            Ask.TRANSMIT: self._transmit,
            Ask.CONTROL: self._control,
            Ask.STATUS: self._status,
            Ask.CANCEL: self._cancel,
            Ask.ATTRIBUTE: self._attribute,
            Ask.READERS: lambda client, _: client.send(self._states()),
            Ask.WAIT: self._wait,
            Ask.STOP_WAITING: self._stop_waiting,
            Ask.READER_EVENTS: lambda client, _: client.send(wire.EVENTS.pack(self._reader_events, SUCCESS)),
        }

    def come(self, client: Client) -> None:
        self._clients.append(client)

    def go(self, client: Client) -> None:
        """A client is gone; its connections end."""
        self._clients.remove(client)
        self._forget(client)

    def answer(self, client: Client, call: Call) -> None:
        """Do what a client asks and send its answer. Raises struct.error for a body of another shape."""
        self._calls[call.ask](client, call)

    def tap(self, order: Mapping[str, Any]) -> None:
        """Hold a card to the reader number `reader` of the order, 0 if none is named. Raises ValueError."""
        reader = self._reader(order)
        card = self._wallet.take({key: value for key, value in order.items() if key != "reader"})
        self._unstick(reader)
        reader.insert(card)
        self._wake()

    def remove(self, order: Mapping[str, Any]) -> None:
        """Take the card away."""
        reader = self._reader(order)
        self._unstick(reader)
        reader.remove()
        self._wake()

    def plug(self, order: Mapping[str, Any]) -> None:
        """Pull a reader's cable, or put it in."""
        plugged = order["plug"]
        if not isinstance(plugged, bool):
            raise ValueError("plug must be true or false")
        reader = self._reader(order, plugged=None)
        self._unstick(reader)
        reader.plug(plugged)
        self._reader_events += 1
        self._wake()

    def escapes(self, order: Mapping[str, Any]) -> list[str]:
        """The escape commands that a reader was sent since this was asked last, in hex."""
        reader = self._reader(order)
        heard, reader.escapes = reader.escapes, []
        return [command.hex().upper() for command in heard]

    def _reader(self, order: Mapping[str, Any], plugged: bool | None = True) -> Reader:
        number = order.get("reader", 0)
        if type(number) is not int or not 0 <= number < len(self.readers):
            raise ValueError(f"reader must be a number below {len(self.readers)}")
        if plugged and not self.readers[number].plugged:
            raise ValueError(f"reader {number} is unplugged")
        return self.readers[number]

    def _version(self, client: Client, call: Call) -> None:
        major, minor, _ = wire.VERSION.unpack(call.body)
        client.send(wire.VERSION.pack(major, minor, SUCCESS))

    def _establish(self, client: Client, call: Call) -> None:
        scope, _, _ = wire.ESTABLISH.unpack(call.body)
        client.context = next(self._numbers)
        client.send(wire.ESTABLISH.pack(scope, client.context, SUCCESS))

    def _release(self, client: Client, call: Call) -> None:
        context, _ = wire.RELEASE.unpack(call.body)
        self._forget(client)
        client.send(wire.RELEASE.pack(context, SUCCESS))

    def _connect(self, client: Client, call: Call) -> None:
        context, name, share, wanted, _, _, _ = wire.CONNECT.unpack(call.body)
        there = {each.name.encode(): each for each in self.readers if each.plugged}
        reader = there.get(name.rstrip(b"\0"))
        direct, exclusive = share == DIRECT_SHARE, share == EXCLUSIVE_SHARE
        handle, result = 0, SUCCESS
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
            self._connections[handle] = connection
            self._wake()
        protocol = 0 if handle == 0 or direct else T1
        client.send(wire.CONNECT.pack(context, name, share, wanted, handle, protocol, result))

    def _reconnect(self, client: Client, call: Call) -> None:
        handle, share, wanted, first, _, _ = wire.RECONNECT.unpack(call.body)
        connection, result = self._connections.get(handle), SUCCESS
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

    def _disconnect(self, client: Client, call: Call) -> None:
        handle, after, _ = wire.DISCONNECT.unpack(call.body)
        connection = self._connections.pop(handle, None)
        if connection is not None:
            if after != LEAVE_CARD and connection.trouble == SUCCESS:
                connection.reader.reset()
            connection.reader.let_go(connection)
            self._wake()
        client.send(wire.DISCONNECT.pack(handle, after, SUCCESS if connection else BAD_HANDLE))

    def _begin(self, client: Client, call: Call) -> None:
        handle, _ = wire.BEGIN.unpack(call.body)
        result = self._usable(handle)
        if result == SUCCESS:
            connection = self._connections[handle]
            connection.reader.holder = connection
        client.send(wire.BEGIN.pack(handle, result))

    def _end(self, client: Client, call: Call) -> None:
        handle, after, _ = wire.DISCONNECT.unpack(call.body)
        result = self._usable(handle)
        if result == SUCCESS:
            reader = self._connections[handle].reader
            reader.holder = None
            if after != LEAVE_CARD:
                reader.reset()
        client.send(wire.DISCONNECT.pack(handle, after, result))

    def _transmit(self, client: Client, call: Call) -> None:
        """The card's answer, as late as the card is slow; none while it is mute."""
        fields = list(wire.TRANSMIT.unpack(call.body))
        result = self._usable(fields[0])
        if result != SUCCESS:
            client.send(_transmitted(fields, b"", result))
            return
        connection = self._connections[fields[0]]
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

    def _control(self, client: Client, call: Call) -> None:
        """Every command of the reader's maker is remembered and answered by nothing."""
        fields = list(wire.CONTROL.unpack(call.body))
        connection = self._connections.get(fields[0])
        result = BAD_HANDLE if connection is None else SUCCESS if connection.reader.plugged else UNAVAILABLE
        if connection is not None and result == SUCCESS:
            connection.reader.escapes.append(call.following)
        client.send(wire.CONTROL.pack(*fields[:4], 0, result))

    def _status(self, client: Client, call: Call) -> None:
        handle, _ = wire.BEGIN.unpack(call.body)
        client.send(wire.BEGIN.pack(handle, self._usable(handle)))

    def _attribute(self, client: Client, call: Call) -> None:
        handle, number, _, room, _ = wire.ATTRIBUTE.unpack(call.body)
        connection = self._connections.get(handle)
        value, result = b"", BAD_HANDLE
        if connection is not None:
            found = _attributes(connection.reader).get(number)
            value, result = found or b"", SUCCESS if found else NOT_SUPPORTED
            if len(value) > min(room, wire.ATTRIBUTE_BYTES):
                result = SMALL_BUFFER
        client.send(wire.ATTRIBUTE.pack(handle, number, value, len(value), result))

    def _wait(self, client: Client, _: Call) -> None:
        client.waiting = True
        client.send(self._states())

    def _stop_waiting(self, client: Client, _: Call) -> None:
        """Who was told of an event meanwhile takes that for the answer."""
        if client.waiting:
            client.waiting = False
            client.send(wire.WAITED.pack(0, SUCCESS))

    def _cancel(self, client: Client, call: Call) -> None:
        context, _ = wire.RELEASE.unpack(call.body)
        for other in self._clients:
            if other.context == context and other.waiting:
                other.waiting = False
                other.send(wire.WAITED.pack(0, CANCELLED))
        client.send(wire.RELEASE.pack(context, SUCCESS))

    def _usable(self, handle: int) -> int:
        connection = self._connections.get(handle)
        if connection is None:
            return BAD_HANDLE
        return connection.trouble or (SHARING if connection.reader.busy_for(connection) else SUCCESS)

    def _states(self) -> bytes:
        """Those that are plugged in, and empty places."""
        there = [reader.state() for reader in self.readers if reader.plugged]
        return b"".join(there) + bytes(wire.STATE.size) * (wire.READERS_MAX - len(there))

    def _wake(self) -> None:
        for client in self._clients:
            if client.waiting:
                client.waiting = False
                client.send(wire.WAITED.pack(0, SUCCESS))

    def _unstick(self, reader: Reader) -> None:
        """Who waits for a mute card hears that it is gone."""
        for connection, client, answer in [each for each in self._stuck if each[0].reader is reader]:
            self._stuck.remove((connection, client, answer))
            client.send(answer)

    def _forget(self, client: Client) -> None:
        client.waiting = False
        self._stuck = [each for each in self._stuck if each[1] is not client]
        for handle, connection in list(self._connections.items()):
            if connection.client is client:
                connection.reader.let_go(self._connections.pop(handle))


def _transmitted(fields: list[int], answer: bytes, result: int) -> bytes:
    return wire.TRANSMIT.pack(*fields[:6], len(answer), result) + answer


def _attributes(reader: Reader) -> dict[int, bytes]:
    """Text ends with a zero, as the CCID driver gives it."""
    texts = {SERIAL_NUMBER: reader.serial, FRIENDLY_NAME: reader.name}
    told = {number: text.encode() + b"\0" for number, text in texts.items() if text}
    if reader.card is not None:
        told[ATR] = reader.card.atr
    return told | {CHANNEL: reader.channel.to_bytes(4, "little")}
