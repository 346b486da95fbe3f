"""What a till has for PINs: peppers, chance, and the proofs that it gave to a POS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cards.pin import Pepper

PROOF_BYTES = 16
PROOF_MS = 120_000  # as long as a POS may take from the PIN to the sale
MOST_PROOFS = 32
Draw = Callable[[int], bytes]  # so many fresh bytes of chance


@dataclass(frozen=True)
class _Given:
    member: str
    until_ms: int


class PinProofs:
    """That a member gave the PIN, as a name of chance that a POS shows again: for a short time, and for one act.

    They are in memory alone, of the till's one thread. Times are of the clock that no jump moves.
    """

    def __init__(self) -> None:
        self._given: dict[str, _Given] = {}

    def give(self, member: str, now_ms: int, draw: Draw) -> str:
        """A new one. Of too many the oldest ends."""
        proof = draw(PROOF_BYTES).hex()
        fresh = {name: given for name, given in self._given.items() if now_ms < given.until_ms}
        self._given = dict(list(fresh.items())[1 - MOST_PROOFS :])
        self._given[proof] = _Given(member, now_ms + PROOF_MS)
        return proof

    def member(self, proof: str, now_ms: int) -> str | None:
        """Whose it is; None for one that is over or was never given."""
        given = self._given.get(proof)
        return given.member if given is not None and now_ms < given.until_ms else None

    def use(self, proof: str) -> None:
        """An act that needed it is committed."""
        self._given.pop(proof, None)


@dataclass(frozen=True)
class PinsHere:
    """`peppers` reads those that are at hand, and raises ConfigError for one that cannot be used."""

    peppers: Callable[[], Mapping[str, Pepper]] = field(repr=False)
    draw: Draw = field(repr=False)
    proofs: PinProofs = field(default_factory=PinProofs, repr=False, compare=False)
