"""Cards that did not prove the key they were issued with: noted on the disk, and told to HQ in every heartbeat."""

from __future__ import annotations

from typing import Any

from loyalty.possession import Why
from terminal.counter.shop import Shop

NOTE = "card_alarms"
TOLD = 4  # a heartbeat is small
MOST = 64  # cards; the one that was longest quiet goes first


def raise_alarm(shop: Shop, card: str, why: Why) -> None:
    """Count it. `card` is the directory key: no UID is kept. Raises StoreError."""
    now_ms = shop.clock().utc_ms
    noted = shop.ledger.noted(NOTE) or {}
    before = noted.pop(card, None)
    count = before["count"] + 1 if before else 1
    noted[card] = {"why": why.value, "count": count, "first_ms": before["first_ms"] if before else now_ms}
    noted[card]["last_ms"] = now_ms
    quiet = sorted(noted, key=lambda each: noted[each]["last_ms"])[:-MOST]
    shop.ledger.note(NOTE, {key: body for key, body in noted.items() if key not in quiet})


def newest_alarms(shop: Shop) -> list[dict[str, Any]]:
    """The newest, with the `card` each is of."""
    noted = shop.ledger.noted(NOTE) or {}
    newest = sorted(noted, key=lambda card: -noted[card]["last_ms"])[:TOLD]
    return [{"card": card, **noted[card]} for card in newest]
