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


class ReaderSignals:
    """Sends escape commands by the session of a card that lies there, which has the reader for itself, or directly."""

    def __init__(self, connect: Callable[[], Service]) -> None:
        self._connect = connect
        self._courier: Courier | None = None

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
        self._courier = self._courier or Courier("card.signals")
        self._courier.post(call)

    def _send(self, reader: str, commands: tuple[bytes, ...]) -> None:
        try:
            with self._connect() as context:
                handle = context.connect(reader, direct=True)
                try:
                    for command in commands:
                        handle.escape(command)
                finally:
                    handle.close()
        except PcscError as error:
            log.info("%s shows no signals: %s", reader, error)
