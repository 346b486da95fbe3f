"""Card keys at this terminal in step with the directory: fetched for cards that were shown, dropped with their rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from cards.aes import AesKey
from protocol.card_keys import MOST_CARDS, CardKeys, CardKeysAsk
from protocol.directory import CardRow
from protocol.feed import RowKind
from terminal.store.card_keys import MOST, CardKeyFile, HeldKey

Ask = Callable[[CardKeysAsk], CardKeys]
Body = Callable[[str, str], str | None]  # kind and key of a row of the directory


def keep_in_step(file: CardKeyFile, body: Body, ask: Ask, wanted: Sequence[str]) -> bool:
    """Whether the file was written. A key goes when its card's row went, or names another version; erasures go so.

    Raises StoreError, and what `ask` raises: then nothing was changed.
    """
    before = file.read()
    held = {card: key for card, key in before.items() if _still(body(RowKind.CARD.value, card), key)}
    if wanted:
        for given in ask(CardKeysAsk(uids=tuple(wanted)[:MOST_CARDS])).keys:
            if len(held) < MOST:
                held[given.card] = HeldKey(given.version, AesKey(bytes.fromhex(given.key)))
    if held == before:
        return False
    file.write(held)
    return True


def _still(text: str | None, key: HeldKey) -> bool:
    proof = CardRow.model_validate(json.loads(text)).proof if text else None
    return proof is not None and proof.version == key.version
