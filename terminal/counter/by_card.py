"""A member by a card: what its row says it can prove, what it is asked, and what the answer is worth (cards.md).

A card that was issued with a key proves it or is refused, wherever that key is at hand; where it is not, the card
counts as what anyone can copy. So does one whose kind nobody can ask here: its plug-in is not installed, or fails by
itself. One that fails over what the card said has not heard the proof: else a copy could choose to count.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from cards.aes import AesKey
from cards.challenge import CHALLENGES, challenge
from cards.dialogue import Dialogue
from cards.errors import CardError, ProofFailed
from cards.plugin import CardPlugin, PluginFault, ask_by
from cards.uid import is_random
from loyalty.possession import Challenge, Evidence, Token, Why, possession
from protocol.directory import CardProof, CardRow, card_key
from protocol.links import LinkAnswer
from terminal.counter.by_code import Identified
from terminal.counter.card_alarms import raise_alarm
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.counter.visitor import by_certificate, has_papers, read_papers

log = logging.getLogger(__name__)
Draw = Callable[[int], bytes]  # so many fresh bytes of chance
CHALLENGE_BYTES = 16
_UNKNOWN = frozenset({"card_unknown", "directory_empty"})
_COUNTS_AS = {False: "whose key is not here", True: "that withheld its proof"}
_REFUSED = {Why.CHALLENGE_FAILED: "card_proof_failed", Why.CHALLENGE_WITHHELD: "card_proof_withheld"}


@dataclass(frozen=True)
class Said:
    """What became of the talk with a card; nothing for one that was only seen. `certificate` is of an unknown one,
    `link` of one whose key is not here, and `hq` what HQ said of that link."""

    challenge: Challenge | None = None
    certificate: bytes = field(default=b"", repr=False)
    link: str = field(default="", repr=False)
    hq: LinkAnswer | None = None


SILENT = Said()
MUTE = Said(Challenge.WITHHELD)


@dataclass(frozen=True)
class Question:
    """What a card must be asked before it is somebody's; by `plugin` where its kind is one."""

    proof: CardProof
    key: AesKey
    plugin: CardPlugin | None = None

    def dialogue(self, draw: Draw) -> Dialogue[Said]:
        """Ask; whatever the card does wrong is an answer, too. What a plug-in does wrong before the card has answered
        is no fault of the card."""
        try:
            yield from self._challenge(draw)
        except ProofFailed:
            return Said(Challenge.FAILED)
        except CardError:
            return MUTE
        except PluginFault as fault:
            log.error("%s: the card counts as one %s", fault, _COUNTS_AS[fault.heard])
            return MUTE if fault.heard else Said(Challenge.NO_KEY)
        return Said(Challenge.PASSED)

    def _challenge(self, draw: Draw) -> Dialogue[None]:
        proof = self.proof
        if self.plugin is not None:
            return ask_by(self.plugin, self.key.value, proof.key_no, draw)
        application = bytes.fromhex(proof.application or "")
        return challenge(proof.technology, application, self.key, proof.key_no, draw(CHALLENGE_BYTES))


@dataclass(frozen=True)
class Stranger:
    """The question to a card that is not known here."""

    def dialogue(self, _: Draw) -> Dialogue[Said]:
        """Ask for its certificate."""
        return Said(certificate=(yield from read_papers()))


class KeyAway(Enum):
    """The card has a key, which is not here: it is judged as it is, and asked once its key comes."""

    KEY_AWAY = auto()


Asked = Question | Stranger
KEY_AWAY = KeyAway.KEY_AWAY


def question(shop: Shop, uid: str, technology: str) -> Asked | KeyAway | None:
    """What this card must be asked; None for one that `by_card` judges as it is. Raises Refusal as that does."""
    try:
        key, row = _row(shop, uid, technology)
    except Refusal as refusal:
        if refusal.phrase.code in _UNKNOWN and has_papers(shop):
            return Stranger()
        raise
    if row.proof is None or not _can_ask(shop, row.proof):
        return None
    own = shop.card_keys(key, row.proof.version)
    return Question(row.proof, own, _plugin(shop, row.proof)) if own else KEY_AWAY


def by_card(shop: Shop, uid: str, technology: str | None = None, said: Said = SILENT) -> Identified:
    """Whose card this is, and how far that is proven. A card that is at the till and has proven its key need not again;
    one that is not known is its certificate's.

    Raises Refusal card_random, card_kind_unknown for one without a number, card_unknown, card_blocked or
    member_blocked, directory_empty before all members are here, and card_proof_failed or card_proof_withheld: those
    are noted for HQ. Where no reader told a `technology`, as for a POS, the UID itself says whether it is random.
    """
    try:
        key, row = _row(shop, uid, technology)
    except Refusal as refusal:
        if refusal.phrase.code in _UNKNOWN and said.certificate:
            shown = possession(Evidence(Token.CERTIFICATE, True, Challenge.NO_KEY))
            return Identified(by_certificate(shop, uid, said.certificate), shown.proof)
        raise
    member = shop.member(row.member)
    asked = said.challenge or shop.spoken(key)
    if row.proof is not None and asked is None:
        if not _can_ask(shop, row.proof):
            asked = Challenge.NO_KEY
        elif shop.card_keys(key, row.proof.version) is None:
            asked = Challenge.NO_KEY
            shop.want_key(uid.upper())  # a POS may write it otherwise
    held = possession(Evidence(Token.UID, row.proof is not None, asked if row.proof else None))
    if held.refused is not None:
        raise_alarm(shop, key, held.refused)
        raise Refusal(_REFUSED[held.refused], 403)
    return Identified(member, held.proof)


def _plugin(shop: Shop, proof: CardProof) -> CardPlugin | None:
    return None if proof.technology in CHALLENGES else shop.card_plugins.get(proof.technology)


def _can_ask(shop: Shop, proof: CardProof) -> bool:
    """Whether cards of this kind can be asked here."""
    return proof.technology in CHALLENGES or proof.technology in shop.card_plugins


def _row(shop: Shop, uid: str, technology: str | None) -> tuple[str, CardRow]:
    if not uid:
        raise Refusal("card_kind_unknown", 404)
    if is_random(bytes.fromhex(uid)) if technology is None else technology == "random_uid":
        raise Refusal("card_random", 404)
    key = card_key(shop.lookup_key, uid)
    return key, shop.card(key)
