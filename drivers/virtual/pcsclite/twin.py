"""What the PC/SC service does for its clients, without their sockets: contexts, events, and hands at its readers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.pcsclite import wire
from drivers.virtual.pcsclite.connections import Client, Connections
from drivers.virtual.pcsclite.reader import SUCCESS, Reader
from drivers.virtual.pcsclite.wire import Ask, Call

CANCELLED = 0x80100002


class Twin:
    """The service, and the hands at its readers. An order that makes no sense is a ValueError."""

    def __init__(self, readers: list[Reader], wallet: Wallet) -> None:
        self.readers = readers
        self._wallet = wallet
        self._numbers = itertools.count(1)
        self._clients: list[Client] = []
        self._connections = Connections(readers, wallet, self._numbers, self._wake)
        self._reader_events = 0
        self._calls: Mapping[Ask, Callable[[Client, Call], None]] = {
            **self._connections.calls,
            Ask.VERSION: self._version,
            Ask.ESTABLISH: self._establish,
            Ask.RELEASE: self._release,
            Ask.CANCEL: self._cancel,
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
        client.waiting = False
        self._connections.forget(client)

    def answer(self, client: Client, call: Call) -> None:
        """Do what a client asks and send its answer. Raises struct.error for a body of another shape."""
        self._calls[call.ask](client, call)

    def tap(self, order: Mapping[str, Any]) -> None:
        """Hold a card to the reader number `reader` of the order, 0 if none is named. Raises ValueError."""
        reader = self._reader(order)
        card = self._wallet.take({key: value for key, value in order.items() if key != "reader"})
        self._connections.unstick(reader)
        reader.insert(card)
        self._wake()

    def remove(self, order: Mapping[str, Any]) -> None:
        """Take the card away."""
        reader = self._reader(order)
        self._connections.unstick(reader)
        reader.remove()
        self._wake()

    def plug(self, order: Mapping[str, Any]) -> None:
        """Pull a reader's cable, or put it in."""
        plugged = order["plug"]
        if not isinstance(plugged, bool):
            raise ValueError("plug must be true or false")
        reader = self._reader(order, needs_plug=False)
        self._connections.unstick(reader)
        reader.plug(plugged)
        self._connections.admit()
        self._reader_events += 1
        self._wake()

    def unsure(self, order: Mapping[str, Any]) -> None:
        """Let the service not know what is in a reader, as when it was just plugged in, or know it without an event."""
        unsure = order["unsure"]
        if not isinstance(unsure, bool):
            raise ValueError("unsure must be true or false")
        self._reader(order, needs_plug=False).unsure = unsure

    def escapes(self, order: Mapping[str, Any]) -> list[str]:
        """The escape commands that a reader was sent since this was asked last, in hex."""
        reader = self._reader(order)
        heard, reader.escapes = reader.escapes, []
        return [command.hex().upper() for command in heard]

    def _reader(self, order: Mapping[str, Any], needs_plug: bool = True) -> Reader:
        number = order.get("reader", 0)
        if type(number) is not int or not 0 <= number < len(self.readers):
            raise ValueError(f"reader must be a number below {len(self.readers)}")
        if needs_plug and not self.readers[number].plugged:
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
        client.waiting = False
        self._connections.forget(client)
        client.send(wire.RELEASE.pack(context, SUCCESS))

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

    def _states(self) -> bytes:
        """Those that are plugged in, and empty places."""
        there = [reader.state() for reader in self.readers if reader.plugged]
        return b"".join(there) + bytes(wire.STATE.size) * (wire.READERS_MAX - len(there))

    def _wake(self) -> None:
        for client in self._clients:
            if client.waiting:
                client.waiting = False
                client.send(wire.WAITED.pack(0, SUCCESS))
