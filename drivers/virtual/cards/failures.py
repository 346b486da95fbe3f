"""How NTAG 424 DNA slows down and locks a key that is guessed at (NT4H2421Gx, 9 and 10.5.1; AN12196, failed counters).

Each failure counts in TotFailCtr, which outlives power; at its limit of 1000 the key is locked until it is changed.
Each success takes 10 off. From the 50th failure in a row on, authentications are answered by AUTHENTICATION_DELAY
until a delay is spent. How long that delay is, and that it is forgotten without power, is not in the data sheet: here
it costs one answer more for each further failure, 255 at most, and goes with the power.
"""

from __future__ import annotations

from collections import Counter

from drivers.virtual.cards.channel import DELAYED, DENIED, Refused
from drivers.virtual.cards.eeprom import Eeprom

LIMIT = 1000
DECREMENT = 10
IN_A_ROW = 50
DELAY_MAX = 255


class Failures:
    """The counters of every key of one card."""

    def __init__(self, eeprom: Eeprom) -> None:
        self._eeprom = eeprom
        self._row: Counter[int] = Counter()
        self._delay: Counter[int] = Counter()

    def total(self, key: int) -> int:
        return int.from_bytes(self._eeprom[f"failures.{key}"], "little")

    def power_off(self) -> None:
        self._row.clear()
        self._delay.clear()

    def check(self, key: int) -> None:
        """Raises Refused while the key is locked or delayed; asking spends the delay."""
        if self.total(key) >= LIMIT:
            raise Refused(DENIED)
        if self._delay[key]:
            self._delay[key] -= 1
            raise Refused(DELAYED)

    def tried(self, key: int, success: bool) -> None:
        total = self.total(key)
        if not success:
            self._row[key] += 1
            self._delay[key] = max(0, min(DELAY_MAX, self._row[key] - IN_A_ROW + 1))
            self._set(key, total + 1)
            return
        self._row[key] = self._delay[key] = 0
        if total:
            self._set(key, max(0, total - DECREMENT))

    def forget(self, key: int) -> None:
        """The key was changed."""
        self._row[key] = self._delay[key] = 0
        self._set(key, 0)

    def _set(self, key: int, total: int) -> None:
        self._eeprom.replace(f"failures.{key}", total.to_bytes(2, "little"))
