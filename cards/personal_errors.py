"""Why a card cannot be issued, rekeyed or retired: the card is as it was, and the sentence says what to do."""

from __future__ import annotations

from enum import StrEnum

from cards.errors import CardError


class Obstacle(StrEnum):
    """Kinds of reasons, for programs."""

    UNKNOWN_CARD = "unknown_card"
    RANDOM_UID = "random_uid"
    OTHER_CARD = "other_card"
    OTHER_MEMBER = "other_member"
    OTHER_KEYS = "other_keys"
    CLOSED = "closed"
    NOT_WHOLE = "not_whole"


SENTENCES = {
    Obstacle.UNKNOWN_CARD: "this is no NTAG 424 DNA and no DESFire EV1, EV2 or EV3: take another card",
    Obstacle.RANDOM_UID: "this card shows another UID at every tap and can never be issued: take another card",
    Obstacle.OTHER_CARD: "this is another card than the one that was asked for: put that one on the reader",
    Obstacle.OTHER_MEMBER: "this card was issued to another member: retire it first",
    Obstacle.OTHER_KEYS: "this card holds keys that this step does not begin with: inspect it",
    Obstacle.CLOSED: "this card lets nobody make an application without its own master key: take another card",
    Obstacle.NOT_WHOLE: "this card does not show what was written into it: run this again, or count it as spoiled",
}


class CannotPersonalise(CardError):
    """The card is left as it is; `obstacle` is the kind. No text holds a key or a whole UID."""

    def __init__(self, obstacle: Obstacle, more: str = "") -> None:
        super().__init__(SENTENCES[obstacle] + (f" ({more})" if more else ""))
        self.obstacle = obstacle
