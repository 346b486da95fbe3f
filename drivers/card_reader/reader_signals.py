"""Showing patterns on PC/SC readers; a reader that refuses, or does not answer, is left as it is."""

from __future__ import annotations

import logging
from collections.abc import Callable

from drivers.base import Pattern
from drivers.card_reader.scard import PcscError, Service
from drivers.card_reader.session import Session
from drivers.card_reader.signals import commands_for
from drivers.courier import Courier

log = logging.getLogger(__name__)
HUNG_S = 2.0
LEFT_BEHIND_MAX = 2


class ReaderSignals:
    """Sends escape commands by the session of a card that lies there, which has the reader for itself, or directly.

    A command that hangs for longer than `hung_s` is left behind with its thread; of those there are two at most.
    """

    def __init__(self, connect: Callable[[], Service], hung_s: float = HUNG_S) -> None:
        self._connect, self._hung_s = connect, hung_s
        self._courier: Courier | None = None
        self._left: list[Courier] = []

    @property
    def left_behind(self) -> int:
        """How many threads hang in a command still."""
        return sum(courier.alive for courier in self._left)

    def show(self, reader: str, pattern: Pattern, session: Session | None) -> None:
        """Begin to show `pattern` and return at once."""
        commands = commands_for(reader, pattern)
        if session is not None:
            for command in commands:
                session.escape(command)
        elif commands:
            self._post(lambda: self._send(reader, commands))

    def close(self) -> None:
        """End the thread, if there is one."""
        if self._courier is not None:
            self._courier.close()

    def _post(self, call: Callable[[], None]) -> None:
        if self._courier is not None and self._courier.busy_s > self._hung_s and self.left_behind < LEFT_BEHIND_MAX:
            self._courier.close()
            self._left = [*(left for left in self._left if left.alive), self._courier]
            self._courier = None
        self._courier = self._courier or Courier("card.signals")
        self._courier.post(call)

    def _send(self, reader: str, commands: tuple[bytes, ...]) -> None:
        try:
            with self._connect() as context:
                handle = context.connect(reader, direct=True)
                for command in commands:
                    handle.escape(command)
        except PcscError as error:
            log.info("%s shows no signals: %s", reader, error)
