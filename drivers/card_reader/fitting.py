"""Which of the readers that are plugged in are meant, asked without waiting for them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from drivers.card_reader.reader_identity import Wanted, ask_identity
from drivers.card_reader.scard import PcscError, Service
from drivers.courier import Courier, Unanswered
from drivers.identity import Identity

log = logging.getLogger(__name__)
ASK_S_MAX = 0.2


class Fitting:
    """Belongs to one thread. pcscd lets who connects to a reader wait while somebody speaks with the card in it.

    So readers are asked in a thread of their own, and not again while the same readers are there. An answer that
    takes longer than 0.2 s is there at a later look; one that could not be given is asked for again.
    """

    def __init__(self, wanted: Wanted, connect: Callable[[], Service]) -> None:
        self._wanted, self._connect = wanted, connect
        self._courier: Courier | None = None
        self._there: frozenset[str] = frozenset()
        self._answers: dict[str, Identity] = {}

    def among(self, there: list[str], sure: set[str]) -> list[str]:
        """Those of `there` that are meant, as far as it is known; those of `sure` were known before, and still are."""
        if self._there != frozenset(there):
            self.forget()
            self._there = frozenset(there)
        return [name for name in there if name in sure or self._fits(name)]

    def forget(self) -> None:
        """A reader may be another one by now, though its name is the same. An answer that is still to come is void."""
        self._answers = {}

    def close(self) -> None:
        """End the thread, if there is one."""
        if self._courier is not None:
            self._courier.close()

    def _fits(self, name: str) -> bool:
        try:
            return self._wanted.fits(name, self._identity)
        except Unanswered:
            return False
        except PcscError as error:
            log.debug("%s does not tell who it is: %s", name, error)
            return False

    def _identity(self, name: str) -> Identity:
        answers = self._answers
        if name not in answers:
            self._courier = self._courier or Courier("card.identities")
            self._courier.do(lambda: self._learn(name, answers), ASK_S_MAX)
        return answers[name]

    def _learn(self, name: str, answers: dict[str, Identity]) -> None:
        answers[name] = ask_identity(self._connect, name)
