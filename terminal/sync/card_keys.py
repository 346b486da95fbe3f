"""Card keys at this terminal in step with the directory: fetched for cards that were shown, dropped with their rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence

from cards.aes import AesKey
from protocol.card_keys import MOST_CARDS, CardKey, CardKeys, CardKeysAsk
from protocol.directory import CardRow
from protocol.feed import RowKind
from terminal.store.card_keys import MOST, CardKeyFile, HeldKey

Ask = Callable[[CardKeysAsk], CardKeys]
Body = Callable[[str, str], str | None]  # kind and key of a row of the directory


class KeyFetcher:
    """The one writer of `file`; safe to use from several threads. `ask` is HQ's answer."""

    def __init__(self, file: CardKeyFile, ask: Ask) -> None:
        self._file, self._ask = file, ask
        self._writing = threading.Lock()

    def keep_in_step(self, body: Body, wanted: Sequence[str]) -> bool:
        """Whether the file was written. A key goes when its card's row went, or names another version; erasures go so.

        Raises StoreError, and what `ask` raises: then nothing was changed.
        """
        given = self._given(wanted)
        with self._writing:
            before = self._file.read()
            held = {card: key for card, key in before.items() if _still(body(RowKind.CARD.value, card), key)}
            return self._keep(before, held, given)

    def fetch(self, uid: str) -> bool:
        """Ask for the key of the card that lies at a reader now; whether it came. Raises as `keep_in_step`."""
        given = self._given((uid,))
        with self._writing:
            before = self._file.read()
            self._keep(before, dict(before), given)
        return bool(given)

    def _given(self, wanted: Sequence[str]) -> dict[str, HeldKey]:
        if not wanted:
            return {}
        keys = self._ask(CardKeysAsk(uids=tuple(wanted)[:MOST_CARDS])).keys
        return {given.card: _held(given) for given in keys}

    def _keep(self, before: dict[str, HeldKey], held: dict[str, HeldKey], given: dict[str, HeldKey]) -> bool:
        for card, key in given.items():
            if card in held or len(held) < MOST:
                held[card] = key
        if held == before:
            return False
        self._file.write(held)
        return True


def _held(given: CardKey) -> HeldKey:
    link = None if given.link is None else AesKey(bytes.fromhex(given.link))
    return HeldKey(given.version, AesKey(bytes.fromhex(given.key)), link)


def _still(text: str | None, key: HeldKey) -> bool:
    proof = CardRow.model_validate(json.loads(text)).proof if text else None
    return proof is not None and proof.version == key.version
